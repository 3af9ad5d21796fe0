import { sql } from 'kysely';
import { compile } from '#lib/domain/eligibility/engine/compile.ts';
import { decide } from '#lib/domain/eligibility/engine/decide.ts';
import type { ProgrammeRule } from '#lib/domain/eligibility/engine/rule.ts';
import type { Outcome } from '#lib/domain/eligibility/engine/verdict.ts';
import type { EligibilityParameters } from '#lib/domain/rules/parameters.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { versionRows } from '#lib/server/rules/version.ts';
import { listDecisions, openChecksOf, type DecisionFilter, type OpenCheck } from './decision-log.ts';
import { inputOf, registerOf } from './recompute.ts';
import { ruleOfVersion, ruleOfVersions } from './rule-book.ts';

/** A past decision that another rule would answer otherwise. */
export type Flip = {
  decision_id: string;
  reference: string | null;
  subject: string | null;
  was: Outcome;
  would_be: Outcome;
  open_checks: OpenCheck[];
};
export type Replay = {
  /** Decisions looked at, and those without a kept input, which cannot be answered again here. */
  replayed: number;
  without_input: number;
  flips: Flip[];
  next: readonly [string, string] | null;
};

/** Another rule to answer by: a published version, or conditions that somebody thinks of. */
export type OtherRule = { version_id: string } | { parameters: EligibilityParameters };

/** The programme's rule that past decisions are answered by; null where there is no such version. */
export async function otherProgramme(tx: Tx, other: OtherRule): Promise<ProgrammeRule | null> {
  if ('parameters' in other)
    return {
      state: 'in_force',
      version: { instrument: 'what-if', version_id: 'what-if', label: 'what-if', valid_from: null },
      valid_to: null,
      parameters: other.parameters,
    };
  const [row] = await versionRows(tx, sql`v.id = ${other.version_id}`);
  return row ? ruleOfVersion(row, 'in_force') : null;
}

/**
 * Answers past decisions again under another rule, with input and registers as they were then, and lists those
 * whose outcome would change, newest first.
 */
export async function replay(
  tx: Tx,
  programme: ProgrammeRule,
  asked: { filter: DecisionFilter; limit: number; after: readonly [string, string] | null },
): Promise<Replay> {
  const rows = await listDecisions(tx, asked.filter, { limit: asked.limit, after: asked.after });
  const page = rows.slice(0, asked.limit);
  const flips: Flip[] = [];
  let without_input = 0;
  for (const row of page) {
    const read = inputOf(row);
    const rule = await ruleOfVersions(tx, row);
    const register = await registerOf(tx, row);
    if (!read.ok || !rule || !register) {
      without_input += 1;
      continue;
    }
    const verdict = decide(compile({ rule: { programme, standard: rule.standard }, register }), read.input);
    if (verdict.outcome === row.outcome) continue;
    flips.push({
      decision_id: row.id,
      reference: row.reference,
      subject: row.subject,
      was: row.outcome,
      would_be: verdict.outcome,
      open_checks: openChecksOf(verdict),
    });
  }
  const last = page.at(-1);
  const next = rows.length > page.length && last ? ([last.decided_at_text, last.id] as const) : null;
  return { replayed: page.length, without_input, flips, next };
}
