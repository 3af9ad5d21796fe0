import { sql } from 'kysely';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import type { Outcome } from '#lib/domain/eligibility/engine/verdict.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { Decider, type Decision } from './decider.ts';
import { openChecksOf, type DecisionRow } from './decision-log.ts';
import { inputOf } from './recompute.ts';

/** A decision that came otherwise, with the one that takes its place. */
export type DecidedAgain = {
  decision_id: string;
  new_decision_id: string;
  reference: string | null;
  subject: string | null;
  was: Outcome;
  is_now: Outcome;
};

/** Decisions at once, and in one look; who asks about more shipments than that asks again before each. */
const PAGE = 500;
const DECISIONS_MAX = 10_000;
/** A provisional pass is decided again when its clause is interpreted, also after the goods were declared. */
const PROVISIONAL_DAYS = 180;
/** Stands for the program itself where the log names who asked. */
const PROGRAM = { kind: 'program', id: '00000000-0000-0000-0000-000000000000' } as const;

type Row = Pick<
  DecisionRow,
  'id' | 'reference' | 'subject' | 'outcome' | 'open_checks' | 'input' | 'input_sha256'
>;

/**
 * Green decisions that still count (of goods not declared yet, and those that rest on a provisional clause) by what
 * is known now. Those that come otherwise are decided anew: a new entry of the log, named by the old one.
 */
export async function decideAgain(app: App, firm: Firm, { today }: { today: string }): Promise<void> {
  const decider = new Decider(app, { firm, actor: PROGRAM });
  let after = '00000000-0000-0000-0000-000000000000';
  for (let seen = 0; seen < DECISIONS_MAX; seen += PAGE) {
    const rows = await countingAfter(app, firm, { today, after });
    await decidePage(app, firm, { decider, rows });
    if (rows.length < PAGE) break;
    after = rows.at(-1)?.id ?? after;
  }
}

/** The others are in the log. */
const TOLD_MAX = 50;

/** What was decided again after this moment, which PostgreSQL wrote; the newest first. */
export async function decidedAgainSince(
  tx: Tx,
  since: string | null,
): Promise<{ decisions: DecidedAgain[]; total: number }> {
  const { rows } = await sql<DecidedAgain & { total: number }>`
    select d.id as decision_id, n.id as new_decision_id, d.reference, d.subject, d.outcome as was, n.outcome as is_now,
           (count(*) over ())::int as total
    from eligibility_redecision r
    join eligibility_decision d on d.id = r.decision_id join eligibility_decision n on n.id = r.new_decision_id
    where r.at > coalesce(${since}::timestamptz, '-infinity')
    order by r.at desc, d.id limit ${TOLD_MAX}`.execute(tx);
  return { decisions: rows.map(({ total: _, ...row }) => row), total: rows[0]?.total ?? 0 };
}

async function countingAfter(
  app: App,
  firm: Firm,
  { today, after }: { today: string; after: string },
): Promise<Row[]> {
  return inFirm(app.db, firm.id, async (tx) => {
    const { rows } = await sql<Row>`
      select d.id, d.reference, d.subject, d.outcome, d.open_checks, d.input, d.input_sha256
      from eligibility_decision d
      where d.outcome = 'green' and d.input is not null and d.id > ${after}::uuid
        and (d.declaration_date >= ${today}::date
             or (d.declaration_date >= ${today}::date - ${PROVISIONAL_DAYS}::int
                 and d.open_checks @> '[{"result": "provisional"}]'))
        and not exists (select from eligibility_redecision r where r.decision_id = d.id)
      order by d.id limit ${PAGE}`.execute(tx);
    return rows;
  });
}

async function decidePage(
  app: App,
  firm: Firm,
  { decider, rows }: { decider: Decider; rows: readonly Row[] },
): Promise<void> {
  const asked = rows.flatMap((row) => {
    const read = inputOf(row);
    return read.ok
      ? [{ row, question: { reference: row.reference, known_at: null, input: read.input } }]
      : [];
  });
  if (asked.length === 0) return;
  const decided = await decider.decideWhere(
    asked.map(({ question }) => question),
    (decision, index) => isOther(asked[index]?.row, decision),
  );
  const links = asked.flatMap(({ row }, index) => {
    const decision = decided[index];
    return decision ? [{ decision_id: row.id, new_decision_id: decision.id, firm_id: firm.id }] : [];
  });
  if (links.length > 0)
    await inFirm(app.db, firm.id, (tx) =>
      tx
        .insertInto('eligibility_redecision')
        .values(links)
        .onConflict((conflict) => conflict.column('decision_id').doNothing())
        .execute(),
    );
}

/** The outcome, or a check that did not pass, differs. */
function isOther(row: Row | undefined, { verdict }: Decision): boolean {
  if (!row) return false;
  const said = (checks: Row['open_checks']) =>
    checks
      .map(({ code, clause, result }) => `${code} ${clause ?? ''} ${result}`)
      .sort()
      .join();
  return verdict.outcome !== row.outcome || said(openChecksOf(verdict)) !== said(row.open_checks);
}
