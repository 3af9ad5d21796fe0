import { sql, type Kysely } from 'kysely';

/**
 * People, sessions, memberships, keys and grants. These tables decide who may act for which firm, so they
 * are read before a firm is known and carry no row policy: they are granted to `greenlane_app` alone and
 * reached only by the accounts module.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await people(db);
  await memberships(db);
  await keys(db);
  await doors(db);
}

/** The four tables of better-auth, in our own spelling. */
async function people(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table auth."user" (
      id uuid primary key default gen_random_uuid(),
      name text not null check (length(name) between 1 and 200),
      email text not null unique check (email = lower(email) and length(email) <= 254),
      email_verified boolean not null default false,
      image text,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    comment on table auth."user" is 'A person. No row policy: read at sign-in, before any firm is known.';

    create table auth.session (
      id uuid primary key default gen_random_uuid(),
      user_id uuid not null references auth."user" (id) on delete cascade,
      token text not null unique,
      active_firm_id uuid references auth.firm (id) on delete set null,
      expires_at timestamptz not null,
      ip_address text,
      user_agent text,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    comment on table auth.session is 'A signed-in browser. No row policy: looked up by its cookie to find out who asks.';
    comment on column auth.session.active_firm_id is 'The firm the person works in; without one, the first membership.';
    create index session_user_id on auth.session (user_id);

    create table auth.account (
      id uuid primary key default gen_random_uuid(),
      user_id uuid not null references auth."user" (id) on delete cascade,
      account_id text not null,
      provider_id text not null,
      access_token text,
      refresh_token text,
      id_token text,
      access_token_expires_at timestamptz,
      refresh_token_expires_at timestamptz,
      scope text,
      password text,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      unique (provider_id, account_id)
    );
    comment on table auth.account is 'A way for a person to sign in. No row policy: read at sign-in, before any firm is known.';
    comment on column auth.account.password is 'A salted scrypt hash, made and checked by better-auth.';
    create index account_user_id on auth.account (user_id);

    create table auth.verification (
      id uuid primary key default gen_random_uuid(),
      identifier text not null,
      value text not null,
      expires_at timestamptz not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    comment on table auth.verification is 'A short-lived proof such as a reset link. No row policy: belongs to a person, not to a firm.';
    create index verification_identifier on auth.verification (identifier);

    grant select, insert, update, delete on auth."user", auth.session, auth.account, auth.verification to greenlane_app;
  `.execute(db);
}

async function memberships(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table auth.member (
      id uuid primary key default gen_random_uuid(),
      firm_id uuid not null references auth.firm (id) on delete cascade,
      user_id uuid not null references auth."user" (id) on delete cascade,
      role text not null check (role in ('owner', 'compliance_manager', 'executive')),
      created_at timestamptz not null default now(),
      unique (firm_id, user_id)
    );
    comment on table auth.member is 'A person in a firm. No row policy: it is what decides which firm a request may act for.';
    create index member_user_id on auth.member (user_id);

    create table auth.operator_member (
      user_id uuid not null references auth."user" (id) on delete cascade,
      role text not null check (role in ('admin', 'analyst', 'approver')),
      created_at timestamptz not null default now(),
      primary key (user_id, role)
    );
    comment on table auth.operator_member is 'A person of the operator. No row policy: the operator is no firm.';

    create table auth.firm_grant (
      id uuid primary key default gen_random_uuid(),
      firm_id uuid not null references auth.firm (id) on delete cascade,
      grantee_firm_id uuid not null references auth.firm (id) on delete cascade,
      role text not null check (role in ('compliance_manager', 'executive')),
      granted_by uuid references auth."user" (id) on delete set null,
      created_at timestamptz not null default now(),
      revoked_at timestamptz,
      check (firm_id <> grantee_firm_id)
    );
    comment on table auth.firm_grant is 'A firm lets another one (its broker) act for it. No row policy: it is what decides which firm a request may act for.';
    create unique index firm_grant_standing on auth.firm_grant (firm_id, grantee_firm_id) where revoked_at is null;
    create index firm_grant_grantee_firm_id on auth.firm_grant (grantee_firm_id);

    grant select, insert, update, delete on auth.member, auth.operator_member, auth.firm_grant to greenlane_app;
  `.execute(db);
}

async function keys(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table auth.api_key (
      id uuid primary key default gen_random_uuid(),
      firm_id uuid references auth.firm (id) on delete cascade,
      name text not null check (length(name) between 1 and 100),
      prefix text not null,
      sha256 bytea not null unique check (length(sha256) = 32),
      scopes text[] not null check (cardinality(scopes) between 1 and 50),
      expires_at timestamptz not null,
      last_used_at timestamptz,
      revoked_at timestamptz,
      created_by uuid references auth."user" (id) on delete set null,
      created_at timestamptz not null default now()
    );
    comment on table auth.api_key is 'A key of a firm, or of the operator (firm_id null). No row policy: looked up by its hash to find out who asks.';
    comment on column auth.api_key.sha256 is 'Of the whole secret, which is shown once and kept nowhere.';
    comment on column auth.api_key.prefix is 'The first characters of the secret, to tell keys apart.';
    create index api_key_firm_id on auth.api_key (firm_id);

    grant select, insert, update, delete on auth.api_key to greenlane_app;
  `.execute(db);
}

async function doors(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table auth.setup_link (
      sha256 bytea primary key check (length(sha256) = 32),
      created_at timestamptz not null default now(),
      used_at timestamptz
    );
    comment on table auth.setup_link is 'The one-time link to the first administrator. No row policy: used before any firm exists.';

    create table auth.sign_in_attempt (
      subject text primary key,
      window_started_at timestamptz not null,
      attempts integer not null check (attempts >= 0)
    );
    comment on table auth.sign_in_attempt is 'Failed sign-ins in a window. No row policy: counted before anybody is known.';
    comment on column auth.sign_in_attempt.subject is 'Hash of an e-mail address or of a network address.';
    create index sign_in_attempt_window_started_at on auth.sign_in_attempt (window_started_at);

    grant select, insert, update, delete on auth.setup_link, auth.sign_in_attempt to greenlane_app;
  `.execute(db);
}
