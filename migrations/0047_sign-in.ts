import { sql, type Kysely } from 'kysely';

/** Ways to sign in beside the password: a code, a passkey, a firm's own provider; and what a firm asks for. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table auth.two_factor (
      id uuid primary key default gen_random_uuid(),
      user_id uuid not null unique references auth."user" (id) on delete cascade,
      secret text not null,
      backup_codes text not null,
      verified boolean not null default false,
      failed_verification_count integer not null default 0,
      locked_until timestamptz
    );
    comment on table auth.two_factor is 'The second factor of a person. No row policy: read at sign-in, before any firm is known.';
    comment on column auth.two_factor.secret is 'Encrypted by better-auth with the secret in the data directory, like backup_codes.';

    create table auth.passkey (
      id uuid primary key default gen_random_uuid(),
      user_id uuid not null references auth."user" (id) on delete cascade,
      name text check (length(name) <= 100),
      public_key text not null,
      credential_id text not null unique,
      counter bigint not null,
      device_type text not null,
      backed_up boolean not null,
      transports text,
      aaguid text,
      created_at timestamptz not null default now()
    );
    comment on table auth.passkey is 'A passkey of a person, its public half. No row policy: read at sign-in, before any firm is known.';
    create index passkey_user_id on auth.passkey (user_id);

    create table auth.oidc_provider (
      firm_id uuid primary key references auth.firm (id) on delete cascade,
      issuer text not null check (issuer ~ '^https?://' and length(issuer) <= 500),
      client_id text not null check (length(client_id) between 1 and 500),
      client_secret_sealed bytea not null,
      domain text not null check (domain = lower(domain) and domain ~ '^[a-z0-9.-]+[.][a-z0-9-]+$'),
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    comment on table auth.oidc_provider is 'A firm''s own sign-in. No row policy: read at sign-in, before anybody is known.';
    comment on column auth.oidc_provider.domain is 'The provider speaks for e-mail addresses of this domain, and for no others.';

    alter table auth.firm add column requires_second_factor boolean not null default false;
    comment on column auth.firm.requires_second_factor is 'People without a second factor see nothing of the firm until they have one.';

    grant select, insert, update, delete on auth.two_factor, auth.passkey, auth.oidc_provider to greenlane_app;
  `.execute(db);
}
