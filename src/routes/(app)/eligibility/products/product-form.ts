import type { IntakeProblem } from '#lib/domain/eligibility/intake-problem.ts';
import { createProductReader, PRODUCT_COLUMNS } from '#lib/domain/eligibility/product-row.ts';
import {
  productContent,
  type ComponentContent,
  type ProductContent,
} from '#lib/domain/eligibility/product.ts';
import type { Typed } from '../portfolio-page.ts';

type Read = { ok: true; content: ProductContent } | { ok: false; problems: IntakeProblem[] };

/** A product as it was typed is read as a row of a file, so that form and file say the same of the same mistake. */
export function readProductForm(typed: Typed): Read {
  const { fields } = PRODUCT_COLUMNS;
  const read = createProductReader(fields, 0)(fields.map((field) => typed[field] ?? ''));
  if (!read.ok) return read;
  const { name, ...product } = read.row.product;
  if (name === null) return { ok: false, problems: [{ field: 'product_name', code: 'missing', params: {} }] };
  return { ok: true, content: productContent.parse({ ...product, name }) };
}

/** What stands in the fields for a product that is there. */
export function productTyped(product: ProductContent): Typed {
  return {
    product_code: product.code,
    product_name: product.name,
    product_name_zh: product.name_zh ?? '',
    category: product.category ?? '',
    hs_codes: product.hs_codes.join('; '),
    gtin: product.gtin ?? '',
    model: product.model ?? '',
    origin_province: product.origin_province ?? '',
    suppliers: product.suppliers.join('; '),
    components: product.components.map(componentText).join('\n'),
  };
}

export function componentText({ name, use, material, supplier }: ComponentContent): string {
  return `${name}${use === 'other' ? '' : ` (${use})`}${material ? `: ${material}` : ''}${supplier ? ` @ ${supplier}` : ''}`;
}
