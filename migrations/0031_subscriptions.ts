import { sql, type Kysely } from 'kysely';

/**
 * Who wants to hear of what, and where to. A row belongs to a person in a firm, to the firm (no person), to a
 * person of the operator (no firm), or to the operator (neither). Secrets of endpoints are sealed with a key
 * that is not in the database.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table subscription (
      id uuid primary key default gen_random_uuid(),
      firm_id uuid references auth.firm (id) on delete cascade,
      user_id uuid references auth."user" (id) on delete cascade,
      kinds text[] check (cardinality(kinds) > 0),
      instruments text[] check (cardinality(instruments) > 0),
      provisions text[] check (cardinality(provisions) > 0),
      pending_items text[] check (cardinality(pending_items) > 0),
      categories text[] check (cardinality(categories) > 0),
      districts text[] check (cardinality(districts) > 0),
      only_if_affected boolean not null default false,
      to_inbox boolean not null default true,
      to_email boolean not null default false,
      to_push boolean not null default false,
      endpoint_ids uuid[] not null default '{}' check (cardinality(endpoint_ids) <= 50),
      mode text not null default 'immediate' check (mode in ('immediate', 'hourly', 'daily', 'weekly')),
      language text not null default 'en' check (language in ('en', 'zh-CN')),
      quiet_from time,
      quiet_to time,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      constraint subscription_goes_somewhere
        check (to_inbox or to_email or to_push or cardinality(endpoint_ids) > 0),
      constraint subscription_quiet_hours check ((quiet_from is null) = (quiet_to is null)),
      constraint subscription_endpoints_are_the_firms check (user_id is null or cardinality(endpoint_ids) = 0),
      constraint subscription_push_is_personal check (user_id is not null or not to_push)
    );
    comment on table subscription is 'A topic, the channels that it goes to, how often and in which language.';
    comment on column subscription.user_id is 'The person; null for the firm as a whole, whose mail goes to its owners and managers.';
    comment on column subscription.provisions is 'Stable paths; one stands for what lies below it.';
    comment on column subscription.quiet_from is 'In the time zone of the firm; what comes in quiet hours waits for their end.';
    create index subscription_of_firm on subscription (firm_id, user_id);

    create table endpoint (
      id uuid primary key default gen_random_uuid(),
      firm_id uuid references auth.firm (id) on delete cascade,
      url text not null check (length(url) between 1 and 2000 and url ~* '^https?://'),
      format text not null default 'standard'
        check (format in ('standard', 'dingtalk', 'wecom', 'feishu', 'slack', 'teams')),
      description text check (length(description) between 1 and 200),
      secret_sealed bytea not null,
      secret_before_sealed bytea,
      secret_before_until timestamptz,
      signing_key_sealed bytea,
      signing_public_key text,
      state text not null default 'active' check (state in ('active', 'paused', 'disabled')),
      state_reason text check (state_reason in ('gone', 'failed_for_days', 'by_hand')),
      state_since timestamptz not null default now(),
      failing_since timestamptz,
      is_slow boolean not null default false,
      last_success_at timestamptz,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      deleted_at timestamptz,
      constraint endpoint_overlap check ((secret_before_sealed is null) = (secret_before_until is null))
    );
    comment on table endpoint is 'An address that messages are posted to, with its secrets and how it fares.';
    comment on column endpoint.secret_sealed is 'AES-256-GCM; the key is derived from the secret in DATA_DIR.';
    comment on column endpoint.secret_before_until is 'Until then messages carry a signature by the secret before as well.';
    comment on column endpoint.failing_since is 'The first failure since the last success.';
    comment on column endpoint.is_slow is 'Its last attempt failed or took long: it is served apart, so that others do not wait.';
    create index endpoint_of_firm on endpoint (firm_id) where deleted_at is null;

    create table mail_stop (
      id uuid primary key default gen_random_uuid(),
      firm_id uuid references auth.firm (id) on delete cascade,
      user_id uuid references auth."user" (id) on delete cascade,
      reason text not null check (reason in ('unsubscribed', 'refused')),
      detail text check (length(detail) <= 1000),
      stopped_at timestamptz not null default now(),
      constraint mail_stop_once unique nulls not distinct (firm_id, user_id)
    );
    comment on table mail_stop is 'No mail of this firm goes to this person: they said so with one click, or their mailbox is gone.';

    create table feed_token (
      id uuid primary key default gen_random_uuid(),
      firm_id uuid not null references auth.firm (id) on delete cascade,
      user_id uuid references auth."user" (id) on delete cascade,
      sha256 bytea not null unique check (length(sha256) = 32),
      prefix text not null,
      created_at timestamptz not null default now(),
      revoked_at timestamptz
    );
    comment on table feed_token is 'Opens the feeds of a firm to readers that cannot sign in. The token is shown once and kept nowhere.';
    create index feed_token_of_firm on feed_token (firm_id);
  `.execute(db);
  for (const table of ['subscription', 'endpoint', 'mail_stop', 'feed_token'])
    await sql
      .raw(
        `alter table ${table} enable row level security;
         alter table ${table} force row level security;
         create policy of_owner on ${table} to greenlane_app
           using (firm_id = (select app_firm_id()) or (firm_id is null and (select app_is_operator())))
           with check (firm_id = (select app_firm_id()) or (firm_id is null and (select app_is_operator())));
         create policy of_jobs on ${table} to greenlane_worker using (true) with check (true);
         grant select, insert, update, delete on ${table} to greenlane_app;
         grant select on ${table} to greenlane_worker;`,
      )
      .execute(db);
  await sql`
    grant update on endpoint to greenlane_worker;
    grant insert, update on mail_stop to greenlane_worker;
  `.execute(db);
}
