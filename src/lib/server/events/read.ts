import { sql } from 'kysely';
import type { Db, Tx } from '#lib/server/db/connect.ts';
import { asOwner } from '#lib/server/db/tenancy.ts';
import { type Position } from './position.ts';

export type SpineEvent = Position & {
  kind: string;
  audience: 'everyone' | 'operator' | 'firm';
  firm_id: string | null;
  occurred_at: Date;
  subject_id: string | null;
  data: unknown;
};

const COLUMNS = sql`e.transaction_id::text as transaction_id, e.id::text as id, e.kind, e.audience, e.firm_id, e.occurred_at, e.subject_id, e.data`;

/**
 * What a firm (the operator, without one) may hear of after a position, in the order of commit. It ends at the
 * oldest transaction that is still open, so that a late commit is never skipped.
 */
export function eventsAfter(
  db: Db,
  firm_id: string | null,
  { after, limit }: { after: Position; limit: number },
): Promise<SpineEvent[]> {
  return asOwner(db, firm_id, async (tx) => {
    const { rows } = await sql<SpineEvent>`
      select ${COLUMNS} from event e
      where (e.transaction_id, e.id) > (${after.transaction_id}::xid8, ${after.id}::bigint)
        and e.transaction_id < pg_snapshot_xmin(pg_current_snapshot())
      order by e.transaction_id, e.id limit ${limit}`.execute(tx);
    return rows;
  });
}

/** The same for the streams of many firms at once. */
export async function followEvents(
  db: Db | Tx,
  asked: { after: Position; firm_ids: readonly string[]; is_operator: boolean; limit: number },
): Promise<SpineEvent[]> {
  const { after, firm_ids, is_operator, limit } = asked;
  const { rows } = await sql<SpineEvent>`
    select ${COLUMNS}
    from follow_events(${after.transaction_id}::xid8, ${after.id}::bigint, ${firm_ids}::uuid[], ${is_operator}, ${limit}) e`.execute(
    db,
  );
  return rows;
}

/** Where the spine ends now: whoever starts here misses nothing that commits later. */
export async function endOfSpine(db: Db): Promise<Position> {
  const { rows } = await sql<{ transaction_id: string }>`
    select (pg_snapshot_xmin(pg_current_snapshot())::text::numeric - 1)::text as transaction_id`.execute(db);
  const [row] = rows;
  if (!row) throw new Error('the database names no snapshot');
  // The largest id there can be: everything of that transaction lies before.
  return { transaction_id: row.transaction_id, id: '9223372036854775807' };
}
