import type { Check, Verdict } from '#lib/domain/eligibility/engine/verdict.ts';
import type { Decision } from './decider.ts';
import type { LogMode } from './decision-log.ts';
import { checksText } from './verdict-text.ts';

const VERSIONS = new WeakMap<Verdict['rule_versions'], string>();

/**
 * The answer to one question as JSON text. Of a decision that is logged as a summary the checks that did not pass
 * alone: whoever holds the input can have the whole verdict computed again.
 */
export function answerText(decision: Decision, mode: LogMode): string {
  const { verdict } = decision;
  const checks = mode === 'full' ? verdict.checks : verdict.checks.filter(isOpen);
  return (
    `{"decision_id":"${decision.id}","reference":${JSON.stringify(decision.reference)},"outcome":"${verdict.outcome}",` +
    `"caveats":${JSON.stringify(verdict.caveats)},"checks":${checksText(checks)},"rule_versions":${versionsText(verdict.rule_versions)},` +
    `"valid_until":${JSON.stringify(verdict.valid_until)},"expected_hours":${JSON.stringify(decision.expected_hours)},` +
    `"decided_at":"${decision.decided_at.toISOString()}","known_at":"${decision.known_at.toISOString()}","log":"${mode}",` +
    `"input_sha256":"${decision.input_sha256}","verdict_sha256":"${decision.verdict_sha256}"}`
  );
}

function isOpen({ result }: Check): boolean {
  return result !== 'pass';
}

function versionsText(versions: Verdict['rule_versions']): string {
  const known = VERSIONS.get(versions);
  if (known !== undefined) return known;
  const text = JSON.stringify(versions);
  VERSIONS.set(versions, text);
  return text;
}
