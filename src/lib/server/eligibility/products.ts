import { sql } from 'kysely';
import type { ComponentUse, ProductContent } from '#lib/domain/eligibility/product.ts';
import { COMPONENT_USES } from '#lib/domain/eligibility/product.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { pageOf } from '#lib/server/http/page.ts';
import { categoryReader } from './category-words.ts';
import {
  isStale,
  keepChange,
  notDone,
  notFound,
  type Author,
  type Changed,
  type NotDone,
} from './portfolio-change.ts';
import { nameKey, supplierIds } from './suppliers.ts';

export type Component = {
  id: string;
  name: string;
  use: ComponentUse;
  material: string | null;
  supplier: string | null;
  /** Declarations about its material. */
  declarations: number;
};
export type Product = Omit<ProductContent, 'components'> & {
  id: string;
  components: Component[];
  reports: number;
  revision: number;
  created_at: Date;
  updated_at: Date;
};

export type ProductQuery = {
  q: string | null;
  category: string | null;
  limit: number;
  after: readonly [updated_at: string, id: string] | null;
};

/** Products of the firm, the last changed first. */
export async function listProducts(
  tx: Tx,
  query: ProductQuery,
): Promise<{ items: Product[]; next_cursor: string | null }> {
  const [updated_at, id] = query.after ?? [null, null];
  const like = query.q === null ? null : `%${query.q.replace(/[\\%_]/g, '\\$&')}%`;
  const rows = await selected(tx)
    .select(sql<string>`product.updated_at::text`.as('key'))
    .where(
      sql<boolean>`(${like}::text is null or product.code ilike ${like} or product.name ilike ${like}
        or product.name_zh ilike ${like} or product.model ilike ${like} or product.gtin like ${like})`,
    )
    .where(sql<boolean>`(${query.category}::text is null or product.category = ${query.category})`)
    .where(
      sql<boolean>`(${updated_at}::timestamptz is null or (product.updated_at, product.id) < (${updated_at}::timestamptz, ${id}::uuid))`,
    )
    .orderBy('product.updated_at', 'desc')
    .orderBy('product.id', 'desc')
    .limit(query.limit + 1)
    .execute();
  const { items, next_cursor } = pageOf(rows, query.limit, (row) => [row.key, row.id]);
  return {
    items: await withParts(
      tx,
      items.map(({ key: _, ...row }) => row),
    ),
    next_cursor,
  };
}

export async function productById(tx: Tx, id: string): Promise<Product | null> {
  const [product] = await productsByIds(tx, [id]);
  return product ?? null;
}

/** Those of these ids that the firm has, in no order. */
export async function productsByIds(tx: Tx, ids: readonly string[]): Promise<Product[]> {
  const rows = await selected(tx)
    .where(sql<boolean>`product.id = any(${ids}::uuid[])`)
    .limit(ids.length)
    .execute();
  return withParts(tx, rows);
}

export async function productByCode(tx: Tx, code: string): Promise<Product | null> {
  const row = await selected(tx).where('product.code', '=', code).limit(1).executeTakeFirst();
  const [product] = row ? await withParts(tx, [row]) : [];
  return product ?? null;
}

function selected(tx: Tx) {
  return tx
    .selectFrom('product')
    .select([
      'product.id',
      'product.code',
      'product.name',
      'product.name_zh',
      'product.category',
      'product.hs_codes',
      'product.gtin',
      'product.model',
      'product.origin_province',
      'product.revision',
      'product.created_at',
      'product.updated_at',
      sql<number>`(select count(*)::int from report where report.product_id = product.id)`.as('reports'),
    ]);
}

type Bare = Omit<Product, 'components' | 'suppliers'>;

