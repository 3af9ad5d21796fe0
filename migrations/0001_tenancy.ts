import { sql, type Kysely } from 'kysely';

/**
 * Firms and the two settings that every row policy reads. `greenlane_app` and `greenlane_worker` exist
 * before the first migration runs (they belong to the cluster, not to the database).
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create schema auth;
    grant usage on schema auth, public to greenlane_app, greenlane_worker;
    revoke create on schema public from public;

    create function app_firm_id() returns uuid
      language sql stable parallel safe
      return nullif(current_setting('app.firm_id', true), '')::uuid;
    comment on function app_firm_id() is 'The firm this transaction acts for; null when none is set.';

    create function app_is_operator() returns boolean
      language sql stable parallel safe
      return coalesce(current_setting('app.is_operator', true), '') = 'on';
    comment on function app_is_operator() is 'Whether this transaction acts for the operator.';

    create table auth.firm (
      id uuid primary key default gen_random_uuid(),
      slug text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
      name text not null check (length(name) between 1 and 200),
      uscc text check (uscc ~ '^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$'),
      customs_office text not null default '3104' check (customs_office ~ '^[0-9]{4}$'),
      time_zone text not null default 'Asia/Shanghai',
      language text not null default 'en' check (language in ('en', 'zh-CN')),
      is_sample boolean not null default false,
      created_at timestamptz not null default now()
    );
    comment on table auth.firm is 'A tenant. Its rows elsewhere carry firm_id and are guarded by row policies.';

    grant select, insert, update, delete on auth.firm to greenlane_app;
    grant select on auth.firm to greenlane_worker;
  `.execute(db);
}
