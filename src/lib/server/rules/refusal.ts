import type { TransitionProblem } from '#lib/domain/rules/version.ts';
import type { Language, TextKey, TextParams } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { refuse } from '#lib/server/http/problem.ts';

type Entry = { status: 403 | 404 | 409 | 422; text: TextKey };

/** Why something about rules was not done: its status for programs, its sentence in both languages. */
const REFUSALS = {
  may_not_draft: { status: 403, text: 'rules.error.may_not_draft' },
  may_not_decide: { status: 403, text: 'rules.error.may_not_decide' },
  may_not_administer: { status: 403, text: 'rules.error.may_not_administer' },
  drafter_approves: { status: 403, text: 'rules.error.drafter_approves' },
  instrument_unknown: { status: 404, text: 'rules.error.instrument_unknown' },
  version_unknown: { status: 404, text: 'rules.error.version_unknown' },
  nothing_in_force: { status: 404, text: 'rules.error.nothing_in_force' },
  slug_taken: { status: 409, text: 'rules.error.slug_taken' },
  slug_reserved: { status: 422, text: 'rules.error.slug_reserved' },
  revision_stale: { status: 409, text: 'rules.error.revision_stale' },
  not_a_draft: { status: 409, text: 'rules.error.not_a_draft' },
  not_approved: { status: 409, text: 'rules.error.not_approved' },
  not_published: { status: 409, text: 'rules.error.not_published' },
  approval_outdated: { status: 409, text: 'rules.error.approval_outdated' },
  already_withdrawn: { status: 409, text: 'rules.error.already_withdrawn' },
  already_corrected: { status: 409, text: 'rules.error.already_corrected' },
  instrument_published: { status: 409, text: 'rules.error.instrument_published' },
  reason_missing: { status: 422, text: 'rules.error.reason_missing' },
  corrects_unknown: { status: 422, text: 'rules.error.corrects_unknown' },
  corrects_unpublished: { status: 422, text: 'rules.error.corrects_unpublished' },
  valid_from_missing: { status: 422, text: 'rules.error.valid_from_missing' },
  valid_to_before_valid_from: { status: 422, text: 'rules.error.valid_to_before_valid_from' },
  no_provisions: { status: 422, text: 'rules.error.no_provisions' },
  repeal_has_body: { status: 422, text: 'rules.error.repeal_has_body' },
  path_twice: { status: 422, text: 'rules.error.path_twice' },
  path_invalid: { status: 422, text: 'rules.error.path_invalid' },
  based_on_unknown: { status: 422, text: 'rules.error.based_on_unknown' },
  relation_unknown: { status: 422, text: 'rules.error.relation_unknown' },
  relation_itself: { status: 422, text: 'rules.error.relation_itself' },
  document_unknown: { status: 422, text: 'rules.error.document_unknown' },
  document_waits: { status: 409, text: 'rules.error.document_waits' },
  document_without_text: { status: 422, text: 'rules.error.document_without_text' },
} satisfies Record<TransitionProblem, Entry> & Record<string, Entry>;

export type RuleRefusalCode = keyof typeof REFUSALS;

export type RuleRefusal = {
  ok: false;
  code: RuleRefusalCode;
  /** The field of the form that must change. */
  field?: string;
  params?: TextParams;
};

export function ruleRefusal(code: RuleRefusalCode, params?: TextParams, field?: string): RuleRefusal {
  return { ok: false, code, params, field };
}

/** One sentence: what was refused, and what to do. */
export function ruleSentence(refused: RuleRefusal, language: Language): string {
  return textsOf(language)(REFUSALS[refused.code].text, refused.params);
}

/** Ends an operation with the refusal; a result that holds is given back. */
export function orRefuse<T extends { ok: true }>(result: T | RuleRefusal): T {
  if (result.ok) return result;
  const { code, field } = result;
  const detail = ruleSentence(result, 'en');
  refuse(REFUSALS[code].status, detail, [{ ...(field ? { field } : {}), code, message: detail }]);
}
