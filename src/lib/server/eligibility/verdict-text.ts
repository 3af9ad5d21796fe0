import { hash } from 'node:crypto';
import type { Check, Verdict } from '#lib/domain/eligibility/engine/verdict.ts';

/**
 * The text of a verdict is its JSON. Most checks of a compiled rule are the same objects from one decision to
 * the next, so that their text and hash are made once.
 */
const TEXTS = new WeakMap<Check, string>();
const HASHES = new WeakMap<Check, string>();

export function checkText(check: Check): string {
  const known = TEXTS.get(check);
  if (known !== undefined) return known;
  const text = JSON.stringify(check);
  TEXTS.set(check, text);
  return text;
}

/** `[…]` of checks, the same text as `JSON.stringify` gives. */
export function checksText(checks: readonly Check[]): string {
  let text = '';
  for (const check of checks) text += text === '' ? checkText(check) : `,${checkText(check)}`;
  return `[${text}]`;
}

/**
 * What tells a verdict from any other: the sha-256 of its outcome, its last day, the ids of its versions and the
 * sha-256 of the JSON of each check, one a line. Caveats follow from the checks.
 */
export function verdictSha256({ outcome, valid_until, rule_versions, checks }: Verdict): string {
  let text = `${outcome}\n${valid_until ?? ''}`;
  for (const { version_id } of rule_versions) text += `\n${version_id}`;
  for (const check of checks) text += `\n${checkHash(check)}`;
  return hash('sha256', text);
}

function checkHash(check: Check): string {
  const known = HASHES.get(check);
  if (known !== undefined) return known;
  const made = hash('sha256', checkText(check));
  HASHES.set(check, made);
  return made;
}
