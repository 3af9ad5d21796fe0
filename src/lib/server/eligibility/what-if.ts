import type { Firm } from '#lib/domain/accounts/actor.ts';
import { compile } from '#lib/domain/eligibility/engine/compile.ts';
import type { Outcome } from '#lib/domain/eligibility/engine/verdict.ts';
import type { ProgrammeRule } from '#lib/domain/eligibility/engine/rule.ts';
import { bestVerdict } from '#lib/domain/eligibility/impact.ts';
import { dayInChina } from '#lib/domain/text/calendar-day.ts';
import type { App } from '#lib/server/app.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { settledKnownAt } from '#lib/server/rules/known-at.ts';
import { openChecksOf, type OpenCheck } from './decision-log.ts';
import { expectedHours } from './expected-hours.ts';
import { portfolioShipments, type PortfolioProduct } from './portfolio-shipments.ts';
import { RuleBook } from './rule-book.ts';
import { registerFor } from './runway.ts';

/** A product that another rule would answer otherwise. */
export type ProductChange = {
  product: PortfolioProduct['product'];
  was: Outcome;
  would_be: Outcome;
  open_checks: OpenCheck[];
};
export type WhatIf = { products: number; without_report: number; is_cut: boolean; changes: ProductChange[] };

/** Each product of the firm, declared today at its office, under the rule of today and under another programme. */
export async function whatIf(app: App, firm: Firm, programme: ProgrammeRule): Promise<WhatIf> {
  const declared = { declaration_date: dayInChina(app.now()), customs_office: firm.customs_office };
  return inFirm(app.db, firm.id, async (tx) => {
    const { products, is_cut } = await portfolioShipments(tx, declared);
    const known_at = await settledKnownAt(tx, null);
    const register = await registerFor(tx, products, known_at);
    const rule = await new RuleBook(known_at).ruleFor(tx, declared);
    const now = compile({ rule, register });
    const other = compile({ rule: { programme, standard: rule.standard }, register });
    const changes: ProductChange[] = [];
    let without_report = 0;
    for (const { product, shipments } of products) {
      const was = bestVerdict(now, shipments);
      const would_be = bestVerdict(other, shipments);
      if (!was || !would_be) without_report += 1;
      else if (was.outcome !== would_be.outcome)
        changes.push({
          product,
          was: was.outcome,
          would_be: would_be.outcome,
          open_checks: openChecksOf(would_be),
        });
    }
    return { products: products.length, without_report, is_cut, changes };
  });
}

/** Hours that a change would cost, by the medians of the firm's own goods; null where one of the two is not known. */
export async function hoursBetween(
  app: App,
  firm: Firm,
  { was, would_be }: Pick<ProductChange, 'was' | 'would_be'>,
): Promise<number | null> {
  const { customs_office } = firm;
  const before = await expectedHours(app, firm, { outcome: was, customs_office });
  const after = before && (await expectedHours(app, firm, { outcome: would_be, customs_office }));
  return before && after && after.p50 - before.p50;
}
