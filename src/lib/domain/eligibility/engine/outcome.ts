import { addDays, isDay } from '#lib/domain/text/calendar-day.ts';
import type { ActiveRule } from './rule.ts';
import type { Caveat, Check, Outcome } from './verdict.ts';

/**
 * The first that applies. `not_eligible`: the programme is not open for these goods. `manual_review`: another
 * condition fails or is missing; so does a provisional pass where the rule lets it block. `unknown`: something
 * could not be established. `green`: everything holds. A check that does not block never changes the outcome.
 */
export function outcomeOf(checks: readonly Check[], pending_interpretation: 'caveat' | 'block'): Outcome {
  let is_review = false;
  let is_unknown = false;
  for (const { code, result, blocks } of checks) {
    if (result === 'pass' || !blocks) continue;
    if (result === 'fail' && (code === 'programme.open' || code === 'category.listed')) return 'not_eligible';
    if (result === 'fail' || result === 'missing') is_review = true;
    else if (result === 'unknown') is_unknown = true;
    else if (pending_interpretation === 'block') is_review = true;
  }
  if (is_review) return 'manual_review';
  return is_unknown ? 'unknown' : 'green';
}

/** What a reader of the outcome must know beside it: provisional clauses, and warnings that do not block. */
export function caveatsOf(checks: readonly Check[]): Caveat[] {
  const caveats: Caveat[] = [];
  for (const { code, clause, result, reason, blocks } of checks)
    if (result === 'provisional' || (!blocks && result !== 'pass'))
      caveats.push({ code, clause: clause ?? null, reason });
  return caveats;
}

/**
 * The last day of declaration on which a green verdict would be green still: the last day of the report, of the
 * programme or of the rule, whichever comes first. Later versions of a rule are decided anew.
 */
export function validUntil(rule: ActiveRule, issued_on: string): string | null {
  if (!isDay(issued_on)) return null;
  const { report_age_days, programme } = rule.parameters;
  const ends = [addDays(issued_on, report_age_days.value), programme.closed_on, rule.valid_to];
  return ends.reduce<string | null>(
    (first, end) => (end !== null && (first === null || end < first) ? end : first),
    null,
  );
}
