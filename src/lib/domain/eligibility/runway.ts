import { addDays } from '#lib/domain/text/calendar-day.ts';
import type { CompiledRule } from './engine/compile.ts';
import { decide } from './engine/decide.ts';
import type { DecisionInput } from './engine/input.ts';
import { OUTCOMES, type Check, type Verdict } from './engine/verdict.ts';

/** Days of declaration, both inclusive, on which the same versions of the rules apply. */
export type RuleSpan = { from: string; to: string; compiled: CompiledRule };

/** How long goods stay green from the first day of the spans on. `verdict` is that of the day that is named. */
export type Runway =
  | { state: 'not_green'; verdict: Verdict }
  /** `on` is the first day of declaration on which the goods are no longer green. */
  | { state: 'ends'; on: string; verdict: Verdict }
  /** Green on every day of the spans. */
  | { state: 'beyond'; verdict: Verdict };

/**
 * The first day that ends the green state of these goods with this report, as published today: the age of the
 * report, the end of the programme, or a version of a rule that takes force on a later day. Within one span a
 * green verdict holds until its `valid_until`. Null without a span.
 */
export function runwayOf(spans: readonly RuleSpan[], input: DecisionInput): Runway | null {
  let green: Verdict | null = null;
  for (const { from, to, compiled } of spans) {
    const verdict = decide(compiled, { ...input, declaration_date: from });
    if (verdict.outcome !== 'green')
      return green ? { state: 'ends', on: from, verdict } : { state: 'not_green', verdict };
    if (verdict.valid_until !== null && verdict.valid_until < to) {
      const on = addDays(verdict.valid_until, 1);
      return { state: 'ends', on, verdict: decide(compiled, { ...input, declaration_date: on }) };
    }
    green = verdict;
  }
  return green && { state: 'beyond', verdict: green };
}

/** Negative when `a` serves better than `b`: it stays green longer, or is nearer to it. */
export function compareRunways(a: Runway, b: Runway): number {
  const order = ['beyond', 'ends', 'not_green'] as const;
  const by_state = order.indexOf(a.state) - order.indexOf(b.state);
  if (by_state !== 0) return by_state;
  if (a.state === 'ends' && b.state === 'ends') return a.on < b.on ? 1 : a.on > b.on ? -1 : 0;
  return OUTCOMES.indexOf(a.verdict.outcome) - OUTCOMES.indexOf(b.verdict.outcome);
}

/** The checks that stand between the goods and green. */
export function blockingChecks({ checks }: Verdict): Check[] {
  return checks.filter(({ result, blocks }) => blocks && result !== 'pass' && result !== 'provisional');
}

/** Whether a new report mends it; the end of a programme or another list of categories it does not. */
export function isMendedByRetest(checks: readonly Check[]): boolean {
  return checks.length > 0 && checks.every(({ code }) => /^(report|lab)\./.test(code));
}
