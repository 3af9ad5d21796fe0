import { hash } from 'node:crypto';
import { compile } from '#lib/domain/eligibility/engine/compile.ts';
import { decide } from '#lib/domain/eligibility/engine/decide.ts';
import { decisionInputSchema, type DecisionInput } from '#lib/domain/eligibility/engine/input.ts';
import type { Register } from '#lib/domain/eligibility/engine/rule.ts';
import type { Verdict } from '#lib/domain/eligibility/engine/verdict.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import type { DecisionRow } from './decision-log.ts';
import { categoriesOf, labHistoryOf, readState } from './register-state.ts';
import { ruleOfVersions } from './rule-book.ts';
import { verdictSha256 } from './verdict-text.ts';

/**
 * A verdict computed again from the log: from the input, the versions and the registers that it names. `is_same`
 * compares every byte of it with what was answered. Without an input (the log keeps its hash alone) the asker
 * brings it; another one than was asked about is refused.
 */
export type Recomputed =
  | { ok: true; verdict: Verdict; input: DecisionInput; is_same: boolean }
  | { ok: false; reason: 'input_needed' | 'other_input' | 'input_unreadable' | 'incomplete' };

export async function recompute(
  tx: Tx,
  row: DecisionRow,
  brought: DecisionInput | null = null,
): Promise<Recomputed> {
  const read = inputOf(row, brought);
  if (!read.ok) return read;
  const rule = await ruleOfVersions(tx, row);
  const register = await registerOf(tx, row);
  if (!rule || !register) return { ok: false, reason: 'incomplete' };
  const verdict = decide(compile({ rule, register }), read.input);
  return { ok: true, verdict, input: read.input, is_same: verdictSha256(verdict) === row.verdict_sha256 };
}

export function inputOf(
  row: Pick<DecisionRow, 'input' | 'input_sha256'>,
  brought: DecisionInput | null = null,
): { ok: true; input: DecisionInput } | Extract<Recomputed, { ok: false }> {
  if (row.input === null && !brought) return { ok: false, reason: 'input_needed' };
  if (brought && hash('sha256', JSON.stringify(brought)) !== row.input_sha256)
    return { ok: false, reason: 'other_input' };
  if (brought) return { ok: true, input: brought };
  const parsed = decisionInputSchema.safeParse(JSON.parse(row.input ?? 'null'));
  return parsed.success ? { ok: true, input: parsed.data } : { ok: false, reason: 'input_unreadable' };
}

/** The registers as the decision saw them; null where a state that it names is gone. */
export async function registerOf(
  tx: Tx,
  row: Pick<DecisionRow, 'lab_state_sha256' | 'category_state_sha256'>,
): Promise<Register | null> {
  const categories = await readState(tx, row.category_state_sha256);
  const lab = row.lab_state_sha256 === null ? null : await readState(tx, row.lab_state_sha256);
  if (!categories || (row.lab_state_sha256 !== null && !lab)) return null;
  const history = lab ? labHistoryOf(lab) : [];
  const [first] = history;
  return {
    labs: new Map(first ? [[first.cnas_id, history]] : []),
    categories: categoriesOf(categories),
  };
}
