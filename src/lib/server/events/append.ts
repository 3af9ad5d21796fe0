import { sql } from 'kysely';
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
};

/** Wakes the readers of the spine; what happened they read from the table. */
export const EVENT_CHANNEL = 'greenlane_event';

/** Adds an event to the spine within the transaction of what happened. Null when it stands there already. */
export async function appendEvent(tx: Tx, event: NewEvent): Promise<{ id: string } | null> {
  const firm_id = typeof event.audience === 'string' ? null : event.audience.firm_id;
  const added = await tx
    .insertInto('event')
    .values({
      kind: event.kind,
      audience: typeof event.audience === 'string' ? event.audience : 'firm',
      firm_id,
      subject_id: event.subject_id,
      unique_key: event.unique_key,
      data: JSON.stringify(event.data),
    })
    .onConflict((conflict) => conflict.column('unique_key').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!added) return null;
  await sql`select pg_notify(${EVENT_CHANNEL}, '')`.execute(tx);
  return { id: added.id };
}
