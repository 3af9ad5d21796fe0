import { sql } from 'kysely';
import {
  mailboxesOf,
  peopleInRole,
  responsiblePeople,
  type Mailbox,
} from '#lib/server/accounts/mailboxes.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { appendEvent } from '#lib/server/events/append.ts';

export const ESCALATION_STEPS = ['deputy', 'executive'] as const;
export type EscalationStep = (typeof ESCALATION_STEPS)[number];

type Due = {
  alert_id: string;
  firm_id: string;
  step: EscalationStep;
  day: string;
  title: string;
  label: string;
  deputy_id: string | null;
};

/** Of one run; the next one takes the rest. */
const DUE_MAX = 500;
/** A worker that stood still over the day of force tells late; a rule of long ago is no news. */
const LATE_DAYS_MAX = 30;

/**
 * Tells the deputy, and later an executive, of alerts that nobody has acknowledged while their day of force
 * nears. Each step is told once, whatever is run again; the time is the database's.
 */
export async function escalateDue(
  app: Pick<App, 'db' | 'firm_pool'>,
  at?: Date,
): Promise<{ deputies: number; executives: number }> {
  const counts = { deputies: 0, executives: 0 };
  for (const due of await dueSteps(app, at)) {
    const people = await peopleOf(app, due);
    const is_told = await app.db.transaction().execute((tx) => tell(tx, due, { people, at }));
    if (is_told) counts[due.step === 'deputy' ? 'deputies' : 'executives'] += 1;
  }
  return counts;
}

async function dueSteps({ db }: Pick<App, 'db'>, at: Date | undefined): Promise<Due[]> {
  const { rows } = await sql<Due>`
    with clock as (
      select t.at, (t.at at time zone 'Asia/Shanghai')::date as today
      from (select coalesce(${at ?? null}::timestamptz, now()) as at) t
    ), dated as (
      select e.id, e.data ->> 'title' as title, e.data ->> 'label' as label, (e.data ->> 'valid_from')::date as day
      from event e, clock c
      where e.kind = 'rule.published' and e.audience = 'everyone' and e.data ->> 'stage' = 'published'
        and (e.data ->> 'valid_from')::date >= c.today - ${LATE_DAYS_MAX}::int
        -- What was taken back, or was never the law as stated, asks for nothing any more.
        and not exists (
          select from event w
          where (w.kind = 'rule.withdrawn' and w.subject_id = e.subject_id)
             or (w.kind = 'rule.published' and w.data ->> 'corrects' = e.subject_id::text))
    )
    select a.id as alert_id, a.firm_id, s.step, d.day::text as day, d.title, d.label, t.deputy_id
    from dated d
    cross join clock c
    join alert a on a.event_id = d.id
    cross join lateral (
      select * from escalation_setting g where g.firm_id = a.firm_id or g.firm_id is null
      order by g.firm_id nulls last limit 1
    ) t
    cross join lateral (values ('deputy', t.deputy_days), ('executive', t.executive_days)) as s (step, days)
    left join alert_escalation before on before.alert_id = a.id and before.step = 'deputy'
    where a.firm_id is not null and a.in_inbox and a.acknowledged_at is null and a.state not in ('done', 'excluded')
      and c.today >= d.day - s.days
      -- A day that was past when the firm was told leaves no "before".
      and d.day > (a.created_at at time zone 'Asia/Shanghai')::date
      and c.at >= case when s.step = 'executive' then coalesce(before.at, a.created_at) else a.created_at end
        + t.patience_hours * interval '1 hour'
      -- The deputy first, whenever both are asked for.
      and (s.step = 'deputy' or t.deputy_days is null or before.at is not null)
      and not exists (select from alert_escalation x where x.alert_id = a.id and x.step = s.step)
    order by d.day, a.created_at limit ${DUE_MAX}`.execute(db);
  return rows;
}

/** Who is told of a step; where nobody has the part, those who are responsible for the firm. */
async function peopleOf(
  { firm_pool: { db } }: Pick<App, 'firm_pool'>,
  { firm_id, step, deputy_id }: Due,
): Promise<Mailbox[]> {
  const seats = (ids: readonly string[]) => ids.map((user_id) => ({ firm_id, user_id }));
  const named =
    step === 'executive'
      ? seats(await peopleInRole(db, firm_id, 'executive'))
      : deputy_id === null
        ? []
        : await mailboxesOf(db, seats([deputy_id]));
  return mailboxesOf(db, named.length > 0 ? named : seats(await responsiblePeople(db, firm_id)));
}

/** False when somebody acknowledged it meanwhile, or another worker told it. */
async function tell(
  tx: Tx,
  { alert_id, firm_id, step, day, title, label }: Due,
  { people, at }: { people: readonly Mailbox[]; at: Date | undefined },
): Promise<boolean> {
  const { rows } = await sql`
    insert into alert_escalation (firm_id, alert_id, step, at)
    select a.firm_id, a.id, ${step}, coalesce(${at ?? null}::timestamptz, now())
    from alert a where a.id = ${alert_id} and a.acknowledged_at is null
    for update
    on conflict on constraint alert_escalation_once do nothing
    returning id`.execute(tx);
  if (rows.length === 0) return false;
  const names = people.map(({ name }) => name).join(', ');
  await sql`
    insert into alert_act (firm_id, alert_id, act, actor_kind, actor_name, value, note)
    values (${firm_id}, ${alert_id}, 'escalated', 'program', 'Greenlane', ${step}, ${names || null})`.execute(
    tx,
  );
  const told = await appendEvent(tx, {
    kind: 'alert.escalated',
    audience: { firm_id },
    subject_id: alert_id,
    unique_key: `alert.escalated:${alert_id}:${step}`,
    data: { alert_id, step, title, label, valid_from: day },
  });
  if (!told) return true;
  // In the inbox the alert itself says so: a second one would ask to be acknowledged as well.
  await sql`
    insert into alert (firm_id, event_id, in_inbox, reasons) values (${firm_id}, ${told.id}, false, '[]')
    on conflict on constraint alert_once do update set in_inbox = false`.execute(tx);
  await sql`
    insert into delivery (firm_id, alert_id, user_id, channel, language)
    select a.firm_id, a.id, u.id, 'email', coalesce((select f.language from auth.firm f where f.id = a.firm_id), 'en')
    from alert a, unnest(${people.map(({ user_id }) => user_id)}::uuid[]) as u (id)
    where a.event_id = ${told.id} and a.firm_id = ${firm_id}
    on conflict on constraint delivery_once do nothing`.execute(tx);
  return true;
}
