import { sql, type Kysely } from 'kysely';

/**
 * The annex of a standard that lists every mandatory test, line by line, each placed in a slot of the rule.
 * Approved and published with its version: decisions read it, and have to read the same again later.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table annex_line (
      version_id uuid not null references rule_version (id),
      line smallint not null check (line between 1 and 500),
      title text not null check (length(title) between 1 and 1000),
      clause text check (length(clause) between 1 and 100),
      slot smallint check (slot between 1 and 999),
      confirmed boolean not null default false,
      primary key (version_id, line)
    );
    comment on table annex_line is 'One mandatory test of the annex of this version, under the name that the annex gives it.';
    comment on column annex_line.slot is 'The requirement that it belongs to; null until it is placed.';
    comment on column annex_line.confirmed is 'A person has confirmed the slot.';
    create trigger annex_line_guard before insert or update or delete on annex_line
      for each row execute function rule_part_guard();
    create trigger annex_line_is_not_emptied before truncate on annex_line
      for each statement execute function refuse_change();

    alter table annex_line enable row level security;
    alter table annex_line force row level security;
    create policy published on annex_line for select to greenlane_app
      using (exists (select from rule_version v where v.id = annex_line.version_id and v.state = 'published'));
    create policy of_operator on annex_line to greenlane_app
      using ((select app_is_operator())) with check ((select app_is_operator()));
    grant select, insert, update, delete on annex_line to greenlane_app;
  `.execute(db);
}
