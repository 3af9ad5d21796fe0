import { sql } from 'kysely';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import type { ProgrammeRule } from '#lib/domain/eligibility/engine/rule.ts';
import type { Check, Verdict } from '#lib/domain/eligibility/engine/verdict.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import type { ExpectedHours } from './expected-hours.ts';

/** `summary` keeps the hash of the input and the checks that did not pass; who asked keeps the input. */
export const LOG_MODES = ['full', 'summary'] as const;
export type LogMode = (typeof LOG_MODES)[number];

/** Who asked; `program` decides again what was decided before. */
export type DecidedBy = Pick<Actor, 'kind' | 'id'> | { kind: 'program'; id: string };

/** Code, clause and result of a check that did not pass. */
export type OpenCheck = Pick<Check, 'code' | 'result'> & { clause: string | null };

export function openChecksOf({ checks }: Verdict): OpenCheck[] {
  const open: OpenCheck[] = [];
  for (const { code, result, clause } of checks)
    if (result !== 'pass') open.push({ code, result, clause: clause ?? null });
  return open;
}

export type DecisionRow = {
  id: string;
  firm_id: string;
  reference: string | null;
  subject: string | null;
  decided_at: Date;
  known_at: Date;
  declaration_date: string;
  rule_state: ProgrammeRule['state'];
  programme_version_id: string | null;
  standard_version_id: string | null;
  lab_state_sha256: string | null;
  category_state_sha256: string;
  input: string | null;
  input_sha256: string;
  outcome: Verdict['outcome'];
  valid_until: string | null;
  open_checks: OpenCheck[];
  verdict_sha256: string;
  expected_hours: ExpectedHours | null;
  is_shared: boolean;
  /** As PostgreSQL writes it, with its microseconds: the key of lists. */
  decided_at_text: string;
};

const COLUMNS = sql`
  d.id, d.firm_id, d.reference, d.subject, d.decided_at, d.known_at, d.declaration_date, d.rule_state, d.programme_version_id,
  d.standard_version_id, d.lab_state_sha256, d.category_state_sha256, d.input, d.input_sha256, d.outcome, d.valid_until,
  d.open_checks, d.verdict_sha256, d.expected_hours, d.decided_at::text as decided_at_text,
  exists (select from eligibility_share s where s.decision_id = d.id) as is_shared`;

/** One decision; null where the transaction may not know of it. */
export async function readDecision(tx: Tx, id: string): Promise<DecisionRow | null> {
  const { rows } = await sql<DecisionRow>`
    select ${COLUMNS} from eligibility_decision d where d.id = ${id} limit 1`.execute(tx);
  return rows[0] ?? null;
}

export type LaterDecision = Pick<DecisionRow, 'id' | 'outcome' | 'decided_at'>;

/**
 * The newest decision on the same shipment: what came of deciding it again, or a later answer about the same
 * reference and product. Null where this one is the newest.
 */
export async function laterDecision(tx: Tx, row: DecisionRow): Promise<LaterDecision | null> {
  const { rows } = await sql<LaterDecision>`
    with recursive again as (
      select r.new_decision_id as id, 1 as step from eligibility_redecision r where r.decision_id = ${row.id}
      union all
      select r.new_decision_id, a.step + 1 from again a join eligibility_redecision r on r.decision_id = a.id
      where a.step < ${STEPS_MAX}
    )
    select d.id, d.outcome, d.decided_at from again a join eligibility_decision d on d.id = a.id
    union
    select d.id, d.outcome, d.decided_at from eligibility_decision d
    where d.reference = ${row.reference} and d.subject is not distinct from ${row.subject}
      and d.decided_at > ${row.decided_at_text}::timestamptz
    order by decided_at desc, id desc limit 1`.execute(tx);
  return rows[0] ?? null;
}

/** A decision is decided again when law or registers change; no shipment sees a change a week for years. */
const STEPS_MAX = 200;

export type DecisionFilter = {
  outcome: Verdict['outcome'] | null;
  reference: string | null;
  /** Days of the decision in China, inclusive. */
  from: string | null;
  to: string | null;
};

/** Decisions, newest first; `limit` and one more. */
export async function listDecisions(
  tx: Tx,
  filter: DecisionFilter,
  page: { limit: number; after: readonly [string, string] | null },
): Promise<DecisionRow[]> {
  const { outcome, reference, from, to } = filter;
  const { rows } = await sql<DecisionRow>`
    select ${COLUMNS} from eligibility_decision d
    where (${outcome}::text is null or d.outcome = ${outcome})
      and (${reference}::text is null or d.reference = ${reference})
      and (${from}::date is null or d.decided_at >= ${from}::date::timestamp at time zone 'Asia/Shanghai')
      and (${to}::date is null or d.decided_at < (${to}::date + 1)::timestamp at time zone 'Asia/Shanghai')
      and (${page.after?.[0] ?? null}::timestamptz is null
           or (d.decided_at, d.id) < (${page.after?.[0] ?? null}::timestamptz, ${page.after?.[1] ?? null}::uuid))
    order by d.decided_at desc, d.id desc limit ${page.limit + 1}`.execute(tx);
  return rows;
}