async function withParts(tx: Tx, rows: readonly Bare[]): Promise<Product[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const [components, suppliers] = [
    await tx
      .selectFrom('component')
      .leftJoin('supplier', 'supplier.id', 'component.supplier_id')
      .select([
        'component.id',
        'component.product_id',
        'component.name',
        'component.use',
        'component.material',
        'supplier.name as supplier',
        sql<number>`(select count(*)::int from material_declaration m where m.component_id = component.id)`.as(
          'declarations',
        ),
      ])
      .where('component.product_id', 'in', ids)
      .orderBy('component.name')
      .limit(PARTS_MAX)
      .execute(),
    await tx
      .selectFrom('product_supplier')
      .innerJoin('supplier', 'supplier.id', 'product_supplier.supplier_id')
      .select(['product_supplier.product_id', 'supplier.name'])
      .where('product_supplier.product_id', 'in', ids)
      .orderBy('supplier.name')
      .limit(PARTS_MAX)
      .execute(),
  ];
  return rows.map((row) => ({
    ...row,
    suppliers: suppliers.filter(({ product_id }) => product_id === row.id).map(({ name }) => name),
    components: components
      .filter(({ product_id }) => product_id === row.id)
      .map(({ product_id: _, use, ...component }) => ({ ...component, use: useOf(use) })),
  }));
}

/** A page of products with as many parts as each may have. */
const PARTS_MAX = 500 * 200;

function useOf(word: string): ComponentUse {
  const use = COMPONENT_USES.find((known) => known === word);
  if (!use) throw new Error(`unknown use of a component: ${word}`);
  return use;
}

// --- changes --------------------------------------------------------------------------------------

