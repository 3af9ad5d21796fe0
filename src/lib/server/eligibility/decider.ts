import { hash } from 'node:crypto';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { compile, type CompiledRule } from '#lib/domain/eligibility/engine/compile.ts';
import { decide } from '#lib/domain/eligibility/engine/decide.ts';
import type { CategoryRecord, RuleSet } from '#lib/domain/eligibility/engine/rule.ts';
import type { Verdict } from '#lib/domain/eligibility/engine/verdict.ts';
import { readCnasId, type LabRecord } from '#lib/domain/eligibility/lab.ts';
import { remember } from '#lib/domain/eligibility/engine/memo.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { settledKnownAt } from '#lib/server/rules/known-at.ts';
import { decisionId } from './decision-id.ts';
import type { DecidedBy, LogMode } from './decision-log.ts';
import type { Asked, Question } from './decision-request.ts';
import { expectedHours, type ExpectedHours } from './expected-hours.ts';
import { labsAt } from './labs.ts';
import { LogRows, type LoggedDecision } from './log-rows.ts';
import { categoriesAt, categoryState, keepStates, labState, type RegisterState } from './register-state.ts';
import { RegisteredParts, type Referred } from './registered-parts.ts';
import { RuleBook, versionsKey } from './rule-book.ts';
import { verdictSha256 } from './verdict-text.ts';

export type Decision = {
  id: string;
  reference: string | null;
  verdict: Verdict;
  verdict_sha256: string;
  input_sha256: string;
  known_at: Date;
  decided_at: Date;
  expected_hours: ExpectedHours | null;
};

type PreparedRule = { rule: RuleSet; compiled: CompiledRule };

/** What was recorded at one moment, read as far as it was asked for. */
type Moment = {
  book: RuleBook;
  categories: CategoryRecord[];
  category_state: RegisterState;
  labs: Map<string, LabRecord[]>;
  lab_states: Map<string, RegisterState>;
  /** By day and office of declaration, and by the versions that they lead to. */
  rules: Map<string, PreparedRule>;
  compiled: Map<string, PreparedRule>;
};

/**
 * Decides for one firm, and logs what it decided before it answers. What was read once (rules, registers, hours)
 * serves all questions of the request; "now" is the moment at which the request began.
 */
