import { sql, type Kysely } from 'kysely';

/** What a sign-in proves: when the person was last asked, by whose word they came in, and each code once. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table auth.session
      add column confirmed_at timestamptz not null default now(),
      add column provider_firm_id uuid references auth.firm (id) on delete cascade;
    comment on column auth.session.confirmed_at is 'When the person last proved who they are; what matters most asks for it anew.';
    comment on column auth.session.provider_firm_id is 'Begun by the word of this firm''s own provider: such a session opens this firm and no other.';

    create table auth.used_code (
      user_id uuid not null references auth."user" (id) on delete cascade,
      sha256 bytea not null,
      used_at timestamptz not null,
      primary key (user_id, sha256)
    );
    comment on table auth.used_code is 'Codes of authenticator apps that were accepted while they hold, so that none is taken twice. No row policy: read at sign-in.';

    create table auth.sign_in_setting (
      is_only boolean primary key default true check (is_only),
      requires_verified_email boolean not null default false,
      changed_at timestamptz,
      changed_by text
    );
    comment on table auth.sign_in_setting is 'What the operator asks of everybody who signs in; one row. No row policy: read before anybody is known.';
    insert into auth.sign_in_setting default values;

    grant select, insert, delete on auth.used_code to greenlane_app;
    grant select, update on auth.sign_in_setting to greenlane_app;
  `.execute(db);
}
