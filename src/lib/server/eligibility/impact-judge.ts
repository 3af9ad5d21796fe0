import { sql } from 'kysely';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { compile, type CompiledRule } from '#lib/domain/eligibility/engine/compile.ts';
import type { RuleSet } from '#lib/domain/eligibility/engine/rule.ts';
import { readCnasId, type LabRecord } from '#lib/domain/eligibility/lab.ts';
import { bestVerdict, verdictChange, type VerdictChange } from '#lib/domain/eligibility/impact.ts';
import { dayInChina } from '#lib/domain/text/calendar-day.ts';
import type { Db, Tx } from '#lib/server/db/connect.ts';
import { asOperator, inFirm } from '#lib/server/db/tenancy.ts';
import { settledKnownAt } from '#lib/server/rules/known-at.ts';
import { versionRows, type VersionRow } from '#lib/server/rules/version.ts';
import { summary, type ChangedProduct, type Impact } from './impact.ts';
import { labsAt } from './labs.ts';
import { portfolioPages, type PortfolioProduct } from './portfolio-shipments.ts';
import { categoriesAt } from './register-state.ts';
import { RuleBook, versionsKey, type Supposed } from './rule-book.ts';

/** What an impact rests on beside the firm's own portfolio: another basis, another answer. */
export type Basis = { version: VersionRow; text: string; known_at: Date };

/** Whether the version comes to be the law, or is taken back. */
export type RuleChange = 'publication' | 'withdrawal';

/**
 * The basis of a version's impact: its own content, every rule and register that was recorded, and the day. Null
 * where verdicts do not follow from the instrument of this version at all, so that nothing can be worked out.
 */
export async function impactBasis(tx: Tx, version_id: string): Promise<Basis | null> {
  const [version] = await versionRows(tx, sql`v.id = ${version_id}`);
  if (!version || !(await isJudgedBy(tx, version))) return null;
  const known_at = await settledKnownAt(tx, null);
  const { rows } = await sql<{ text: string }>`
    select md5(concat_ws(' ', ${METHOD}::text, ${version.content_sha256}::text,
      (select sequence from rule_chain_head), (select recorded_at from lab_register_head),
      (select count(*) from category_history), ${dayInChina(known_at)}::text)) as text`.execute(tx);
  return { version, text: rows[0]?.text ?? '', known_at };
}

/** Counted up when the engine answers otherwise than before, so that older answers no longer count. */
const METHOD = 1;

/** Verdicts follow from the conditions of programmes, and from the standards that these ask for. */
async function isJudgedBy(tx: Tx, { instrument_slug, parameters }: VersionRow): Promise<boolean> {
  const { rows } = await sql<{ is_judged: boolean }>`
    select ${JSON.stringify(parameters ?? null)}::jsonb ->> 'kind' = 'eligibility' or exists (
      select from rule_version v join instrument i on i.id = v.instrument_id
      where v.state = 'published' and v.parameters ->> 'kind' = 'eligibility'
        and ${instrument_slug} in (i.slug, v.parameters #>> '{standard,instrument}')) as is_judged`.execute(
    tx,
  );
  return rows[0]?.is_judged ?? false;
}

type Pair = { before: CompiledRule; after: CompiledRule; is_same: boolean };

/**
 * Works out for one firm after the other what a version does to its products: each declared on the first day of
 * force (today, when that has come) at the firm's office, with the report that serves it best, as if the version
 * were not there and as if it were in force. The law is read as the operator, the products as the firm.
 */
export class ImpactJudge {
  readonly basis: Basis;
  readonly #db: Db;
  readonly #change_of_rule: RuleChange;
  readonly #day: string;
  readonly #today: string;
  readonly #is_supposed: boolean;
  readonly #pairs = new Map<string, Promise<Pair>>();
  readonly #labs = new Map<string, LabRecord[]>();

  constructor(db: Db, basis: Basis, change: RuleChange = 'publication') {
    const { version, known_at } = basis;
    this.#db = db;
    this.basis = basis;
    this.#change_of_rule = change;
    this.#today = dayInChina(known_at);
    this.#day =
      version.valid_from !== null && version.valid_from > this.#today ? version.valid_from : this.#today;
    this.#is_supposed = version.stage !== 'published' || version.valid_from === null;
  }

