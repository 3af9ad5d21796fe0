import { sql, type Kysely } from 'kysely';

/** How people come into a firm or to the operator, and how the operator's people are let in to help. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table auth.invitation (
      id uuid primary key default gen_random_uuid(),
      firm_id uuid references auth.firm (id) on delete cascade,
      email text not null check (email = lower(email) and length(email) <= 254),
      role text not null,
      sha256 bytea not null unique check (length(sha256) = 32),
      language text not null check (language in ('en', 'zh-CN')),
      invited_by uuid references auth."user" (id) on delete set null,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      accepted_at timestamptz,
      accepted_by uuid references auth."user" (id) on delete set null,
      revoked_at timestamptz,
      check (case when firm_id is null then role in ('admin', 'analyst', 'approver')
             else role in ('owner', 'compliance_manager', 'executive') end)
    );
    comment on table auth.invitation is 'A link that makes its holder a member once. No row policy: opened before anybody is known.';
    comment on column auth.invitation.sha256 is 'Of the token in the link, which is shown and mailed once and kept nowhere.';
    create index invitation_firm_id on auth.invitation (firm_id, created_at desc);

    create table auth.support_access (
      id uuid primary key default gen_random_uuid(),
      firm_id uuid not null references auth.firm (id) on delete cascade,
      reason text not null check (length(reason) between 1 and 500),
      given_by uuid references auth."user" (id) on delete set null,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      revoked_at timestamptz,
      check (expires_at > created_at)
    );
    comment on table auth.support_access is 'A firm lets the operator''s administrators read its rows for some hours. No row policy: it is what decides which firm a request may act for.';
    create index support_access_firm_id on auth.support_access (firm_id, created_at desc);

    alter table auth."user" add column two_factor_enabled boolean not null default false;
    comment on column auth."user".two_factor_enabled is 'Whether signing in takes a code besides the password.';

    alter table auth.firm add column suspended_at timestamptz;
    comment on column auth.firm.suspended_at is 'Since when the operator keeps people and keys of the firm out; its rows stay.';

    grant select, insert, update, delete on auth.invitation, auth.support_access to greenlane_app;
  `.execute(db);
}
