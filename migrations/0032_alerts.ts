import { sql, type Kysely } from 'kysely';

/**
 * What happened stands in `event`; who is owed it (`alert` of a firm, `delivery` of a channel) and what was
 * tried stand here. A delivery is its own queue: due at `next_attempt_at`, held until `leased_until` by whoever
 * knows the lease token.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table alert (
      id uuid primary key default gen_random_uuid(),
      firm_id uuid references auth.firm (id) on delete cascade,
      event_id bigint not null references event (id) on delete cascade,
      in_inbox boolean not null,
      reasons jsonb not null default '[]' check (jsonb_typeof(reasons) = 'array'),
      impact jsonb check (jsonb_typeof(impact) = 'object'),
      state text not null default 'unread' check (state in ('unread', 'applicable', 'in_work', 'done', 'excluded')),
      owner_id uuid references auth."user" (id) on delete set null,
      due_on date,
      acknowledged_at timestamptz,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      constraint alert_once unique nulls not distinct (event_id, firm_id)
    );
    comment on table alert is 'An event that a firm (or the operator, without one) asked to hear of, with the reason, and what became of it.';
    comment on column alert.reasons is 'The subscriptions that it fits: { subscription_id, user_id, and the topic as it was asked for }.';
    comment on column alert.impact is 'What the change does to the firm''s own products, where it is known.';
    create index alert_of_firm on alert (firm_id, created_at desc, id desc);

    create table alert_act (
      id bigint generated always as identity primary key,
      firm_id uuid references auth.firm (id) on delete cascade,
      alert_id uuid not null references alert (id) on delete cascade,
      act text not null check (act in ('acknowledged', 'moved', 'assigned', 'due', 'commented', 'escalated')),
      actor_kind text not null check (actor_kind in ('person', 'key', 'program')),
      actor_id uuid,
      actor_name text not null check (length(actor_name) between 1 and 200),
      value text check (length(value) <= 200),
      note text check (length(note) <= 4000),
      at timestamptz not null default now()
    );
    comment on table alert_act is 'Append-only history of an alert: who did what with it, and when.';
    create index alert_act_of_alert on alert_act (alert_id, id);

    create table digest (
      id uuid primary key default gen_random_uuid(),
      firm_id uuid references auth.firm (id) on delete cascade,
      user_id uuid references auth."user" (id) on delete cascade,
      endpoint_id uuid references endpoint (id) on delete cascade,
      channel text not null check (channel in ('email', 'webhook', 'push')),
      mode text not null check (mode in ('hourly', 'daily', 'weekly')),
      period_end timestamptz not null,
      created_at timestamptz not null default now(),
      constraint digest_once unique nulls not distinct (firm_id, user_id, endpoint_id, channel, mode, period_end)
    );
    comment on table digest is 'One message for all that a recipient is owed of a period, however much it is.';

    create table digest_entry (
      id bigint generated always as identity primary key,
      firm_id uuid references auth.firm (id) on delete cascade,
      user_id uuid references auth."user" (id) on delete cascade,
      endpoint_id uuid references endpoint (id) on delete cascade,
      alert_id uuid not null references alert (id) on delete cascade,
      channel text not null check (channel in ('email', 'webhook', 'push')),
      mode text not null check (mode in ('hourly', 'daily', 'weekly')),
      language text not null check (language in ('en', 'zh-CN')),
      period_end timestamptz not null,
      digest_id uuid references digest (id) on delete cascade,
      constraint digest_entry_once unique nulls not distinct (alert_id, user_id, endpoint_id, channel)
    );
    comment on table digest_entry is 'An alert that waits for the end of its period.';
    create index digest_entry_due on digest_entry (period_end) where digest_id is null;
    create index digest_entry_of_digest on digest_entry (digest_id) where digest_id is not null;

    create table delivery (
      id uuid primary key default gen_random_uuid(),
      firm_id uuid references auth.firm (id) on delete cascade,
      alert_id uuid references alert (id) on delete cascade,
      digest_id uuid unique references digest (id) on delete cascade,
      user_id uuid references auth."user" (id) on delete cascade,
      endpoint_id uuid references endpoint (id) on delete cascade,
      channel text not null check (channel in ('email', 'webhook', 'push')),
      language text not null check (language in ('en', 'zh-CN')),
      state text not null default 'pending' check (state in ('pending', 'delivered', 'dead', 'cancelled')),
      attempts integer not null default 0 check (attempts >= 0),
      next_attempt_at timestamptz not null default now(),
      lease_token uuid,
      leased_until timestamptz,
      problem text check (length(problem) <= 100),
      created_at timestamptz not null default now(),
      finished_at timestamptz,
      constraint delivery_is_of_one check ((alert_id is null) <> (digest_id is null)),
      constraint delivery_endpoint check ((channel = 'webhook') = (endpoint_id is not null)),
      constraint delivery_lease check ((lease_token is null) = (leased_until is null)),
      constraint delivery_once unique nulls not distinct (alert_id, digest_id, user_id, endpoint_id, channel)
    ) with (fillfactor = 70);
    comment on table delivery is 'A message that is owed: an alert or a digest, by one channel, to one recipient.';
    comment on column delivery.attempts is 'Of this round: a replay begins anew. All of them stand in delivery_attempt.';
    comment on column delivery.problem is 'Why the last attempt failed, or why there will be none.';
    create index delivery_due on delivery (next_attempt_at, channel) where state = 'pending';
    create index delivery_of_firm on delivery (firm_id, created_at desc, id desc);
    create index delivery_of_endpoint on delivery (endpoint_id, created_at desc) where endpoint_id is not null;

    create table delivery_attempt (
      id bigint generated always as identity primary key,
      firm_id uuid references auth.firm (id) on delete cascade,
      delivery_id uuid not null references delivery (id) on delete cascade,
      number integer not null check (number >= 1),
      started_at timestamptz not null,
      duration_ms integer not null check (duration_ms >= 0),
      is_success boolean not null,
      status integer,
      problem text check (length(problem) <= 100),
      detail text check (length(detail) <= 1000),
      next_attempt_at timestamptz
    );
    comment on table delivery_attempt is 'What was tried, and what came of it.';
    create index delivery_attempt_of_delivery on delivery_attempt (delivery_id, id);

    create table retry_step (
      attempt integer primary key check (attempt >= 1),
      delay_seconds integer not null check (delay_seconds > 0)
    );
    comment on table retry_step is 'How long to wait after the attempt of this number has failed; past the last one a delivery is dead.';
    insert into retry_step (attempt, delay_seconds) values
      (1, 5), (2, 300), (3, 1800), (4, 7200), (5, 18000), (6, 36000), (7, 50400), (8, 72000), (9, 86400);
    grant select on retry_step to greenlane_app, greenlane_worker;
  `.execute(db);
  const grants = {
    alert:
      'grant select, update on alert to greenlane_app; grant select, insert, update on alert to greenlane_worker',
    alert_act:
      'grant select, insert on alert_act to greenlane_app; grant select, insert on alert_act to greenlane_worker',
    digest: 'grant select on digest to greenlane_app; grant select, insert on digest to greenlane_worker',
    digest_entry:
      'grant select on digest_entry to greenlane_app; grant select, insert, update on digest_entry to greenlane_worker',
    delivery:
      'grant select, update on delivery to greenlane_app; grant select, insert, update, delete on delivery to greenlane_worker',
    delivery_attempt:
      'grant select on delivery_attempt to greenlane_app; grant select, insert on delivery_attempt to greenlane_worker',
  };
  for (const [table, grant] of Object.entries(grants))
    await sql
      .raw(
        `alter table ${table} enable row level security;
         alter table ${table} force row level security;
         create policy of_owner on ${table} to greenlane_app
           using (firm_id = (select app_firm_id()) or (firm_id is null and (select app_is_operator())))
           with check (firm_id = (select app_firm_id()) or (firm_id is null and (select app_is_operator())));
         create policy of_jobs on ${table} to greenlane_worker using (true) with check (true);
         ${grant};`,
      )
      .execute(db);
}
