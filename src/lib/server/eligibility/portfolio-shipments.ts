import { sql } from 'kysely';
import type { DecisionInput } from '#lib/domain/eligibility/engine/input.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { materialsOfProduct } from './materials.ts';
import { listProducts, type Product } from './products.ts';
import { productInput } from './registered-parts.ts';
import { reportById } from './reports.ts';

/** A product with the questions that its confirmed reports allow, the newest report first. */
export type PortfolioProduct = {
  product: Pick<Product, 'id' | 'code' | 'name' | 'category'>;
  shipments: { report_id: string; report_no: string; input: DecisionInput }[];
};

/** The answer is made in one piece; a firm with more products asks its own system in parts. */
export const PRODUCTS_MAX = 500;
/** Older reports of one product have run out long ago. */
const REPORTS_PER_PRODUCT_MAX = 10;

/**
 * What the firm could declare on a day at an office: each product, the last changed first, with each report that a
 * person confirmed and no other replaces. `is_cut`: there are more products than one answer holds.
 */
export async function portfolioShipments(
  tx: Tx,
  declared: Pick<DecisionInput, 'declaration_date' | 'customs_office'>,
): Promise<{ products: PortfolioProduct[]; is_cut: boolean }> {
  const page = await listProducts(tx, { q: null, category: null, limit: PRODUCTS_MAX, after: null });
  const products: PortfolioProduct[] = [];
  for (const item of page.items) {
    const { id, code, name, category } = item;
    const goods = productInput(item);
    const reports = goods && item.reports > 0 ? await reportsOfProduct(tx, id) : [];
    const materials = reports.length > 0 ? await materialsOfProduct(tx, id) : [];
    products.push({
      product: { id, code, name, category },
      shipments: goods
        ? reports.map(({ id: report_id, report }) => ({
            report_id,
            report_no: report.report_no,
            input: { ...declared, product: goods, report, materials },
          }))
        : [],
    });
  }
  return { products, is_cut: page.next_cursor !== null };
}

async function reportsOfProduct(tx: Tx, product_id: string) {
  const rows = await tx
    .selectFrom('report')
    .select('id')
    .where('product_id', '=', product_id)
    .where('state', '=', 'confirmed')
    .orderBy(sql`issued_on desc nulls last, id`)
    .limit(REPORTS_PER_PRODUCT_MAX)
    .execute();
  const found = [];
  for (const { id } of rows) {
    const report = await reportById(tx, id);
    if (report && report.replaced_by === null) found.push(report);
  }
  return found;
}
