import { sql, type Kysely } from 'kysely';

/**
 * Versions and everything that is approved with them. A draft is edited freely; what was approved stands still
 * until it is a draft again; what was published is never changed or deleted, by nobody.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await versions(db);
  await parts(db);
  await guards(db);
  await visibility(db);
}

async function versions(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table rule_version (
      id uuid primary key default gen_random_uuid(),
      instrument_id uuid not null references instrument (id),
      state text not null default 'draft' check (state in ('draft', 'approved', 'published', 'withdrawn')),
      revision integer not null default 1 check (revision >= 1),
      label text not null check (length(label) between 1 and 200),
      title text not null check (length(title) between 1 and 500),
      title_translation text check (length(title_translation) between 1 and 500),
      stage text not null default 'published' check (stage in ('proposed', 'consultation', 'approval_draft', 'published')),
      valid_from date,
      valid_to date,
      is_repeal boolean not null default false,
      transition_until date,
      partly_replaced_from date,
      comment_until date,
      signed_on date,
      issued_on date,
      corrects uuid references rule_version (id),
      based_on uuid references rule_version (id),
      source_url text check (source_url ~ '^https?://' and length(source_url) <= 2000),
      source_title text check (length(source_title) between 1 and 500),
      document_id uuid references document (id),
      document_sha256 text check (document_sha256 ~ '^[0-9a-f]{64}$'),
      snapshot_id uuid,
      confirmed boolean not null default true,
      note text check (length(note) <= 4000),
      note_zh text check (length(note_zh) <= 4000),
      topics text[] not null default '{}' check (cardinality(topics) <= 100),
      parameters jsonb check (jsonb_typeof(parameters) = 'object'),
      content_sha256 text not null check (content_sha256 ~ '^[0-9a-f]{64}$'),
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      recorded_at timestamptz,
      sequence bigint unique,
      check ((document_id is null) = (document_sha256 is null)),
      check ((state = 'published') = (recorded_at is not null)),
      check ((recorded_at is null) = (sequence is null)),
      check (not is_repeal or parameters is null)
    );
    comment on table rule_version is 'One state of the text of an instrument, from draft to publication. A published row is final.';
    comment on column rule_version.state is 'The workflow. A published record that was taken back stays published here; the act stands in rule_act.';
    comment on column rule_version.revision is 'Counts the saves of a draft, so that two editors notice each other.';
    comment on column rule_version.stage is 'What the issuer has done with this text; only a published one has force.';
    comment on column rule_version.corrects is 'The record that was never the law as stated (postponed, wrong date); empty for an amendment.';
    comment on column rule_version.document_sha256 is 'Of the stored document at the time of drafting: what the text was taken from.';
    comment on column rule_version.confirmed is 'False where the text is known as reported only.';
    comment on column rule_version.topics is 'What the text is known to deal with, while nobody knows in which clause.';
    comment on column rule_version.content_sha256 is 'Of everything that an approval covers, as canonical JSON.';
    comment on column rule_version.recorded_at is 'The moment of publication: from then on it was known. In whole milliseconds, and never the same twice.';
    comment on column rule_version.sequence is 'Its link in the hash chain, which orders records of one moment.';
    create index rule_version_of_instrument on rule_version (instrument_id, recorded_at);
    create index rule_version_unpublished on rule_version (updated_at desc, id) where state in ('draft', 'approved');
    create index rule_version_newest on rule_version (sequence desc) where state = 'published';
    create index rule_version_corrects on rule_version (corrects) where corrects is not null;
  `.execute(db);
}

async function parts(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table provision (
      id uuid primary key default gen_random_uuid(),
      version_id uuid not null references rule_version (id),
      position integer not null check (position between 1 and 100000),
      path text not null check (length(path) between 1 and 100),
      title text check (length(title) between 1 and 1000),
      title_translation text check (length(title_translation) between 1 and 1000),
      text text not null check (length(text) <= 200000),
      language text not null check (language in ('zh-CN', 'en')),
      translation text check (length(translation) between 1 and 400000),
      translates_sha256 text check (translates_sha256 ~ '^[0-9a-f]{64}$'),
      status text check (status in ('interpretation_pending', 'interpreted')),
      source text check (length(source) between 1 and 500),
      confirmed boolean not null default true,
      unique (version_id, path),
      unique (version_id, position),
      check ((translation is null) = (translates_sha256 is null))
    );
    comment on column provision.path is 'The stable address of a clause: 4.12, A.2, 12.2.';
    comment on column provision.translates_sha256 is 'Of the original that the translation was made from; another original means that it is older.';
    comment on column provision.confirmed is 'False where the number or the text is assumed and not read in the document itself.';

    create table rule_relation (
      version_id uuid not null references rule_version (id),
      position smallint not null check (position between 1 and 500),
      kind text not null check (kind in ('replaces', 'partly_replaces', 'interprets', 'implements')),
      to_slug text not null references instrument (slug),
      paths text[] not null default '{}' check (cardinality(paths) <= 500),
      note text check (length(note) <= 1000),
      primary key (version_id, position),
      unique (version_id, kind, to_slug)
    );
    comment on table rule_relation is 'How the instrument of this version stands to another one, as approved with the version.';
    comment on column rule_relation.paths is 'The provisions of the other instrument that it is about; empty for the whole.';
    create index rule_relation_to on rule_relation (to_slug);
  `.execute(db);
}

async function guards(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function rule_version_guard() returns trigger language plpgsql as $$
    declare
      workflow constant text[] := '{state,revision,updated_at,recorded_at,sequence}';
    begin
      if tg_op = 'INSERT' then
        if new.state <> 'draft' then
          raise exception 'a version begins as a draft' using errcode = 'restrict_violation';
        end if;
        return new;
      end if;
      if old.state in ('published', 'withdrawn') then
        raise exception 'version % is %: it is never changed or deleted', old.id, old.state using errcode = 'restrict_violation';
      end if;
      if tg_op = 'DELETE' then
        return old;
      end if;
      if new.id <> old.id or new.instrument_id <> old.instrument_id then
        raise exception 'a version keeps its id and its instrument' using errcode = 'restrict_violation';
      end if;
      if new.state = 'draft' then
        return new;
      end if;
      if to_jsonb(new) - workflow <> to_jsonb(old) - workflow then
        raise exception 'version % changes its content only as a draft', old.id using errcode = 'restrict_violation';
      end if;
      if (new.state = 'approved' and old.state <> 'draft') or (new.state = 'published' and old.state <> 'approved') then
        raise exception 'version % cannot go from % to %', old.id, old.state, new.state using errcode = 'restrict_violation';
      end if;
      return new;
    end $$;
    create trigger rule_version_guard before insert or update or delete on rule_version
      for each row execute function rule_version_guard();

    -- The lock keeps the version from being approved or published while a part of it changes.
    create function rule_part_guard() returns trigger language plpgsql as $$
    declare
      of_version uuid := case when tg_op = 'DELETE' then old.version_id else new.version_id end;
      found_state text;
    begin
      if tg_op = 'UPDATE' and new.version_id <> old.version_id then
        raise exception 'a part stays with its version' using errcode = 'restrict_violation';
      end if;
      select v.state into found_state from rule_version v where v.id = of_version for share;
      if found_state is distinct from 'draft' then
        raise exception 'version % is %: % changes only in a draft', of_version, coalesce(found_state, 'unknown'), tg_table_name
          using errcode = 'restrict_violation';
      end if;
      return case when tg_op = 'DELETE' then old else new end;
    end $$;
    create trigger provision_guard before insert or update or delete on provision
      for each row execute function rule_part_guard();
    create trigger rule_relation_guard before insert or update or delete on rule_relation
      for each row execute function rule_part_guard();

    -- What the address and the citations of published texts rest on does not move under them.
    create function instrument_guard() returns trigger language plpgsql as $$
    declare
      of_instrument uuid := case when tg_table_name = 'instrument' then (to_jsonb(old) ->> 'id')::uuid
                            else (coalesce(to_jsonb(old), to_jsonb(new)) ->> 'instrument_id')::uuid end;
    begin
      if exists (select from rule_version v where v.instrument_id = of_instrument and v.state = 'published') then
        raise exception 'the instrument has published versions: it is never changed or deleted' using errcode = 'restrict_violation';
      end if;
      return case when tg_op = 'DELETE' then old else new end;
    end $$;
    create trigger instrument_guard before update or delete on instrument
      for each row execute function instrument_guard();
    create trigger instrument_authority_guard before insert or update or delete on instrument_authority
      for each row execute function instrument_guard();
  `.execute(db);
  for (const table of ['instrument', 'instrument_authority', 'rule_version', 'provision', 'rule_relation'])
    await sql`
      create trigger ${sql.raw(table)}_is_not_emptied before truncate on ${sql.table(table)}
        for each statement execute function refuse_change()`.execute(db);
}

/** Published rows are for everybody, the others for the operator alone. */
async function visibility(db: Kysely<unknown>): Promise<void> {
  const has_published = sql`exists (select from rule_version v where v.instrument_id = instrument.id and v.state = 'published')`;
  const seen = [
    ['authority', sql`true`, sql`select, insert`],
    ['instrument', has_published, sql`select, insert, update`],
    [
      'instrument_authority',
      sql`exists (select from instrument i where i.id = instrument_authority.instrument_id)`,
      sql`select, insert, delete`,
    ],
    ['rule_version', sql`state = 'published'`, sql`select, insert, update`],
    ['provision', published('provision'), sql`select, insert, update, delete`],
    ['rule_relation', published('rule_relation'), sql`select, insert, update, delete`],
  ] as const;
  for (const [table, condition, rights] of seen)
    await sql`
      alter table ${sql.table(table)} enable row level security;
      alter table ${sql.table(table)} force row level security;
      create policy published on ${sql.table(table)} for select to greenlane_app using (${condition});
      create policy of_operator on ${sql.table(table)} to greenlane_app
        using ((select app_is_operator())) with check ((select app_is_operator()));
      grant ${rights} on ${sql.table(table)} to greenlane_app;
    `.execute(db);
}

function published(table: string) {
  return sql.raw(
    `exists (select from rule_version v where v.id = ${table}.version_id and v.state = 'published')`,
  );
}
