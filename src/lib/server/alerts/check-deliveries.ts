import { sql } from 'kysely';
import type { CheckContext, Finding } from '#lib/server/integrity/finding.ts';

/** Listed one by one up to here; whoever has more has one cause. */
const FINDINGS_MAX = 500;
/** Events of so long are held against the subscriptions that stood before them. */
const LOOKED_BACK_DAYS = 30;
/** A lease lasts 30 seconds; whoever holds one for longer is a clock gone wrong. */
const LEASE_MINUTES_MAX = 5;
/** A worker takes up what is due within a second; this long nobody has looked. */
const OVERDUE_MINUTES = 15;

/** Events that nobody was told of, and deliveries that nobody will make. */
export async function* findDeliveryFaults({ worker }: CheckContext): AsyncGenerator<Finding, string> {
  const { db } = worker;
  let found = 0;
  for (const { kind, event_id, firm_id } of await untold(db)) {
    found += 1;
    yield {
      sentence: `${firm_id === null ? 'The operator' : `Firm ${firm_id}`} is subscribed to event ${event_id} (${kind}) and has no alert of it.`,
      mend: null,
    };
  }
  for (const { id } of await withoutEndpoint(db)) {
    found += 1;
    yield {
      sentence: `Delivery ${id} waits for an endpoint that was deleted or switched off; it can be cancelled.`,
      mend: { key: 'endpoint', run: () => cancelWithoutEndpoint(db) },
    };
  }
  for (const { id, leased_until } of await stuckLeases(db)) {
    found += 1;
    yield {
      sentence: `Delivery ${id} is held until ${leased_until.toISOString()}, longer than any lease lasts; the hold can be taken away.`,
      mend: { key: 'lease', run: () => freeLeases(db) },
    };
  }
  const overdue = await overdueSince(db);
  if (overdue.count > 0) {
    found += 1;
    yield {
      sentence: `${overdue.count} deliveries are due since more than ${OVERDUE_MINUTES} minutes, the first since ${overdue.since?.toISOString() ?? 'unknown'}, and nobody makes them: is a worker running?`,
      mend: null,
    };
  }
  const digests = await lateEntries(db);
  if (digests > 0) {
    found += 1;
    yield {
      sentence: `${digests} alerts wait for a digest whose period ended more than an hour ago: is a worker running?`,
      mend: null,
    };
  }
  return found === 0
    ? 'each event has its alerts, each delivery its endpoint and somebody who makes it'
    : `${found} found`;
}

type Db = CheckContext['worker']['db'];

/** By subscriptions that stood unchanged before the event; what an exclusion left out is on record. */
async function untold(db: Db) {
  const { rows } = await sql<{ event_id: string; kind: string; firm_id: string | null }>`
    with told as (
      select e.id, e.kind, e.audience, e.firm_id, e.occurred_at,
             words_of(e.data #> '{about,instruments}') as instruments,
             path_and_above(words_of(e.data #> '{about,provisions}')) as provisions,
             words_of(e.data #> '{about,pending_items}') as pending_items,
             words_of(e.data #> '{about,categories}') as categories,
             words_of(e.data #> '{about,districts}') as districts
      from event e where e.occurred_at > now() - ${LOOKED_BACK_DAYS}::int * interval '1 day'
    )
    select distinct t.id as event_id, t.kind, s.firm_id
    from told t join subscription s
      on t.audience = 'everyone' or (t.audience = 'operator' and s.firm_id is null) or s.firm_id = t.firm_id
    where s.created_at < t.occurred_at and s.updated_at < t.occurred_at and not s.only_if_affected
      and (s.kinds is null or t.kind = any (s.kinds))
      and ((s.instruments is null and s.provisions is null and s.pending_items is null)
           or ((s.instruments is not null or s.provisions is not null)
               and (s.instruments is null or s.instruments && t.instruments)
               and (s.provisions is null or s.provisions && t.provisions))
           or s.pending_items && t.pending_items)
      and (s.categories is null or t.categories = '{}' or s.categories && t.categories)
      and (s.districts is null or t.districts = '{}' or s.districts && t.districts)
      and not exists (select from alert a where a.event_id = t.id and a.firm_id is not distinct from s.firm_id)
      and not exists (select from alert_withheld w where w.event_id = t.id and w.subscription_id = s.id)
    order by t.id limit ${FINDINGS_MAX}`.execute(db);
  return rows;
}

const WITHOUT_ENDPOINT = sql`
  d.state = 'pending' and d.channel = 'webhook' and exists (
    select from endpoint p where p.id = d.endpoint_id and (p.deleted_at is not null or p.state = 'disabled'))`;

async function withoutEndpoint(db: Db) {
  const { rows } = await sql<{ id: string }>`
    select d.id from delivery d where ${WITHOUT_ENDPOINT} order by d.created_at limit ${FINDINGS_MAX}`.execute(
    db,
  );
  return rows;
}

async function cancelWithoutEndpoint(db: Db): Promise<void> {
  await sql`
    update delivery d set state = 'cancelled', problem = 'endpoint_gone', finished_at = now(), lease_token = null, leased_until = null
    where ${WITHOUT_ENDPOINT}`.execute(db);
}

const STUCK = sql`d.state = 'pending' and d.leased_until > now() + ${LEASE_MINUTES_MAX}::int * interval '1 minute'`;

async function stuckLeases(db: Db) {
  const { rows } = await sql<{ id: string; leased_until: Date }>`
    select d.id, d.leased_until from delivery d where ${STUCK} order by d.leased_until limit ${FINDINGS_MAX}`.execute(
    db,
  );
  return rows;
}

async function freeLeases(db: Db): Promise<void> {
  await sql`update delivery d set lease_token = null, leased_until = null where ${STUCK}`.execute(db);
}

async function overdueSince(db: Db): Promise<{ count: number; since: Date | null }> {
  const { rows } = await sql<{ count: number; since: Date | null }>`
    select count(*)::int as count, min(d.next_attempt_at) as since from delivery d
    where d.state = 'pending' and d.next_attempt_at < now() - ${OVERDUE_MINUTES}::int * interval '1 minute'
      and (d.leased_until is null or d.leased_until < now() - ${OVERDUE_MINUTES}::int * interval '1 minute')`.execute(
    db,
  );
  return rows[0] ?? { count: 0, since: null };
}

async function lateEntries(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from digest_entry n
    where n.digest_id is null and n.period_end < now() - interval '1 hour'`.execute(db);
  return rows[0]?.count ?? 0;
}
