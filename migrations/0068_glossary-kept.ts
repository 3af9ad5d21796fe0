import { sql, type Kysely } from 'kysely';

/**
 * Terms that analysts keep: a term that is taken out stays to be seen and comes back with no update of ours, and
 * one that we ship is known by a key of its own, however its words were edited. Headings of reports are a kind.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table glossary_term
      add column reference_key text unique check (reference_key ~ '^[a-z0-9]+([-_.][a-z0-9]+)*$'),
      add column retired_at timestamptz,
      add column changed_at timestamptz not null default now(),
      drop constraint glossary_term_kind_check,
      add constraint glossary_term_kind_check check (kind in ('test', 'verdict', 'unit', 'heading')),
      add constraint glossary_term_aliases_check check (cardinality(aliases) <= 50),
      drop constraint glossary_term_kind_zh_key;
    create unique index glossary_term_in_use on glossary_term (kind, zh) where retired_at is null;
    create index glossary_term_changed on glossary_term (changed_at desc, id desc);
    comment on column glossary_term.reference_key is 'What we call a term that came with the program; null for those of analysts.';
    comment on column glossary_term.edited_at is 'When an analyst last changed or retired it: from then on updates of the program leave it alone.';
    comment on column glossary_term.retired_at is 'Reports are no longer shown by it from then on.';
  `.execute(db);
  await sql`
    alter table portfolio_import
      drop constraint portfolio_import_kind_check,
      add constraint portfolio_import_kind_check check (kind in ('products', 'materials', 'labs', 'glossary')),
      drop constraint portfolio_import_check,
      add constraint portfolio_import_owner check ((kind in ('labs', 'glossary')) = (firm_id is null))
  `.execute(db);
  await sql`
    comment on table portfolio_import is 'One file that was loaded. Laboratories and terms belong to the operator, everything else to a firm.'
  `.execute(db);
}
