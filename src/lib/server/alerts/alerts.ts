import { sql } from 'kysely';
import type { Actor, Firm } from '#lib/domain/accounts/actor.ts';
import type { Language } from '#lib/i18n/text.ts';
import { mailboxesOf } from '#lib/server/accounts/mailboxes.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { asOwner } from '#lib/server/db/tenancy.ts';
import { addressesOf } from '#lib/server/supervisor/address.ts';
import { createContents, impactOf, listContents, reasonsOf, type EventRow } from './content.ts';
import type { EscalationStep } from './escalation.ts';
import { messageOf, type Message } from './message.ts';
import { recipientOf, type Recipient } from './recipient.ts';
import { alertRefusal, type AlertRefusal } from './refusal.ts';

export const ALERT_STATES = ['unread', 'applicable', 'in_work', 'done', 'excluded'] as const;
export type AlertState = (typeof ALERT_STATES)[number];

export type AlertRow = EventRow & {
  id: string;
  state: AlertState;
  reasons: unknown;
  impact: unknown;
  owner_id: string | null;
  due_on: string | null;
  acknowledged_at: Date | null;
  /** The last step that it was told to, while nobody had acknowledged it. */
  escalated_to: EscalationStep | null;
  created_at: Date;
  key: string;
};
export type ToldAlert = Omit<AlertRow, 'reasons' | 'impact' | 'data'> & { message: Message };

export type AlertAct = {
  act: 'acknowledged' | 'moved' | 'assigned' | 'due' | 'commented' | 'escalated';
  actor_name: string;
  value: string | null;
  note: string | null;
  at: Date;
};

export type AlertChange = {
  state?: AlertState | undefined;
  owner_id?: string | null | undefined;
  due_on?: string | null | undefined;
  comment?: string | undefined;
  /** Why it is excluded; it stays with the alert. */
  reason?: string | undefined;
};

type Who = { actor: Actor; firm: Firm | null };
type Page = { limit: number; after?: readonly [string, string] | undefined };
type Change = { ok: true } | AlertRefusal;

const ACTS_MAX = 500;

type Asked = Page & { states?: readonly AlertState[] | undefined; language: Language };

/** The inbox as an actor sees it. */
export async function listAlerts(app: App, { actor, firm }: Who, asked: Asked): Promise<ToldAlert[]> {
  return inboxOf(app, recipientOf(actor, firm), asked);
}

