import { z } from 'zod';
import type { DecisionInput } from '#lib/domain/eligibility/engine/input.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { decodeCursor } from '#lib/server/http/page.ts';
import { materialsOfProducts } from './materials.ts';
import { listProducts, type Product, type ProductQuery } from './products.ts';
import { productInput } from './registered-parts.ts';
import { reportsOfProducts } from './reports.ts';

/** A product with the questions that its confirmed reports allow, the newest report first. */
export type PortfolioProduct = {
  product: Pick<Product, 'id' | 'code' | 'name' | 'category'>;
  shipments: { report_id: string; report_no: string; input: DecisionInput }[];
};

/** The answer is made in one piece; a firm with more products asks its own system in parts. */
export const PRODUCTS_MAX = 500;

/**
 * What the firm could declare on a day at an office: each product, the last changed first, with each report that a
 * person confirmed and no other replaces. `is_cut`: there are more products than one answer holds.
 */
export async function portfolioShipments(
  tx: Tx,
  declared: Pick<DecisionInput, 'declaration_date' | 'customs_office'>,
): Promise<{ products: PortfolioProduct[]; is_cut: boolean }> {
  const { products, after } = await portfolioPage(tx, { declared, after: null });
  return { products, is_cut: after !== null };
}

/** The same, all products page by page. */
export async function* portfolioPages(
  tx: Tx,
  declared: Pick<DecisionInput, 'declaration_date' | 'customs_office'>,
): AsyncGenerator<PortfolioProduct[]> {
  for (let after: ProductQuery['after'] = null; ;) {
    const page = await portfolioPage(tx, { declared, after });
    yield page.products;
    if (page.after === null) return;
    after = page.after;
  }
}

type Asked = {
  declared: Pick<DecisionInput, 'declaration_date' | 'customs_office'>;
  after: ProductQuery['after'];
};

async function portfolioPage(
  tx: Tx,
  { declared, after }: Asked,
): Promise<{ products: PortfolioProduct[]; after: ProductQuery['after'] }> {
  const page = await listProducts(tx, { q: null, category: null, limit: PRODUCTS_MAX, after });
  const reported = page.items.flatMap((item) => (item.reports > 0 && productInput(item) ? item.id : []));
  const reports = await reportsOfProducts(tx, reported);
  const materials = await materialsOfProducts(tx, reported);
  return {
    after: keyOf(page.next_cursor),
    products: page.items.map((item) => {
      const { id, code, name, category } = item;
      const goods = productInput(item);
      const own = goods ? reports.filter(({ product_id }) => product_id === id) : [];
      return {
        product: { id, code, name, category },
        shipments: own.flatMap(({ id: report_id, report }) =>
          goods
            ? {
                report_id,
                report_no: report.report_no,
                input: { ...declared, product: goods, report, materials: materials.get(id) ?? [] },
              }
            : [],
        ),
      };
    }),
  };
}

const LIST_KEY = z.tuple([z.string(), z.string()]);

function keyOf(cursor: string | null): ProductQuery['after'] {
  const read = cursor === null ? null : decodeCursor(cursor, LIST_KEY);
  return read?.ok ? read.key : null;
}
