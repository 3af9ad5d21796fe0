import { decide } from './engine/decide.ts';
import type { CompiledRule } from './engine/compile.ts';
import type { DecisionInput } from './engine/input.ts';
import { OUTCOMES, type Check, type CheckResult, type Outcome, type Verdict } from './engine/verdict.ts';

/** One check that comes out otherwise; null where one of the two rules does not make it. */
export type CheckChange = {
  code: Check['code'];
  clause: string | null;
  was: CheckResult | null;
  would_be: CheckResult | null;
};

/** How the verdict on goods differs under another rule or register. Days are legal days `YYYY-MM-DD`. */
export type VerdictChange = {
  was: Outcome;
  would_be: Outcome;
  /** Of green verdicts the last day of declaration; else null. */
  valid_until_was: string | null;
  valid_until: string | null;
  checks: CheckChange[];
};

/** As much of a verdict as is compared. */
export type JudgedVerdict = Pick<Verdict, 'outcome' | 'valid_until'> & {
  checks: readonly Pick<Check, 'code' | 'clause' | 'slot' | 'result'>[];
};

/**
 * What differs between two verdicts on the same goods: the outcome, the last green day, or the result of a check.
 * Null where none does; other words for the same result are no difference.
 */
export function verdictChange(before: JudgedVerdict, after: JudgedVerdict): VerdictChange | null {
  const checks = checkChanges(before.checks, after.checks);
  const is_same = before.outcome === after.outcome && before.valid_until === after.valid_until;
  if (is_same && checks.length === 0) return null;
  return {
    was: before.outcome,
    would_be: after.outcome,
    valid_until_was: before.valid_until,
    valid_until: after.valid_until,
    checks,
  };
}

function checkChanges(before: JudgedVerdict['checks'], after: JudgedVerdict['checks']): CheckChange[] {
  const made = new Map(before.map((check) => [keyOf(check), check]));
  const changes: CheckChange[] = [];
  for (const { result, ...check } of after) {
    const key = keyOf(check);
    const was = made.get(key)?.result ?? null;
    made.delete(key);
    if (was !== result)
      changes.push({ code: check.code, clause: check.clause ?? null, was, would_be: result });
  }
  for (const { code, clause, result } of made.values())
    changes.push({ code, clause: clause ?? null, was: result, would_be: null });
  return changes;
}

/** A requirement is known by its slot: the clause number that it carries may be one that a version corrects. */
function keyOf({ code, slot, clause }: Pick<Check, 'code' | 'slot' | 'clause'>): string {
  return code === 'report.clause' ? `${code} ${slot ?? clause ?? ''}` : code;
}

/** The verdict with the report that serves best, and of those the longest; null without any. */
export function bestVerdict(
  rule: CompiledRule,
  shipments: readonly { input: DecisionInput }[],
): Verdict | null {
  let best: Verdict | null = null;
  for (const { input } of shipments) {
    const verdict = decide(rule, input);
    if (!best || isBetter(verdict, best)) best = verdict;
  }
  return best;
}

function isBetter(one: Verdict, other: Verdict): boolean {
  const by_outcome = OUTCOMES.indexOf(one.outcome) - OUTCOMES.indexOf(other.outcome);
  return by_outcome !== 0 ? by_outcome < 0 : (one.valid_until ?? FOREVER) > (other.valid_until ?? FOREVER);
}

/** No last day is later than every day. */
const FOREVER = '9999-12-31';

/**
 * What people are told of a change: another outcome with its two ends; with the same outcome green for longer or
 * for less long, or other checks only.
 */
export type ImpactKind = `${Outcome}>${Outcome}` | 'shorter' | 'longer' | 'checks';

export function impactKind({ was, would_be, valid_until_was, valid_until }: VerdictChange): ImpactKind {
  if (was !== would_be) return `${was}>${would_be}`;
  if (valid_until_was === valid_until) return 'checks';
  return (valid_until ?? FOREVER) < (valid_until_was ?? FOREVER) ? 'shorter' : 'longer';
}

/** The worse a change is, the earlier it is told: lost green first, other checks last. */
export function compareImpacts(a: VerdictChange, b: VerdictChange): number {
  return weightOf(b) - weightOf(a);
}

function weightOf(change: VerdictChange): number {
  const lost = OUTCOMES.indexOf(change.would_be) - OUTCOMES.indexOf(change.was);
  if (change.was === 'green' && lost > 0) return 100 + lost;
  if (lost !== 0) return lost > 0 ? 50 + lost : 10 - lost;
  const kind = impactKind(change);
  return kind === 'shorter' ? 40 : kind === 'longer' ? 5 : 1;
}
