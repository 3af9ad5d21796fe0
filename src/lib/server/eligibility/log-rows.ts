import { sql } from 'kysely';
import type { DecisionInput } from '#lib/domain/eligibility/engine/input.ts';
import type { ProgrammeRule } from '#lib/domain/eligibility/engine/rule.ts';
import type { Verdict } from '#lib/domain/eligibility/engine/verdict.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { openChecksOf, type DecidedBy } from './decision-log.ts';
import type { ExpectedHours } from './expected-hours.ts';
import type { RegisterState } from './register-state.ts';

export type LoggedDecision = {
  id: string;
  reference: string | null;
  known_at: Date;
  decided_at: Date;
  input: DecisionInput;
  input_text: string | null;
  input_sha256: string;
  verdict: Verdict;
  verdict_sha256: string;
  rule_state: ProgrammeRule['state'];
  programme_version_id: string | null;
  standard_version_id: string | null;
  lab_state: RegisterState | null;
  category_state: RegisterState;
  expected_hours: ExpectedHours | null;
};

const COLUMNS = [
  ['id', 'uuid'],
  ['reference', 'text'],
  ['subject', 'text'],
  ['decided_at', 'timestamptz'],
  ['known_at', 'timestamptz'],
  ['declaration_date', 'date'],
  ['rule_state', 'text'],
  ['programme_version_id', 'uuid'],
  ['standard_version_id', 'uuid'],
  ['lab_state_sha256', 'text'],
  ['category_state_sha256', 'text'],
  ['input', 'text'],
  ['input_sha256', 'text'],
  ['outcome', 'text'],
  ['valid_until', 'date'],
  ['open_checks', 'jsonb'],
  ['verdict_sha256', 'text'],
  ['expected_hours', 'jsonb'],
] as const;

/**
 * Rows of the log as one array a column, in the text form of PostgreSQL. They are made when a decision is made, so
 * that its input and verdict need not be kept until the batch is written.
 */
export class LogRows {
  readonly #columns: string[][] = COLUMNS.map(() => []);

  get size(): number {
    return this.#columns[0]?.length ?? 0;
  }

  add(decision: LoggedDecision): void {
    for (const [index, value] of valuesOf(decision).entries())
      this.#columns[index]?.push(value === null ? 'NULL' : quoted(value));
  }

  /** Writes all of them in one statement. */
  async insert(tx: Tx, whose: { firm_id: string; actor: DecidedBy }): Promise<void> {
    if (this.size === 0) return;
    const names = sql.join(COLUMNS.map(([name]) => sql.ref(name)));
    const arrays = sql.join(
      COLUMNS.map(
        ([, type], index) => sql`${`{${this.#columns[index]?.join(',') ?? ''}}`}::${sql.raw(type)}[]`,
      ),
    );
    await sql`
      insert into eligibility_decision (firm_id, actor_kind, actor_id, ${names})
      select ${whose.firm_id}::uuid, ${whose.actor.kind}, ${whose.actor.id}::uuid, x.*
      from unnest(${arrays}) as x(${names})`.execute(tx);
  }
}

function valuesOf(decision: LoggedDecision): (string | null)[] {
  const { input, verdict } = decision;
  return [
    decision.id,
    storable(decision.reference),
    storable(subjectOf(input)),
    instantText(decision.decided_at),
    instantText(decision.known_at),
    input.declaration_date,
    decision.rule_state,
    decision.programme_version_id,
    decision.standard_version_id,
    decision.lab_state?.sha256 ?? null,
    decision.category_state.sha256,
    decision.input_text,
    decision.input_sha256,
    verdict.outcome,
    verdict.valid_until,
    openText(verdict),
    decision.verdict_sha256,
    decision.expected_hours === null ? null : JSON.stringify(decision.expected_hours),
  ];
}

/** An element of an array literal; backslashes and quotes are the two that mean something in it. */
function quoted(value: string): string {
  return value.includes('"') || value.includes('\\') ? `"${value.replace(/["\\]/g, '\\$&')}"` : `"${value}"`;
}

/** Most decisions of a batch share their millisecond. */
let last: { ms: number; text: string } = { ms: 0, text: new Date(0).toISOString() };
function instantText(at: Date): string {
  const ms = at.getTime();
  if (last.ms !== ms) last = { ms, text: at.toISOString() };
  return last.text;
}

function openText(verdict: Verdict): string {
  const open = openChecksOf(verdict);
  if (open.length === 0) return '[]';
  return JSON.stringify(open.map(({ code, clause, result }) => ({ code, clause: storable(clause), result })));
}

const SUBJECT_LENGTH_MAX = 300;

/** How a list calls the goods: their name or model, the category, the report. */
function subjectOf({ product, report }: DecisionInput): string {
  const subject = `${product.name ?? product.model ?? product.category} · ${report.report_no}`;
  return subject.length <= SUBJECT_LENGTH_MAX ? subject : [...subject].slice(0, SUBJECT_LENGTH_MAX).join('');
}

/** A text that PostgreSQL can hold: it takes neither NUL nor half of a surrogate pair. */
function storable(text: string | null): string | null {
  return text === null ? null : text.replaceAll('\u0000', '').toWellFormed();
}
