import { z } from 'zod';
import { CHECK_RESULTS, OUTCOMES } from '#lib/domain/eligibility/engine/verdict.ts';
import {
  compareImpacts,
  impactKind,
  type ImpactKind,
  type VerdictChange,
} from '#lib/domain/eligibility/impact.ts';
import { CHECK_CODES } from '#lib/domain/rules/parameters.ts';
import type { PortfolioProduct } from './portfolio-shipments.ts';

/** Products that are named one by one; the counts are of all. */
const PRODUCTS_NAMED_MAX = 100;

const outcome = z.enum(OUTCOMES);
const result = z.enum(CHECK_RESULTS).nullable();
const impactedProduct = z.object({
  id: z.string(),
  code: z.string(),
  name: z.string(),
  was: outcome,
  would_be: outcome,
  valid_until_was: z.string().nullable().describe('Last green day of declaration before.'),
  valid_until: z.string().nullable().describe('Last green day of declaration under the change.'),
  checks: z
    .array(
      z.object({ code: z.enum(CHECK_CODES), clause: z.string().nullable(), was: result, would_be: result }),
    )
    .describe('Checks that come out otherwise.'),
});

/** What a change does to the products of one firm, as it stands with its alert. */
export const impactSchema = z.object({
  day: z
    .string()
    .nullable()
    .describe('The day of declaration that is judged; null where there is no product.'),
  is_supposed: z
    .boolean()
    .describe('The version is a proposal, or its first day is open: judged as if it were in force.'),
  total: z.int().describe('Products whose verdict differs.'),
  without_report: z.int().describe('Products without a confirmed report: nothing can be said of them.'),
  groups: z.array(
    z.object({
      kind: z.string().describe('`was>would_be`, or `shorter`, `longer`, `checks` with the same outcome.'),
      total: z.int(),
    }),
  ),
  products: z.array(impactedProduct).describe(`The worst first, at most ${PRODUCTS_NAMED_MAX}.`),
});
export type Impact = z.infer<typeof impactSchema>;

export type ChangedProduct = VerdictChange & Pick<PortfolioProduct['product'], 'id' | 'code' | 'name'>;

export function summary(
  changed: readonly ChangedProduct[],
  about: Pick<Impact, 'day' | 'is_supposed' | 'without_report'>,
): Impact {
  const ordered = [...changed].sort((a, b) => compareImpacts(a, b) || (a.code < b.code ? -1 : 1));
  const totals = new Map<ImpactKind, number>();
  for (const change of ordered) {
    const kind = impactKind(change);
    totals.set(kind, (totals.get(kind) ?? 0) + 1);
  }
  return {
    ...about,
    total: ordered.length,
    groups: [...totals].map(([kind, total]) => ({ kind, total })),
    products: ordered.slice(0, PRODUCTS_NAMED_MAX),
  };
}
