import type { CheckResult, Outcome, Sentence } from '#lib/domain/eligibility/engine/verdict.ts';
import type { CheckCode } from '#lib/domain/rules/parameters.ts';
import type { Language, TextKey } from '#lib/i18n/text.ts';

/** How outcomes, results and checks are called and marked. */
export type Tone = 'good' | 'warn' | 'bad' | 'unknown';

export const OUTCOME_NAME = {
  green: 'decisions.outcome.green',
  manual_review: 'decisions.outcome.manual_review',
  not_eligible: 'decisions.outcome.not_eligible',
  unknown: 'decisions.outcome.unknown',
} satisfies Record<Outcome, TextKey>;
export const OUTCOME_SHORT = {
  green: 'decisions.short.green',
  manual_review: 'decisions.short.manual_review',
  not_eligible: 'decisions.short.not_eligible',
  unknown: 'decisions.short.unknown',
} satisfies Record<Outcome, TextKey>;
export const OUTCOME_TONE = {
  green: 'good',
  manual_review: 'bad',
  not_eligible: 'bad',
  unknown: 'unknown',
} satisfies Record<Outcome, Tone>;

export const RESULT_NAME = {
  pass: 'decisions.result.pass',
  provisional: 'decisions.result.provisional',
  unknown: 'decisions.result.unknown',
  missing: 'decisions.result.missing',
  fail: 'decisions.result.fail',
} satisfies Record<CheckResult, TextKey>;
const RESULT_TONE = {
  pass: 'good',
  provisional: 'warn',
  unknown: 'unknown',
  missing: 'bad',
  fail: 'bad',
} satisfies Record<CheckResult, Tone>;

/** A failing check that does not block is a risk ahead and not one now. */
export function toneOf({ result, blocks }: { result: CheckResult; blocks: boolean }): Tone {
  return blocks || result === 'pass' ? RESULT_TONE[result] : 'warn';
}

export const CHECK_NAME = {
  'programme.open': 'decisions.check.programme_open',
  'category.listed': 'decisions.check.category_listed',
  'category.alignment': 'decisions.check.category_alignment',
  'report.standard_edition': 'decisions.check.standard_edition',
  'report.full_scope': 'decisions.check.full_scope',
  'report.clause': 'decisions.check.clause',
  'report.age': 'decisions.check.age',
  'lab.accreditation': 'decisions.check.accreditation',
  'lab.scope': 'decisions.check.scope',
  'materials.declaration': 'decisions.check.materials',
} satisfies Record<CheckCode, TextKey>;

export function said(sentence: Sentence, language: Language): string {
  return language === 'zh-CN' ? sentence.zh : sentence.en;
}