  async ofFirm(firm: Pick<Firm, 'id' | 'customs_office'>): Promise<Impact> {
    const pair = await this.#pairOf(firm.customs_office);
    return inFirm(this.#db, firm.id, (tx) => this.#impactIn(tx, firm, pair));
  }

  /** The same, kept for the firm with the horizon before which every change of its portfolio was seen. */
  async keepOfFirm(firm: Pick<Firm, 'id' | 'customs_office'>): Promise<Impact> {
    const pair = await this.#pairOf(firm.customs_office);
    return inFirm(this.#db, firm.id, async (tx) => {
      const horizon = await horizonOf(tx);
      const impact = await this.#impactIn(tx, firm, pair);
      await sql`
        select keep_impact(${this.basis.version.id}, ${this.basis.text}, ${firm.customs_office}, ${horizon}::xid8,
                           ${JSON.stringify(impact)}::jsonb)`.execute(tx);
      return impact;
    });
  }

  async #impactIn(tx: Tx, firm: Pick<Firm, 'customs_office'>, pair: Pair): Promise<Impact> {
    const changed: ChangedProduct[] = [];
    let without_report = 0;
    const declared = { declaration_date: this.#day, customs_office: firm.customs_office };
    for await (const products of portfolioPages(tx, declared)) {
      await this.#readLabs(tx, products);
      for (const { product, shipments } of products) {
        if (shipments.length === 0) without_report += 1;
        const change = pair.is_same ? null : this.#change(pair, shipments);
        const { id, code, name } = product;
        if (change) changed.push({ id, code, name, ...change });
      }
    }
    return summary(changed, { day: this.#day, is_supposed: this.#is_supposed, without_report });
  }

  /**
   * On the first day of force. Where that lies so far ahead that the reports have run out by then whatever the rule
   * says, as the reports stand today: it is the rule that is judged.
   */
  #change(pair: Pair, shipments: PortfolioProduct['shipments']): VerdictChange | null {
    const on_day = changeBetween(pair, shipments);
    if (this.#day === this.#today || (on_day && on_day.was !== on_day.would_be)) return on_day;
    const today = shipments.map(({ input }) => ({ input: { ...input, declaration_date: this.#today } }));
    const now = changeBetween(pair, today);
    return now && now.was !== now.would_be ? now : (on_day ?? now);
  }

  async #readLabs(tx: Tx, products: readonly PortfolioProduct[]): Promise<void> {
    const asked = new Set<string>();
    for (const { shipments } of products)
      for (const { input } of shipments) {
        const id = readCnasId(input.report.lab.cnas_id);
        if (id.ok && !this.#labs.has(id.cnas_id)) asked.add(id.cnas_id);
      }
    const found = await labsAt(tx, [...asked], this.basis.known_at);
    for (const id of asked) this.#labs.set(id, found.get(id) ?? []);
  }

  /** Read as the operator: of an approved version firms may not know yet. */
  #pairOf(customs_office: string): Promise<Pair> {
    const known = this.#pairs.get(customs_office);
    if (known) return known;
    const { version, known_at } = this.basis;
    const declared = { declaration_date: this.#day, customs_office };
    const read = asOperator(this.#db, async (tx) => {
      const ruleOf = (is_there: boolean): Promise<RuleSet> => {
        const supposed: Supposed = { version, is_there, in_force_from: version.valid_from ?? this.#today };
        return new RuleBook(known_at, supposed).ruleFor(tx, declared);
      };
      const is_publication = this.#change_of_rule === 'publication';
      const [before, after] = [await ruleOf(!is_publication), await ruleOf(is_publication)];
      const register = { labs: this.#labs, categories: await categoriesAt(tx, known_at) };
      return {
        before: compile({ rule: before, register }),
        after: compile({ rule: after, register }),
        is_same: versionsKey(before) === versionsKey(after),
      };
    });
    this.#pairs.set(customs_office, read);
    return read;
  }
}

function changeBetween(
  { before, after }: Pair,
  shipments: readonly Pick<PortfolioProduct['shipments'][number], 'input'>[],
): VerdictChange | null {
  const [was, would_be] = [bestVerdict(before, shipments), bestVerdict(after, shipments)];
  return was && would_be && verdictChange(was, would_be);
}

async function horizonOf(tx: Tx): Promise<string> {
  const { rows } = await sql<{ horizon: string }>`
    select pg_snapshot_xmin(pg_current_snapshot())::text as horizon`.execute(tx);
  return rows[0]?.horizon ?? '0';
}
