import { sql } from 'kysely';
import type { DecisionInput } from '#lib/domain/eligibility/engine/input.ts';
import { rememberLast } from '#lib/domain/eligibility/engine/memo.ts';
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

/** So many values of a column are made one text: a few long texts cost the garbage collector less than many short. */
const JOINED_ROWS = 100;

/**
 * Rows of the log as one array a column, in the text form of PostgreSQL. They are made when a decision is made, so
 * that its input and verdict need not be kept until the batch is written.
 */
export class LogRows {
  readonly #columns = COLUMNS.map(() => ({ text: '', values: new Array<string>() }));
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(decision: LoggedDecision): void {
    const row = elementsOf(decision);
    for (let index = 0; index < COLUMNS.length; index += 1)
      this.#columns[index]?.values.push(row[index] ?? NULL);
    this.#size += 1;
    if (this.#size % JOINED_ROWS === 0) this.#join();
  }

  /** Writes all of them in one statement. */
  async insert(tx: Tx, whose: { firm_id: string; actor: DecidedBy }): Promise<void> {
    if (this.#size === 0) return;
    this.#join();
    const names = sql.join(COLUMNS.map(([name]) => sql.ref(name)));
    const arrays = sql.join(
      COLUMNS.map(([, type], index) => sql`${`{${this.#columns[index]?.text ?? ''}}`}::${sql.raw(type)}[]`),
    );
    await sql`
      insert into eligibility_decision (firm_id, actor_kind, actor_id, ${names})
      select ${whose.firm_id}::uuid, ${whose.actor.kind}, ${whose.actor.id}::uuid, x.*
      from unnest(${arrays}) as x(${names})`.execute(tx);
  }

  #join(): void {
    for (const column of this.#columns) {
      if (column.values.length === 0) continue;
      const joined = column.values.join(',');
      column.text = column.text === '' ? joined : `${column.text},${joined}`;
      column.values = [];
    }
  }
}

const NULL = 'NULL';

/** Elements of array literals. What the program itself writes (ids, hashes, days, its own words) needs no quotes. */
function elementsOf(decision: LoggedDecision): string[] {
  const { input, verdict } = decision;
  return [
    decision.id,
    quotedOrNull(storable(decision.reference)),
    quoted(storable(subjectOf(input))),
    decidedText(decision.decided_at.getTime()),
    knownText(decision.known_at.getTime()),
    input.declaration_date,
    decision.rule_state,
    decision.programme_version_id ?? NULL,
    decision.standard_version_id ?? NULL,
    decision.lab_state?.sha256 ?? NULL,
    decision.category_state.sha256,
    quotedOrNull(decision.input_text),
    decision.input_sha256,
    verdict.outcome,
    verdict.valid_until ?? NULL,
    openElement(verdict),
    decision.verdict_sha256,
    hoursElement(decision.expected_hours),
  ];
}

function quotedOrNull(text: string | null): string {
  return text === null ? NULL : quoted(text);
}

/** Backslashes and quotes are the two that mean something in an element. */
function quoted(text: string): string {
  return text.includes('"') || text.includes('\\') ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`;
}

/** Most decisions of a batch share their millisecond, and all of a request the moment that they are decided by. */
const decidedText = rememberLast((ms: number) => new Date(ms).toISOString());
const knownText = rememberLast((ms: number) => new Date(ms).toISOString());

/** Decisions of one office and outcome share their hours. */
const hoursElement = rememberLast((hours: ExpectedHours | null) =>
  hours === null ? NULL : quoted(JSON.stringify(hours)),
);

function openElement(verdict: Verdict): string {
  const open = openChecksOf(verdict);
  if (open.length === 0) return '[]';
  return quoted(
    JSON.stringify(open.map(({ code, clause, result }) => ({ code, clause: storable(clause), result }))),
  );
}

const SUBJECT_LENGTH_MAX = 300;

/** How a list calls the goods: their name or model, the category, the report. */
function subjectOf({ product, report }: DecisionInput): string {
  const subject = `${product.name ?? product.model ?? product.category} · ${report.report_no}`;
  return subject.length <= SUBJECT_LENGTH_MAX ? subject : [...subject].slice(0, SUBJECT_LENGTH_MAX).join('');
}

/** A text that PostgreSQL can hold: it takes neither NUL nor half of a surrogate pair. */
function storable<T extends string | null>(text: T): T | string {
  return typeof text === 'string' ? text.replaceAll('\u0000', '').toWellFormed() : text;
}
