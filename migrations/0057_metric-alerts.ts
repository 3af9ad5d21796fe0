import { sql, type Kysely } from 'kysely';

/** Alerts of a firm on its own clearance hours: what is asked (`content`, read by one schema) and how it stands. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table metric_alert (
      id uuid primary key default gen_random_uuid(),
      firm_id uuid not null references auth.firm (id) on delete cascade,
      content jsonb not null check (jsonb_typeof(content) = 'object'),
      is_enabled boolean not null default true,
      state text not null default 'ok' check (state in ('ok', 'pending', 'firing')),
      state_since text check (length(state_since) <= 20),
      is_told boolean not null default false,
      told_count integer not null default 0 check (told_count >= 0),
      last_period text check (length(last_period) <= 20),
      last_value double precision,
      no_data_since text check (length(no_data_since) <= 20),
      evaluated_at timestamptz,
      revision integer not null default 1 check (revision >= 1),
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    comment on table metric_alert is 'An alert on clearance hours: a limit, what it is held against, how long, and how it stands.';
    comment on column metric_alert.is_told is 'Whether subscribers were told that it fires, and not yet that it has recovered.';
    comment on column metric_alert.no_data_since is 'The first of the last periods without data, in which the state is kept; null while there are data.';
    create index metric_alert_of_firm on metric_alert (firm_id, created_at desc, id desc);
    create index metric_alert_due on metric_alert (evaluated_at nulls first) where is_enabled;
    alter table metric_alert enable row level security;
    alter table metric_alert force row level security;
    create policy of_firm on metric_alert to greenlane_app
      using (firm_id = (select app_firm_id())) with check (firm_id = (select app_firm_id()));
    create policy of_jobs on metric_alert for select to greenlane_worker using (true);
    grant select, insert, update, delete on metric_alert to greenlane_app;
    grant select on metric_alert to greenlane_worker;
  `.execute(db);
}
