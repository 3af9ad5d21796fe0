import { sql, type Kysely } from 'kysely';

/**
 * An alert that nobody has acknowledged goes to a deputy and then to an executive as its day of force nears.
 * How many days before stands here: the row without a firm for everybody, a firm's own row for itself.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table escalation_setting (
      id uuid primary key default gen_random_uuid(),
      firm_id uuid unique nulls not distinct references auth.firm (id) on delete cascade,
      deputy_id uuid references auth."user" (id) on delete set null,
      deputy_days integer check (deputy_days between 0 and 365),
      executive_days integer check (executive_days between 0 and 365),
      patience_hours integer not null check (patience_hours between 0 and 720),
      updated_at timestamptz not null default now(),
      constraint escalation_in_order check (deputy_days is null or executive_days is null or executive_days <= deputy_days),
      constraint escalation_deputy_of_firm check (firm_id is not null or deputy_id is null)
    );
    comment on table escalation_setting is 'When an alert that nobody acknowledged is told to whom; the row without a firm holds where a firm has none.';
    comment on column escalation_setting.deputy_id is 'Null: the owners and compliance managers.';
    comment on column escalation_setting.deputy_days is 'Before the day of force; null: not at all.';
    comment on column escalation_setting.patience_hours is 'So long each of them has before the next one is told, however near the day is.';
    insert into escalation_setting (deputy_days, executive_days, patience_hours) values (30, 7, 24);

    create table alert_escalation (
      id uuid primary key default gen_random_uuid(),
      firm_id uuid not null references auth.firm (id) on delete cascade,
      alert_id uuid not null references alert (id) on delete cascade,
      step text not null check (step in ('deputy', 'executive')),
      at timestamptz not null,
      constraint alert_escalation_once unique (alert_id, step)
    );
    comment on table alert_escalation is 'Append-only: each step of an alert is told once.';

    alter table escalation_setting enable row level security;
    alter table escalation_setting force row level security;
    create policy read_own on escalation_setting for select to greenlane_app
      using (firm_id = (select app_firm_id()) or firm_id is null);
    create policy write_own on escalation_setting to greenlane_app
      using (firm_id = (select app_firm_id()) or (firm_id is null and (select app_is_operator())))
      with check (firm_id = (select app_firm_id()) or (firm_id is null and (select app_is_operator())));
    create policy of_jobs on escalation_setting to greenlane_worker using (true) with check (true);
    grant select, insert, update, delete on escalation_setting to greenlane_app;
    grant select on escalation_setting to greenlane_worker;

    alter table alert_escalation enable row level security;
    alter table alert_escalation force row level security;
    create policy of_owner on alert_escalation to greenlane_app
      using (firm_id = (select app_firm_id())) with check (firm_id = (select app_firm_id()));
    create policy of_jobs on alert_escalation to greenlane_worker using (true) with check (true);
    grant select on alert_escalation to greenlane_app;
    grant select, insert on alert_escalation to greenlane_worker;
  `.execute(db);
}
