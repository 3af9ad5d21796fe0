import type { Firm } from '#lib/domain/accounts/actor.ts';
import { compile } from '#lib/domain/eligibility/engine/compile.ts';
import type { Register, RuleSet } from '#lib/domain/eligibility/engine/rule.ts';
import { readCnasId } from '#lib/domain/eligibility/lab.ts';
import { compareRunways, runwayOf, type RuleSpan, type Runway } from '#lib/domain/eligibility/runway.ts';
import { addDays, dayInChina } from '#lib/domain/text/calendar-day.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { settledKnownAt } from '#lib/server/rules/known-at.ts';
import { labsAt } from './labs.ts';
import { portfolioShipments, type PortfolioProduct } from './portfolio-shipments.ts';
import { categoriesAt } from './register-state.ts';
import { RuleBook, versionsKey } from './rule-book.ts';

export type ProductRunway = {
  product: PortfolioProduct['product'];
  /** Of the report that serves longest; null without a confirmed report, or without a category. */
  best: { report_id: string; report_no: string; runway: Runway } | null;
};

/** How long each product of the firm stays green when it is declared at the firm's office from today on. */
export async function runwaysOf(
  app: App,
  firm: Firm,
  within_days: number,
): Promise<{ from: string; products: ProductRunway[]; is_cut: boolean }> {
  const from = dayInChina(app.now());
  const { customs_office } = firm;
  return inFirm(app.db, firm.id, async (tx) => {
    const { products, is_cut } = await portfolioShipments(tx, { declaration_date: from, customs_office });
    const known_at = await settledKnownAt(tx, null);
    const register = await registerFor(tx, products, known_at);
    const spans = await ruleSpans(tx, new RuleBook(known_at), {
      register,
      customs_office,
      from,
      to: addDays(from, within_days),
    });
    return { from, products: products.map((one) => longest(one, spans)), is_cut };
  });
}

function longest({ product, shipments }: PortfolioProduct, spans: readonly RuleSpan[]): ProductRunway {
  let best: ProductRunway['best'] = null;
  for (const { report_id, report_no, input } of shipments) {
    const runway = runwayOf(spans, input);
    if (runway && (!best || compareRunways(runway, best.runway) < 0)) best = { report_id, report_no, runway };
  }
  return { product, best };
}

/** The registers as far as these products ask for them. */
export async function registerFor(
  tx: Tx,
  products: readonly PortfolioProduct[],
  known_at: Date,
): Promise<Register> {
  const ids = new Set<string>();
  for (const { shipments } of products)
    for (const { input } of shipments) {
      const id = readCnasId(input.report.lab.cnas_id);
      if (id.ok) ids.add(id.cnas_id);
    }
  return {
    labs: ids.size > 0 ? await labsAt(tx, [...ids], known_at) : new Map(),
    categories: await categoriesAt(tx, known_at),
  };
}

/** The days from `from` to `to` by the versions that apply to them. */
async function ruleSpans(
  tx: Tx,
  book: RuleBook,
  about: { register: Register; customs_office: string; from: string; to: string },
): Promise<RuleSpan[]> {
  const { register, customs_office, from, to } = about;
  const found: { from: string; to: string; rule: RuleSet }[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) {
    const rule = await book.ruleFor(tx, { declaration_date: day, customs_office });
    const last = found.at(-1);
    if (last && versionsKey(last.rule) === versionsKey(rule)) last.to = day;
    else found.push({ from: day, to: day, rule });
  }
  return found.map(({ rule, ...days }) => ({ ...days, compiled: compile({ rule, register }) }));
}
