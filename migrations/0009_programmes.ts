import { sql, type Kysely } from 'kysely';

/**
 * The fast channels that are known, and those under study: where, for what, and since when. Reference data
 * with its source, because a launch date is what was reported and no constant of the program.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table programme (
      slug text primary key check (slug ~ '^[a-z][a-z0-9-]{0,62}$'),
      district_code text not null references customs_district (code),
      name text not null,
      name_zh text not null,
      state text not null check (state in ('under_study', 'launched', 'ended')),
      started_on date,
      source text not null,
      confirmed boolean not null,
      edited_at timestamptz,
      check ((state = 'under_study') = (started_on is null))
    );
    comment on column programme.started_on is 'The day of the launch in China; empty while it is under study.';
    alter table programme enable row level security;
    alter table programme force row level security;
    create policy readable on programme for select to greenlane_app, greenlane_worker using (true);
    create policy operator_inserts on programme for insert to greenlane_app with check (app_is_operator());
    create policy operator_updates on programme for update to greenlane_app using (app_is_operator());
    create policy operator_deletes on programme for delete to greenlane_app using (app_is_operator());
    grant select, insert, update, delete on programme to greenlane_app;
    grant select on programme to greenlane_worker;
  `.execute(db);
}
