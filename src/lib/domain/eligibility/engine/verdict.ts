import type { CheckCode } from '#lib/domain/rules/parameters.ts';

/** From the best to the worst that one can hear; what each means for the goods stands in `outcome.ts`. */
export const OUTCOMES = ['green', 'unknown', 'manual_review', 'not_eligible'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const CHECK_RESULTS = ['pass', 'provisional', 'unknown', 'missing', 'fail'] as const;
export type CheckResult = (typeof CHECK_RESULTS)[number];

/** One sentence in both languages, each written for its reader. */
export type Sentence = { readonly en: string; readonly zh: string };

/** One condition of the rule, held against the input. */
export type Check = {
  readonly code: CheckCode;
  /** Of `report.clause` the clause of the requirement; else the clause of the rule that sets the condition. */
  readonly clause?: string;
  /** Of `report.clause`: the requirement, from 1 to 12, and whether its clause number is confirmed. */
  readonly slot?: number;
  readonly confirmed?: boolean;
  readonly result: CheckResult;
  readonly observed: string | null;
  readonly required: string | null;
  readonly reason: Sentence;
  /** What changes the result; null where nothing is to be done. */
  readonly to_do: Sentence | null;
  /** The version that sets the condition; null only while no rule is known at all. */
  readonly rule_version_id: string | null;
  /** False where the rule makes a failing one a warning. */
  readonly blocks: boolean;
};

export type Caveat = { readonly code: CheckCode; readonly clause: string | null; readonly reason: Sentence };

export type VersionRef = {
  readonly instrument: string;
  readonly version_id: string;
  readonly label: string;
  readonly valid_from: string | null;
};

/**
 * A pure function of the input, the versions of the rules and the register: the same for ever. Ids, moments and
 * expected hours stand outside of it.
 */
export type Verdict = {
  readonly outcome: Outcome;
  readonly caveats: readonly Caveat[];
  readonly checks: readonly Check[];
  readonly rule_versions: readonly VersionRef[];
  /** Of a green one the last day of declaration on which it would be green still; else null. */
  readonly valid_until: string | null;
};