export class Decider {
  readonly #app: App;
  readonly #firm: Firm;
  readonly #actor: DecidedBy;
  readonly #moments = new Map<number, Moment>();
  readonly #kept_states = new Set<string>();
  readonly #hours = new Map<string, ExpectedHours | null>();
  readonly #cnasId = remember((written: string) => {
    const id = readCnasId(written);
    return id.ok ? id.cnas_id : '';
  });

  readonly #parts: RegisteredParts;
  #now: Date | null = null;

  constructor(app: App, whose: { firm: Firm; actor: DecidedBy }) {
    this.#app = app;
    this.#firm = whose.firm;
    this.#actor = whose.actor;
    this.#parts = new RegisteredParts(app, whose.firm.id);
  }

  /** What is asked with the firm's own products and reports in the place of their ids. */
  questionsOf(asked: readonly Asked[]): Promise<Referred[]> {
    return this.#parts.questionsOf(asked);
  }

  /** Answers in the order of the questions. All of them are in the log when this returns. */
  async decideAll(questions: readonly Question[], mode: LogMode): Promise<Decision[]> {
    const batch = new Batch();
    const made = await this.decideInto(batch, questions, { mode, make: (decision) => decision });
    await this.log(batch);
    return made;
  }

  /**
   * The same before the log has them: nobody may hear a decision until its batch has been logged, and the batch of
   * one may be logged while the next is decided. What `make` makes of each decision is all that is kept.
   */
  async decideInto<T>(
    batch: Batch,
    questions: readonly Question[],
    { mode, make }: { mode: LogMode; make: (decision: Decision) => T },
  ): Promise<T[]> {
    this.#forget();
    const open = questions.filter((question) => !this.#isReady(question));
    if (open.length > 0)
      await inFirm(this.#app.db, this.#firm.id, async (tx) => {
        for (const question of open) await this.#prepare(tx, question);
      });
    const made: T[] = [];
    for (const question of questions) {
      const decided = this.#decide(question, mode);
      const hours = this.#hours.get(hoursKey(decided.verdict.outcome, question));
      // Waiting even for what is known costs a turn of the loop for each decision.
      if (hours === undefined)
        decided.expected_hours = await this.#expected(decided.verdict.outcome, question);
      else decided.expected_hours = hours;
      batch.add(decided, this.#kept_states);
      made.push(make(decided));
    }
    return made;
  }

  /** Decides by what is known now, and logs those of which `isKept` says so; the others are null. */
  async decideWhere(
    questions: readonly Question[],
    isKept: (decided: Decision, index: number) => boolean,
  ): Promise<(Decision | null)[]> {
    this.#forget();
    await inFirm(this.#app.db, this.#firm.id, async (tx) => {
      for (const question of questions) if (!this.#isReady(question)) await this.#prepare(tx, question);
    });
    const batch = new Batch();
    const found: (Decision | null)[] = [];
    for (const [index, question] of questions.entries()) {
      const decided = this.#decide(question, 'full');
      decided.expected_hours = await this.#expected(decided.verdict.outcome, question);
      const is_kept = isKept(decided, index);
      if (is_kept) batch.add(decided, this.#kept_states);
      found.push(is_kept ? decided : null);
    }
    await this.log(batch);
    return found;
  }

  async log({ rows, states: new_states }: Batch): Promise<void> {
    if (rows.size === 0) return;
    // In one order for all, so that two transactions that write the same ones never wait for each other.
    const states = [...new_states.values()].sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
    await inFirm(this.#app.db, this.#firm.id, async (tx) => {
      await keepStates(tx, states);
      await rows.insert(tx, { firm_id: this.#firm.id, actor: this.#actor });
    });
    // Only now: a state counts as kept when the transaction that wrote it has ended well.
    for (const { sha256 } of states) this.#kept_states.add(sha256);
  }

  /** Lines that each ask about a moment or a laboratory of their own must not fill the memory. */
  #forget(): void {
    let kept = this.#moments.size * MOMENT_WEIGHT;
    for (const { labs, rules } of this.#moments.values()) kept += labs.size + rules.size;
    if (kept > KEPT_MAX) this.#moments.clear();
  }

  #isReady({ known_at, input }: Question): boolean {
    const moment = this.#moments.get(momentKey(known_at));
    if (!moment?.rules.has(ruleKey(input))) return false;
    const cnas_id = this.#cnasId(input.report.lab.cnas_id);
    return cnas_id === '' || moment.labs.has(cnas_id);
  }

  /** Reads what the question needs and nothing has needed before. */
  async #prepare(tx: Tx, { known_at, input }: Question): Promise<void> {
    const moment = await this.#moment(tx, known_at);
    if (!moment.rules.has(ruleKey(input))) await this.#readRule(tx, moment, input);
    const cnas_id = this.#cnasId(input.report.lab.cnas_id);
    if (cnas_id === '' || moment.labs.has(cnas_id)) return;
    const history = (await labsAt(tx, [cnas_id], moment.book.known_at)).get(cnas_id) ?? [];
    moment.labs.set(cnas_id, history);
    if (history.length > 0) moment.lab_states.set(cnas_id, labState(history));
  }

  #decide({ known_at, reference, input }: Question, mode: LogMode): LoggedDecision {
    const moment = this.#moments.get(momentKey(known_at));
    const prepared = moment?.rules.get(ruleKey(input));
    if (!moment || !prepared) throw new Error('a question is prepared before it is decided');
    const { rule, compiled } = prepared;
    const verdict = decide(compiled, input);
    const text = JSON.stringify(input);
    const { programme, standard } = rule;
    const decided_at = this.#app.now();
    return {
      id: decisionId(decided_at),
      reference,
      known_at: moment.book.known_at,
      decided_at,
      input,
      input_text: mode === 'full' ? text : null,
      input_sha256: hash('sha256', text),
      verdict,
      verdict_sha256: verdictSha256(verdict),
      rule_state: programme.state,
      programme_version_id: 'version' in programme ? programme.version.version_id : null,
      standard_version_id: standard?.version.version_id ?? null,
      lab_state: moment.lab_states.get(this.#cnasId(input.report.lab.cnas_id)) ?? null,
      category_state: moment.category_state,
      expected_hours: null,
    };
  }

  async #moment(tx: Tx, asked: Date | null): Promise<Moment> {
    const key = momentKey(asked);
    const known = this.#moments.get(key);
    if (known) return known;
    const known_at =
      asked === null ? (this.#now ??= await settledKnownAt(tx, null)) : await settledKnownAt(tx, asked);
    const categories = await categoriesAt(tx, known_at);
    const moment: Moment = {
      book: new RuleBook(known_at),
      categories,
      category_state: categoryState(categories),
      labs: new Map(),
      lab_states: new Map(),
      rules: new Map(),
      compiled: new Map(),
    };
    this.#moments.set(key, moment);
    return moment;
  }

  async #readRule(tx: Tx, moment: Moment, input: Question['input']): Promise<void> {
    const rule = await moment.book.ruleFor(tx, input);
    const key = versionsKey(rule);
    const made = moment.compiled.get(key) ?? {
      rule,
      compiled: compile({ rule, register: { labs: moment.labs, categories: moment.categories } }),
    };
    moment.compiled.set(key, made);
    moment.rules.set(ruleKey(input), made);
  }

  async #expected(outcome: Verdict['outcome'], question: Question): Promise<ExpectedHours | null> {
    const { customs_office } = question.input;
    const known = this.#hours.get(hoursKey(outcome, question));
    if (known !== undefined) return known;
    const found = await expectedHours(this.#app, this.#firm, { outcome, customs_office });
    this.#hours.set(hoursKey(outcome, question), found);
    return found;
  }
}

/** What one transaction writes: the decisions, and the states of registers that they name and nobody has kept yet. */
export class Batch {
  readonly rows = new LogRows();
  readonly states = new Map<string, RegisterState>();

  add(decided: LoggedDecision, kept_states: ReadonlySet<string>): void {
    this.rows.add(decided);
    for (const state of [decided.lab_state, decided.category_state])
      if (state && !kept_states.has(state.sha256)) this.states.set(state.sha256, state);
  }
}

/** Entries that are kept from one batch to the next, and what a moment with its rules counts for. */
const KEPT_MAX = 50_000;
const MOMENT_WEIGHT = 1_000;

function ruleKey({ declaration_date, customs_office }: Question['input']): string {
  return declaration_date + customs_office;
}

function hoursKey(outcome: Verdict['outcome'], { input }: Question): string {
  return outcome + input.customs_office;
}

/** "Now" is one moment for the whole request. */
function momentKey(known_at: Date | null): number {
  return known_at?.getTime() ?? Infinity;
}
