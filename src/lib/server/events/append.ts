import { sql } from 'kysely';
import type { MatchField } from '#lib/domain/watch/query-set.ts';
import { findSearches } from '#lib/server/alerts/searches/find-searches.ts';
import type { Tx } from '#lib/server/db/connect.ts';

/** What subscribers may hear of. */
export const EVENT_KINDS = [
  'rule.published',
  'rule.withdrawn',
  'pending_item.moved',
  'signal.confirmed',
  'decision.changed',
  'report.expiring',
  'lab.changed',
  'clearance.threshold',
  'code.changed',
  'source.unhealthy',
  'endpoint.failing',
  'alert.escalated',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

export type NewEvent = {
  kind: EventKind;
  /** `operator`: the operator alone; a firm's id: that firm alone. */
  audience: 'everyone' | 'operator' | { firm_id: string };
  subject_id: string | null;
  /** The same happening told again meets this key and is no second event. */
  unique_key: string;
  data: Record<string, unknown>;
  /** What subscribers choose by; a list that is left out names nothing, and kinds are chosen by `kind`. */
  about?: EventTopic;
  /**
   * What saved searches are held against: texts that everybody may read with this event, and nothing that is not
   * approved. Left out for an event that is about no text.
   */
  texts?: readonly MatchField[];
  /** The firms whose own products it touches, where that is known; not kept with the event, which all may read. */
  affected_firms?: readonly string[];
  /** Of a version whose impact was worked out ahead: what it rests on. Then it says who is affected, and how. */
  impact_basis?: string;
};

/** Slugs of instruments and pending items, stable paths of provisions, slugs of categories, codes of districts. */
export type EventTopic = {
  instruments?: readonly string[];
  provisions?: readonly string[];
  pending_items?: readonly string[];
  categories?: readonly string[];
  districts?: readonly string[];
};

/** Wakes the readers of the spine; what happened they read from the table. */
export const EVENT_CHANNEL = 'greenlane_event';

/**
 * Adds an event to the spine within the transaction of what happened, and writes there who is owed it: alerts,
 * deliveries and entries of digests. Null when it stands there already, and nobody is told twice.
 */
export async function appendEvent(
  tx: Tx,
  event: NewEvent,
): Promise<{ id: string; alerts: number; deliveries: number } | null> {
  const firm_id = typeof event.audience === 'string' ? null : event.audience.firm_id;
  const added = await tx
    .insertInto('event')
    .values({
      kind: event.kind,
      audience: typeof event.audience === 'string' ? event.audience : 'firm',
      firm_id,
      subject_id: event.subject_id,
      unique_key: event.unique_key,
      data: JSON.stringify(event.about ? { ...event.data, about: event.about } : event.data),
    })
    .onConflict((conflict) => conflict.column('unique_key').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!added) return null;
  const searched = event.texts ? await findSearches(tx, added.id, event.texts) : [];
  const { rows } = await sql<{ alerts: string; deliveries: string }>`
    select alerts, deliveries
    from tell_subscribers(${added.id}, ${event.affected_firms ?? null}::uuid[], ${event.impact_basis ?? null},
      ${JSON.stringify(searched)}::jsonb)`.execute(tx);
  await sql`select pg_notify(${EVENT_CHANNEL}, '')`.execute(tx);
  return {
    id: added.id,
    alerts: Number(rows[0]?.alerts ?? 0),
    deliveries: Number(rows[0]?.deliveries ?? 0),
  };
}