/** The inbox of a firm (of the operator, without one), the newest first; each with what it says. */
export async function inboxOf(app: App, { firm_id, user_id }: Recipient, asked: Asked): Promise<ToldAlert[]> {
  const { after, states, limit, language } = asked;
  const rows = await asOwner(app.db, firm_id, (tx) =>
    alertRows(
      tx,
      sql`a.in_inbox
        and ${states ? sql`a.state = any (${states}::text[])` : sql`true`}
        and ${after ? sql`(a.created_at, a.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : sql`true`}`,
      limit + 1,
    ),
  );
  const contents = await listContents(app, rows);
  const { address } = addressesOf(app.config);
  return rows.flatMap(({ reasons, impact, data: _, ...row }) => {
    const content = contents.get(row.event_id);
    if (!content) return [];
    const own = reasonsOf(reasons).filter(
      (one) => one.user_id === null || user_id === null || one.user_id === user_id,
    );
    // What a colleague asked for is in the firm's inbox too, with their reason.
    const shown = own.length > 0 ? own : reasonsOf(reasons);
    const told = { alert_id: row.id, language, address, reasons: shown, impact: impactOf(impact) };
    return [{ ...row, message: messageOf(content, told) }];
  });
}

/** How many in each state, for the badge and the tabs. */
export async function countAlerts(app: App, { actor, firm }: Who): Promise<Record<AlertState, number>> {
  const { firm_id } = recipientOf(actor, firm);
  const { rows } = await asOwner(app.db, firm_id, (tx) =>
    sql<{ state: AlertState; count: string }>`
      select a.state, count(*) as count from alert a where a.in_inbox group by a.state`.execute(tx),
  );
  const counts = { unread: 0, applicable: 0, in_work: 0, done: 0, excluded: 0 };
  for (const { state, count } of rows) counts[state] = Number(count);
  return counts;
}

/** One alert with the texts that changed and its history. */
export async function findAlert(
  app: App,
  { actor, firm }: Who,
  { id, language }: { id: string; language: Language },
): Promise<{ ok: true; alert: ToldAlert; acts: AlertAct[] } | AlertRefusal> {
  const { firm_id } = recipientOf(actor, firm);
  const found = await asOwner(app.db, firm_id, async (tx) => {
    const [row] = await alertRows(tx, sql`a.id = ${id}`, 1);
    return row ? { row, acts: await actsOf(tx, id) } : null;
  });
  if (!found) return alertRefusal('alert_unknown');
  const { reasons, impact, data, ...row } = found.row;
  const message = messageOf(await createContents(app).of({ ...row, data }), {
    alert_id: id,
    language,
    address: addressesOf(app.config).address,
    reasons: reasonsOf(reasons),
    impact: impactOf(impact),
  });
  return { ok: true, alert: { ...row, message }, acts: found.acts };
}

/** "Read and understood": by whom and when. Each person may say so once; the first one counts for the alert. */
export async function acknowledge(app: App, { actor, firm }: Who, id: string): Promise<Change> {
  return asOwner(app.db, recipientOf(actor, firm).firm_id, async (tx) => {
    const [row] = await alertRows(tx, sql`a.id = ${id}`, 1);
    if (!row) return alertRefusal('alert_unknown');
    await sql`
      with said as (
        insert into alert_act (firm_id, alert_id, act, actor_kind, actor_id, actor_name)
        select a.firm_id, a.id, 'acknowledged', ${actor.kind}, ${actor.id}, ${actor.name.slice(0, 200)}
        from alert a where a.id = ${id} and not exists (
          select from alert_act t where t.alert_id = a.id and t.act = 'acknowledged' and t.actor_id = ${actor.id})
        returning 1
      )
      update alert set acknowledged_at = coalesce(acknowledged_at, now()), updated_at = now()
      where id = ${id} and exists (select from said)`.execute(tx);
    return { ok: true };
  });
}

/** Moves, assigns, dates or comments on alerts, each change with its line of history; all or none of them. */
export async function changeAlerts(
  app: App,
  { actor, firm }: Who,
  ids: readonly string[],
  change: AlertChange,
): Promise<Change> {
  if (change.state === 'excluded' && !change.reason?.trim()) return alertRefusal('note_missing', 'reason');
  const { firm_id } = recipientOf(actor, firm);
  const { owner_id } = change;
  if (owner_id && (await mailboxesOf(app.db, [{ firm_id, user_id: owner_id }])).length === 0)
    return alertRefusal('member_unknown', 'owner_id');
  return asOwner(app.db, firm_id, async (tx) => {
    const rows = await alertRows(tx, sql`a.id = any (${ids}::uuid[])`, ids.length);
    if (rows.length < new Set(ids).size) return alertRefusal('alert_unknown');
    for (const row of rows) await changeOne(tx, row, { change, actor, firm_id });
    return { ok: true };
  });
}

async function changeOne(
  tx: Tx,
  row: AlertRow,
  { change, actor, firm_id }: { change: AlertChange; actor: Actor; firm_id: string | null },
): Promise<void> {
  const acts: Pick<AlertAct, 'act' | 'value' | 'note'>[] = [];
  const { state, owner_id, due_on, comment } = change;
  const note = change.reason?.trim() || null;
  if (state !== undefined && state !== row.state) acts.push({ act: 'moved', value: state, note });
  if (owner_id !== undefined && owner_id !== row.owner_id)
    acts.push({ act: 'assigned', value: owner_id, note: null });
  if (due_on !== undefined && due_on !== row.due_on) acts.push({ act: 'due', value: due_on, note: null });
  if (comment?.trim()) acts.push({ act: 'commented', value: null, note: comment.trim() });
  if (acts.length === 0) return;
  await tx
    .updateTable('alert')
    .set({
      ...(state === undefined ? {} : { state }),
      ...(owner_id === undefined ? {} : { owner_id }),
      ...(due_on === undefined ? {} : { due_on }),
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', row.id)
    .execute();
  const by = { actor_kind: actor.kind, actor_id: actor.id, actor_name: actor.name.slice(0, 200) };
  await tx
    .insertInto('alert_act')
    .values(acts.map((act) => ({ firm_id, alert_id: row.id, ...by, ...act })))
    .execute();
}

/** What a message about an alert is made of; null where the reader has no such alert. */
export async function readAlertSource(tx: Tx, id: string): Promise<AlertRow | null> {
  const [row] = await alertRows(tx, sql`a.id = ${id}`, 1);
  return row ?? null;
}

async function alertRows(tx: Tx, condition: ReturnType<typeof sql>, limit: number): Promise<AlertRow[]> {
  const { rows } = await sql<AlertRow>`
    select a.id, a.state, a.reasons, a.impact, a.owner_id, a.due_on, a.acknowledged_at, a.created_at, a.created_at::text as key,
           (select x.step from alert_escalation x where x.alert_id = a.id order by x.at desc, x.step desc limit 1) as escalated_to,
           e.id as event_id, e.kind, e.occurred_at, e.subject_id, e.data
    from alert a join event e on e.id = a.event_id
    where ${condition} order by a.created_at desc, a.id desc limit ${limit}`.execute(tx);
  return rows;
}

async function actsOf(tx: Tx, id: string): Promise<AlertAct[]> {
  const { rows } = await sql<AlertAct>`
    select t.act, t.actor_name, t.value, t.note, t.at from alert_act t
    where t.alert_id = ${id} order by t.id limit ${ACTS_MAX}`.execute(tx);
  return rows;
}
