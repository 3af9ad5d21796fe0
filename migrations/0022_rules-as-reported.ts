import { sql, type Kysely } from 'kysely';

/** What is known of a rule whose text is not held here: that it is, where it stands, and who says so. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table rule_version add column without_text boolean not null default false;
    comment on column rule_version.without_text is 'The text is not held here; its dates, numbers of clauses or parameters are.';

    alter table instrument
      add column source text check (length(source) between 1 and 500),
      add column confirmed boolean not null default true;
    comment on column instrument.source is 'Who says that it is; for what was loaded as reference data.';
    comment on column instrument.confirmed is 'False where it is known as reported only.';
  `.execute(db);
}
