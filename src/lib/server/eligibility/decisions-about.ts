import { sql } from 'kysely';
import type { Outcome } from '#lib/domain/eligibility/engine/verdict.ts';
import type { Tx } from '#lib/server/db/connect.ts';

export type DecisionAbout = {
  reference: string;
  decision_id: string;
  outcome: Outcome;
  decided_at: Date;
  valid_until: string | null;
};

/** The newest decision under each of these references; an order system may use the declaration number as one. */
export async function decisionsAbout(
  tx: Tx,
  references: readonly string[],
): Promise<Map<string, DecisionAbout>> {
  if (references.length === 0) return new Map();
  const { rows } = await sql<DecisionAbout>`
    select wanted.reference, d.id as decision_id, d.outcome, d.decided_at, d.valid_until
    from unnest(${[...references]}::text[]) as wanted(reference)
    cross join lateral (
      select id, outcome, decided_at, valid_until from eligibility_decision
      where reference = wanted.reference order by decided_at desc, id desc limit 1) d
    limit ${references.length}`.execute(tx);
  return new Map(rows.map((row) => [row.reference, row]));
}
