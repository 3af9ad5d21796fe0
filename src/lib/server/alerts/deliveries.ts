import { sql } from 'kysely';
import type { Actor, Firm } from '#lib/domain/accounts/actor.ts';
import type { DeliveryChannel, DeliveryState } from '#lib/domain/alerts/delivery.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { asOwner } from '#lib/server/db/tenancy.ts';
import { recipientOf } from './recipient.ts';
import { alertRefusal, type AlertRefusal } from './refusal.ts';

export type ListedDelivery = {
  id: string;
  state: DeliveryState;
  channel: DeliveryChannel;
  endpoint_id: string | null;
  user_id: string | null;
  alert_id: string | null;
  digest_id: string | null;
  event_id: string | null;
  kind: string | null;
  attempts: number;
  next_attempt_at: Date;
  problem: string | null;
  created_at: Date;
  finished_at: Date | null;
  key: string;
};
export type DeliveryAttempt = {
  number: number;
  started_at: Date;
  duration_ms: number;
  is_success: boolean;
  status: number | null;
  problem: string | null;
  detail: string | null;
  next_attempt_at: Date | null;
};
export type DeliveryFilter = {
  states?: readonly DeliveryState[] | undefined;
  endpoint_id?: string | undefined;
  channel?: string | undefined;
  /** Made at or after the first, before the second. */
  from?: Date | undefined;
  until?: Date | undefined;
};

/** Ten a round, and as many rounds as somebody replays. */
const ATTEMPTS_MAX = 500;
/** Replayed at one time; whoever has more asks again. */
const REPLAY_MAX = 10_000;

type Who = { actor: Actor; firm: Firm | null };

export async function listDeliveries(
  app: App,
  { actor, firm }: Who,
  asked: DeliveryFilter & { limit: number; after?: readonly [string, string] | undefined },
): Promise<ListedDelivery[]> {
  const { states, endpoint_id, channel, from, until, after, limit } = asked;
  return asOwner(app.db, recipientOf(actor, firm).firm_id, (tx) =>
    rowsWhere(
      tx,
      sql`${states ? sql`d.state = any (${states}::text[])` : sql`true`}
        and ${endpoint_id ? sql`d.endpoint_id = ${endpoint_id}` : sql`true`}
        and ${channel ? sql`d.channel = ${channel}` : sql`true`}
        and ${from ? sql`d.created_at >= ${from}` : sql`true`}
        and ${until ? sql`d.created_at < ${until}` : sql`true`}
        and ${after ? sql`(d.created_at, d.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : sql`true`}`,
      limit + 1,
    ),
  );
}

export async function findDelivery(
  app: App,
  { actor, firm }: Who,
  id: string,
): Promise<{ ok: true; delivery: ListedDelivery; attempts: DeliveryAttempt[] } | AlertRefusal> {
  return asOwner(app.db, recipientOf(actor, firm).firm_id, async (tx) => {
    const [delivery] = await rowsWhere(tx, sql`d.id = ${id}`, 1);
    if (!delivery) return alertRefusal('delivery_unknown');
    const { rows } = await sql<DeliveryAttempt>`
      select t.number, t.started_at, t.duration_ms, t.is_success, t.status, t.problem, t.detail, t.next_attempt_at
      from delivery_attempt t where t.delivery_id = ${id} order by t.id limit ${ATTEMPTS_MAX}`.execute(tx);
    return { ok: true, delivery, attempts: rows };
  });
}

/** Sends again what was delivered or given up, with the same id, from the first step of the schedule. */
export async function replayDelivery(
  app: App,
  { actor, firm }: Who,
  id: string,
): Promise<{ ok: true } | AlertRefusal> {
  return asOwner(app.db, recipientOf(actor, firm).firm_id, async (tx) => {
    const [delivery] = await rowsWhere(tx, sql`d.id = ${id}`, 1);
    if (!delivery) return alertRefusal('delivery_unknown');
    if (delivery.state === 'pending') return alertRefusal('delivery_waits');
    await replay(tx, sql`d.id = ${id}`);
    return { ok: true };
  });
}

/** Sends many again: named ones, or all dead letters (of an endpoint) since a time. */
export async function replayDeliveries(
  app: App,
  { actor, firm }: Who,
  asked: { ids?: readonly string[] | undefined; since?: Date | undefined; endpoint_id?: string | undefined },
): Promise<{ replayed: number }> {
  const { ids, since, endpoint_id } = asked;
  const which = ids
    ? sql`d.id = any (${ids}::uuid[]) and d.state <> 'pending'`
    : sql`d.state = 'dead' and ${since ? sql`d.created_at >= ${since}` : sql`true`}
        and ${endpoint_id ? sql`d.endpoint_id = ${endpoint_id}` : sql`true`}`;
  return asOwner(app.db, recipientOf(actor, firm).firm_id, async (tx) => ({
    replayed: await replay(tx, which),
  }));
}

async function replay(tx: Tx, which: ReturnType<typeof sql>): Promise<number> {
  const { numAffectedRows } = await sql`
    update delivery set state = 'pending', attempts = 0, next_attempt_at = now(), problem = null, finished_at = null,
      lease_token = null, leased_until = null
    where id in (select d.id from delivery d where ${which} order by d.created_at limit ${REPLAY_MAX})`.execute(
    tx,
  );
  return Number(numAffectedRows ?? 0);
}

async function rowsWhere(
  tx: Tx,
  condition: ReturnType<typeof sql>,
  limit: number,
): Promise<ListedDelivery[]> {
  const { rows } = await sql<ListedDelivery>`
    select d.id, d.state, d.channel, d.endpoint_id, d.user_id, d.alert_id, d.digest_id, a.event_id, e.kind, d.attempts,
           d.next_attempt_at, d.problem, d.created_at, d.finished_at, d.created_at::text as key
    from delivery d left join alert a on a.id = d.alert_id left join event e on e.id = a.event_id
    where ${condition} order by d.created_at desc, d.id desc limit ${limit}`.execute(tx);
  return rows;
}
