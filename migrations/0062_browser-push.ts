import { sql, type Kysely } from 'kysely';

/** Browsers that a person wants to be told in, and the pair that this installation shows push services. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table push_browser (
      id uuid primary key default gen_random_uuid(),
      firm_id uuid references auth.firm (id) on delete cascade,
      user_id uuid not null references auth."user" (id) on delete cascade,
      endpoint text not null check (length(endpoint) between 1 and 2000 and endpoint ~* '^https?://'),
      keys_sealed bytea not null,
      created_at timestamptz not null default now(),
      last_success_at timestamptz,
      constraint push_browser_once unique nulls not distinct (firm_id, user_id, endpoint)
    );
    comment on table push_browser is 'Where a browser is reached by its push service; gone when the service says so.';
    comment on column push_browser.keys_sealed is 'p256dh and auth, as the secrets of endpoints are kept.';

    create table push_key (
      is_ours boolean primary key default true check (is_ours),
      public_key text not null,
      private_key_sealed bytea not null,
      created_at timestamptz not null default now()
    );
    comment on table push_key is 'The one pair of VAPID: a new one would cut every browser off.';

    alter table push_browser enable row level security;
    alter table push_browser force row level security;
    create policy of_owner on push_browser to greenlane_app
      using (firm_id = (select app_firm_id()) or (firm_id is null and (select app_is_operator())))
      with check (firm_id = (select app_firm_id()) or (firm_id is null and (select app_is_operator())));
    create policy of_jobs on push_browser to greenlane_worker using (true) with check (true);
    grant select, insert, update, delete on push_browser to greenlane_app;
    grant select, update, delete on push_browser to greenlane_worker;
    grant select, insert on push_key to greenlane_app, greenlane_worker;
  `.execute(db);
}
