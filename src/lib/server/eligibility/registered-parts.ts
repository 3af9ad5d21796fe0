import { reportSchema, type ProductInput, type ReportInput } from '#lib/domain/eligibility/engine/input.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { questionOf, type Asked, type Question } from './decision-request.ts';
import { materialsOfProducts } from './materials.ts';
import { productsByIds, type Product } from './products.ts';
import { reportsByIds } from './reports.ts';

/** A question with everything that it refers to, or why it cannot be asked. */
export type Referred =
  { ok: true; question: Question } | { ok: false; code: string; pointer: string; message: string };

type StoredReport = { report: ReportInput; product_id: string | null };
type StoredProduct = { product: ProductInput | null; materials: Question['input']['materials'] };

/** Reports and products have some kilobytes each. */
const KEPT_MAX = 2_000;
/** What the contract takes for the name of goods; a register holds longer ones. */
const NAME_LENGTH_MAX = 200;

/**
 * The products and reports that a firm registered, for questions that name them by their ids. What was read once
 * serves all questions of the request.
 */
export class RegisteredParts {
  readonly #app: App;
  readonly #firm_id: string;
  readonly #reports = new Map<string, StoredReport | null>();
  readonly #products = new Map<string, StoredProduct | null>();

  constructor(app: App, firm_id: string) {
    this.#app = app;
    this.#firm_id = firm_id;
  }

  /** The questions in their order, as they are decided and logged. */
  async questionsOf(asked: readonly Asked[]): Promise<Referred[]> {
    const reports = idsOf(asked.map(({ report }) => report));
    const products = idsOf(asked.map(({ product }) => product));
    if (this.#reports.size + reports.size > KEPT_MAX) this.#reports.clear();
    if (this.#products.size + products.size > KEPT_MAX) this.#products.clear();
    const open_reports = [...reports].filter((id) => !this.#reports.has(id));
    const open_products = [...products].filter((id) => !this.#products.has(id));
    if (open_reports.length + open_products.length > 0)
      await inFirm(this.#app.db, this.#firm_id, async (tx) => {
        await this.#readReports(tx, open_reports);
        await this.#readProducts(tx, open_products);
      });
    return asked.map((one) => this.#refer(one));
  }

  /** Read by the schema of the contract, so that a stored report is asked about just as a sent one. */
  async #readReports(tx: Tx, ids: readonly string[]): Promise<void> {
    const found = await reportsByIds(tx, ids);
    for (const id of ids) {
      const stored = found.get(id);
      const parsed = reportSchema.safeParse(stored?.report);
      const is_usable = stored && parsed.success;
      this.#reports.set(id, is_usable ? { report: parsed.data, product_id: stored.product_id } : null);
    }
  }

  async #readProducts(tx: Tx, ids: readonly string[]): Promise<void> {
    const found = new Map((await productsByIds(tx, ids)).map((product) => [product.id, product]));
    const materials = await materialsOfProducts(tx, ids);
    for (const id of ids) {
      const product = found.get(id);
      const stored = product && { product: productInput(product), materials: materials.get(id) ?? [] };
      this.#products.set(id, stored ?? null);
    }
  }

  #refer(asked: Asked): Referred {
    const { report, product, materials } = asked;
    const found = 'id' in report ? (this.#reports.get(report.id) ?? null) : { report, product_id: null };
    if (!found)
      return refused(
        'report',
        'report_unknown',
        'There is no report with this report_id that a person has confirmed. Confirm it, or send the report itself.',
      );
    if (!('id' in product))
      return { ok: true, question: questionOf(asked, { product, report: found.report, materials }) };
    const goods = this.#products.get(product.id) ?? null;
    if (!goods)
      return refused(
        'product',
        'product_unknown',
        'There is no product with this product_id. Send the product itself, or an id of GET /products.',
      );
    if (!goods.product)
      return refused(
        'product',
        'product_incomplete',
        'The product has no category yet. Add it to the product, or send the product itself.',
      );
    if (found.product_id !== null && found.product_id !== product.id)
      return refused(
        'report',
        'report_of_other_product',
        'The report belongs to another product than product_id names. Correct one of the two ids.',
      );
    const parts = {
      product: product.hs_code === null ? goods.product : { ...goods.product, hs_code: product.hs_code },
      report: found.report,
      materials: materials ?? goods.materials,
    };
    return { ok: true, question: questionOf(asked, parts) };
  }
}

function refused(part: 'report' | 'product', code: string, message: string): Referred {
  return { ok: false, code, message, pointer: `/${part}_id` };
}

function idsOf(parts: readonly (object | { id: string })[]): Set<string> {
  return new Set(parts.flatMap((part) => ('id' in part ? [part.id] : [])));
}

/** A registered product as decisions are asked about it; null while it has no category. */
export function productInput({ category, hs_codes, gtin, model, name }: Product): ProductInput | null {
  if (category === null) return null;
  const [hs_code = null] = hs_codes;
  return { category, hs_code, gtin, model, name: [...name].slice(0, NAME_LENGTH_MAX).join('') };
}
