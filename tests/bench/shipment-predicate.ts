import type { DecisionInput } from '#lib/domain/eligibility/engine/input.ts';
import type { Outcome } from '#lib/domain/eligibility/engine/verdict.ts';
import { CLAUSES } from '../support/eligibility.ts';
import { LABS } from './shipments.ts';

/** What a developer would write into an order system for these rules: an outcome, and no reason. */
const CATEGORIES = new Set(['crib', 'walker', 'pacifier']);
const HEADINGS: Readonly<Record<string, readonly string[]>> = {
  crib: ['9403'],
  walker: ['8715', '9401'],
  pacifier: ['392490', '401490'],
};
const LAB = new Map(LABS.map((lab) => [lab.cnas_id, lab]));
const DAY_MS = 86_400_000;

export function outcomeOfShipment(input: DecisionInput): Outcome {
  const { product, report, declaration_date } = input;
  if (!input.customs_office.startsWith('31') || declaration_date < '2026-05-13') return 'not_eligible';
  let is_unknown = !CATEGORIES.has(product.category);
  let is_review = false;
  const hs_code = product.hs_code ?? '';
  if (!(HEADINGS[product.category] ?? []).some((heading) => hs_code.startsWith(heading))) is_review = true;
  if (report.standard !== 'GB 31701-2026') is_review = true;
  const age_days = (Date.parse(declaration_date) - Date.parse(report.issued_on)) / DAY_MS;
  if (age_days < 0 || age_days > 90) is_review = true;
  const lab = LAB.get(report.lab.cnas_id);
  if (!lab) is_unknown = true;
  else {
    const from = report.tested_from ?? report.issued_on;
    const to = report.tested_to ?? report.issued_on;
    if (lab.status !== 'verified') is_review = true;
    if (from < (lab.valid_from ?? '') || to > (lab.valid_to ?? '9999')) is_review = true;
    const line = lab.scope.find(({ standard }) => standard === 'GB 31701-2026');
    const { clauses = [] } = line ?? {};
    if (clauses !== null && CLAUSES.some((clause) => !clauses.includes(clause))) is_review = true;
  }
  const seen = new Set<string>();
  for (const { clause, verdict, result, limit, unit, accredited } of report.items) {
    if (verdict !== 'pass' || accredited === false) is_review = true;
    if (typeof result === 'number' && typeof limit === 'string') {
      const value = unit === '%' ? result * 10_000 : result;
      if (value > Number(limit.slice(2, -6))) is_review = true;
    }
    seen.add(clause);
  }
  for (const clause of CLAUSES) if (!seen.has(clause)) is_review = true;
  return is_review ? 'manual_review' : is_unknown ? 'unknown' : 'green';
}