export async function createProduct(
  tx: Tx,
  author: Author,
  content: ProductContent,
): Promise<Changed<Product>> {
  const given = { ...content, category: (await categoryReader(tx))(content.category) };
  const { suppliers: _, components, ...columns } = given;
  const refused = await partsRefused(tx, { id: null, components });
  if (refused) return refused;
  const made = await tx
    .insertInto('product')
    .values({ ...columns, firm_id: author.firm_id })
    .onConflict((conflict) => conflict.columns(['firm_id', 'code']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!made)
    return notDone(
      409,
      {
        pointer: '/code',
        field: 'code',
        code: 'code_taken',
        message: `There is a product with the code ${given.code} already. Change that one, or choose another code.`,
      },
      'portfolio.refused.code_taken',
      { code: given.code },
    );
  await writeParts(tx, author, { id: made.id, content: given });
  return kept(tx, author, { id: made.id, act: 'created' });
}

/** Replaces what is said of a product. `revision` is the one that the caller began with. */
export async function changeProduct(
  tx: Tx,
  author: Author,
  change: { id: string; revision?: number; content: ProductContent },
): Promise<Changed<Product>> {
  const { id } = change;
  const current = await lockProduct(tx, id);
  if (!current) return notFound('product');
  const stale = isStale(change.revision, current.revision);
  if (stale) return stale;
  const content = { ...change.content, category: (await categoryReader(tx))(change.content.category) };
  const { suppliers: _, components, ...columns } = content;
  const taken = await tx
    .selectFrom('product')
    .select('id')
    .where('code', '=', content.code)
    .where('id', '<>', id)
    .limit(1)
    .executeTakeFirst();
  if (taken)
    return notDone(
      409,
      {
        pointer: '/code',
        field: 'code',
        code: 'code_taken',
        message: `There is another product with the code ${content.code}.`,
      },
      'portfolio.refused.code_taken',
      { code: content.code },
    );
  const refused = await partsRefused(tx, { id, components });
  if (refused) return refused;
  await tx
    .updateTable('product')
    .set({ ...columns, revision: current.revision + 1, updated_at: sql<Date>`now()` })
    .where('id', '=', id)
    .execute();
  await writeParts(tx, author, { id, content });
  return kept(tx, author, { id, act: 'edited' });
}

/** A product with declarations is evidence of something: those go first, each by itself. */
export async function deleteProduct(tx: Tx, author: Author, id: string): Promise<Changed<null>> {
  const current = await lockProduct(tx, id);
  const product = current && (await productById(tx, id));
  if (!current || !product) return notFound('product');
  const declarations = product.components.reduce((sum, component) => sum + component.declarations, 0);
  if (declarations > 0)
    return notDone(
      409,
      {
        code: 'has_declarations',
        message: `The product has ${declarations} declarations of materials. Delete them first.`,
      },
      'portfolio.refused.has_declarations',
      { count: declarations },
    );
  await tx.deleteFrom('product').where('id', '=', id).execute();
  await keepChange(tx, author, {
    noun: 'product',
    subject_id: id,
    revision: current.revision + 1,
    act: 'deleted',
    content: product,
  });
  return { ok: true, value: null };
}

function lockProduct(tx: Tx, id: string): Promise<{ revision: number } | undefined> {
  return tx.selectFrom('product').select('revision').where('id', '=', id).forUpdate().executeTakeFirst();
}

async function kept(
  tx: Tx,
  author: Author,
  { id, act }: { id: string; act: 'created' | 'edited' },
): Promise<Changed<Product>> {
  const product = await productById(tx, id);
  if (!product) throw new Error('the product that was written is not there');
  const { revision } = product;
  await keepChange(tx, author, { noun: 'product', subject_id: id, revision, act, content: product });
  return { ok: true, value: product };
}

/**
 * Components are known by their names; one that is gone from the list must have no declarations. Asked before
 * anything is written, so that what is refused leaves nothing behind.
 */
async function partsRefused(
  tx: Tx,
  { id, components }: { id: string | null; components: ProductContent['components'] },
): Promise<NotDone | null> {
  const keys = components.map(({ name }) => nameKey(name));
  const twice = components.find((_, index) => keys.indexOf(keys[index] ?? '') !== index);
  if (twice)
    return notDone(
      422,
      {
        pointer: '/components',
        field: 'components',
        code: 'twice',
        message: `The component ${twice.name} stands twice.`,
      },
      'portfolio.refused.twice',
      { component: twice.name },
    );
  if (id === null) return null;
  const lost = await tx
    .selectFrom('component')
    .select('name')
    .where('product_id', '=', id)
    .where(sql<boolean>`name_key <> all (${keys}::text[])`)
    .where(sql<boolean>`exists (select from material_declaration d where d.component_id = component.id)`)
    .limit(1)
    .executeTakeFirst();
  if (lost)
    return notDone(
      409,
      {
        pointer: '/components',
        field: 'components',
        code: 'has_declarations',
        message: `The component ${lost.name} has declarations of its material. Delete them first, or keep it.`,
      },
      'portfolio.refused.component_declared',
      { component: lost.name },
    );
  return null;
}

async function writeParts(
  tx: Tx,
  { firm_id }: Author,
  { id, content }: { id: string; content: ProductContent },
): Promise<void> {
  const { suppliers, components } = content;
  const keys = components.map(({ name }) => nameKey(name));
  const named = [...suppliers, ...components.flatMap(({ supplier }) => supplier ?? [])];
  const idOf = await supplierIds(tx, firm_id, named);
  await tx.deleteFrom('product_supplier').where('product_id', '=', id).execute();
  const links = [...new Set(suppliers.flatMap((name) => idOf(name) ?? []))];
  if (links.length > 0)
    await tx
      .insertInto('product_supplier')
      .values(links.map((supplier_id) => ({ firm_id, product_id: id, supplier_id })))
      .execute();
  await tx
    .deleteFrom('component')
    .where('product_id', '=', id)
    .where(sql<boolean>`name_key <> all (${keys}::text[])`)
    .execute();
  if (components.length > 0)
    await tx
      .insertInto('component')
      .values(
        components.map(({ supplier, name, ...rest }) => ({
          ...rest,
          name,
          name_key: nameKey(name),
          firm_id,
          product_id: id,
          supplier_id: supplier === null ? null : idOf(supplier),
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(['product_id', 'name_key']).doUpdateSet((eb) => ({
          name: eb.ref('excluded.name'),
          use: eb.ref('excluded.use'),
          material: eb.ref('excluded.material'),
          supplier_id: eb.ref('excluded.supplier_id'),
        })),
      )
      .execute();
}
