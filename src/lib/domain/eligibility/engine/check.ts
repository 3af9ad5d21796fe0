import type { CheckCode } from '#lib/domain/rules/parameters.ts';
import { blocks, type ActiveRule } from './rule.ts';
import type { Check, CheckResult, Sentence } from './verdict.ts';

export type Finding = {
  result: CheckResult;
  observed: string | null;
  required: string | null;
  reason: Sentence;
  to_do?: Sentence | null;
};

/** A finding as a check of the programme's version, under the clause that sets the condition. */
export function checkOf(
  rule: ActiveRule,
  code: CheckCode,
  { clause, ...finding }: Finding & { clause: string | null },
): Check {
  return {
    code,
    ...(clause === null ? {} : { clause }),
    result: finding.result,
    observed: finding.observed,
    required: finding.required,
    reason: finding.reason,
    to_do: finding.to_do ?? null,
    rule_version_id: rule.programme.version_id,
    blocks: blocks(rule, code),
  };
}

/** Texts of others in our sentences and `observed`: bounded, so that one field cannot fill the page. */
const QUOTED_LENGTH_MAX = 80;

export function quoted(text: string): string {
  const one_line = text.replace(/\s+/g, ' ').trim();
  if (one_line.length <= QUOTED_LENGTH_MAX) return one_line;
  return `${[...one_line].slice(0, QUOTED_LENGTH_MAX - 1).join('')}…`;
}

/** 4.8, 4.11 / 4.8、4.11 */
export function listed(names: readonly string[]): Sentence {
  return { en: names.join(', '), zh: names.join('、') };
}
