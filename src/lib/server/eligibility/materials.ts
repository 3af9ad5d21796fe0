import { sql } from 'kysely';
import { z } from 'zod';
import type { MaterialInput } from '#lib/domain/eligibility/engine/input.ts';
import {
  FLAME_RETARDANT_WORDS,
  heavyMetalText,
  METAL_OPERATORS,
  PHTHALATE_BASES,
  ALL_METALS,
  worstMetal,
  type MaterialContent,
} from '#lib/domain/eligibility/material.ts';
import type { ComponentUse } from '#lib/domain/eligibility/product.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { pageOf } from '#lib/server/http/page.ts';
import { isStale, keepChange, notDone, notFound, type Author, type Changed } from './portfolio-change.ts';
import { nameKey } from './suppliers.ts';

export type MaterialOrigin = 'form' | 'file' | 'api' | 'supplier';
export type Material = MaterialContent & {
  id: string;
  product_id: string;
  product_code: string;
  component_id: string;
  component: string;
  origin: string;
  revision: number;
  created_at: Date;
  updated_at: Date;
};

const metals = z.array(
  z.object({
    substance: z.string(),
    operator: z.enum(METAL_OPERATORS),
    ppm: z.number().nullable(),
    detection_limit_ppm: z.number().nullable(),
  }),
);

export type MaterialQuery = {
  product_id: string | null;
  limit: number;
  after: readonly [updated_at: string, id: string] | null;
};

/** Declarations of the firm, the last changed first. */
export async function listMaterials(
  tx: Tx,
  query: MaterialQuery,
): Promise<{ items: Material[]; next_cursor: string | null }> {
  const [updated_at, id] = query.after ?? [null, null];
  const rows = await selected(tx)
    .select(sql<string>`d.updated_at::text`.as('key'))
    .where(
      sql<boolean>`(${query.product_id}::uuid is null or component.product_id = ${query.product_id}::uuid)`,
    )
    .where(
      sql<boolean>`(${updated_at}::timestamptz is null or (d.updated_at, d.id) < (${updated_at}::timestamptz, ${id}::uuid))`,
    )
    .orderBy('d.updated_at', 'desc')
    .orderBy('d.id', 'desc')
    .limit(query.limit + 1)
    .execute();
  const { items, next_cursor } = pageOf(rows, query.limit, (row) => [row.key, row.id]);
  return { items: items.map(materialOf), next_cursor };
}

export async function materialById(tx: Tx, id: string): Promise<Material | null> {
  const row = await selected(tx).where('d.id', '=', id).limit(1).executeTakeFirst();
  return row ? materialOf(row) : null;
}

/** A component with the newest declaration about it; null where nobody has declared anything. */
export type DeclaredComponent = {
  component_id: string;
  product_id: string;
  product_code: string;
  product_name: string;
  component: string;
  use: ComponentUse;
  supplier: string | null;
  declaration: Material | null;
};

/** More components than one firm has on one page of its portfolio. */
const COMPONENTS_MAX = 2_000;
/** What a product may have at most, of which a page of products is read at once. */
const COMPONENTS_PER_PRODUCT_MAX = 200;

/** Components of the firm: those without a declaration first, teething and sleep before others. */
export async function declaredComponents(
  tx: Tx,
  part: { limit: number; offset: number } = { limit: COMPONENTS_MAX, offset: 0 },
): Promise<DeclaredComponent[]> {
  return componentsOf(tx, null, part);
}

/** How many components there are, how many of them nobody has declared, and how many products those hold up. */
export async function countComponents(tx: Tx): Promise<{ all: number; missing: number; held: number }> {
  return tx
    .selectFrom('component as c')
    .select([
      sql<number>`count(*)::int`.as('all'),
      sql<number>`(count(*) filter (where d.id is null))::int`.as('missing'),
      sql<number>`(count(distinct c.product_id) filter (where d.id is null))::int`.as('held'),
    ])
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('material_declaration')
          .select('id')
          .whereRef('component_id', '=', 'c.id')
          .limit(1)
          .as('d'),
      (join) => join.onTrue(),
    )
    .executeTakeFirstOrThrow();
}

async function componentsOf(
  tx: Tx,
  products: readonly string[] | null,
  part: { limit: number; offset: number },
): Promise<DeclaredComponent[]> {
  const rows = await tx
    .selectFrom('component')
    .innerJoin('product', 'product.id', 'component.product_id')
    .leftJoin('supplier', 'supplier.id', 'component.supplier_id')
    .select([
      'component.id as component_id',
      'component.product_id',
      'product.code as product_code',
      'product.name as product_name',
      'component.name as component',
      'component.use',
      'supplier.name as supplier',
      sql<string | null>`(select d.id from material_declaration d where d.component_id = component.id
        order by d.declared_on desc, d.created_at desc limit 1)`.as('declaration_id'),
    ])
    .where(sql<boolean>`(${products}::uuid[] is null or component.product_id = any (${products}::uuid[]))`)
    .orderBy(
      sql`exists (select from material_declaration d where d.component_id = component.id),
        case component.use when 'teething' then 0 when 'sleep' then 1 else 2 end, product.code, component.name, component.id`,
    )
    .limit(part.limit)
    .offset(part.offset)
    .execute();
  const ids = rows.flatMap(({ declaration_id }) => declaration_id ?? []);
  const declarations = ids.length
    ? await selected(tx).where('d.id', 'in', ids).limit(ids.length).execute()
    : [];
  const by_id = new Map(declarations.map((row) => [row.id, materialOf(row)]));
  return rows.map(({ declaration_id, use, ...row }) => ({
    ...row,
    use: use === 'teething' || use === 'sleep' ? use : 'other',
    declaration: (declaration_id && by_id.get(declaration_id)) || null,
  }));
}

/** What the engine is told of the materials of products, by their ids: one entry a component; nothing where there are no components. */
export async function materialsOfProducts(
  tx: Tx,
  products: readonly string[],
): Promise<Map<string, MaterialInput[]>> {
  const found = new Map<string, MaterialInput[]>();
  if (products.length === 0) return found;
  const limit = products.length * COMPONENTS_PER_PRODUCT_MAX;
  const rows = await componentsOf(tx, products, { limit, offset: 0 });
  for (const { product_id, component, declaration } of rows) {
    const declares = declaration?.declares;
    const worst = declares ? worstMetal(declares.heavy_metals) : null;
    const contents = (declares?.heavy_metals ?? []).flatMap((metal) =>
      metal.substance === ALL_METALS ? [] : [{ substance: metal.substance, content: heavyMetalText(metal) }],
    );
    const material = {
      component,
      declares: {
        phthalate_free: declares?.phthalate_free ?? null,
        heavy_metals_ppm: worst && heavyMetalText(worst),
        flame_retardants: declares?.flame_retardants ?? null,
        // Only where single substances are named: the inputs of all others stay as they were.
        ...(contents.length === 0 ? {} : { contents }),
      },
    };
    const list = found.get(product_id);
    if (list) list.push(material);
    else found.set(product_id, [material]);
  }
  return found;
}

function selected(tx: Tx) {
  return tx
    .selectFrom('material_declaration as d')
    .innerJoin('component', 'component.id', 'd.component_id')
    .innerJoin('product', 'product.id', 'component.product_id')
    .select([
      'd.id',
      'component.product_id',
      'product.code as product_code',
      'd.component_id',
      'component.name as component',
      'd.material',
      'd.declared_by',
      'd.declared_on',
      'd.origin',
      'd.phthalate_free',
      'd.phthalate_basis',
      'd.phthalate_detection_limit_ppm',
      'd.heavy_metals',
      'd.flame_retardants',
      'd.flame_retardant_names',
      'd.document_id',
      'd.note',
      'd.revision',
      'd.created_at',
      'd.updated_at',
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof selected>['execute']>>[number];

function materialOf(row: Row): Material {
  const limit = row.phthalate_detection_limit_ppm;
  return {
    id: row.id,
    product_id: row.product_id,
    product_code: row.product_code,
    component_id: row.component_id,
    component: row.component,
    material: row.material,
    declared_by: row.declared_by,
    declared_on: row.declared_on,
    declares: {
      phthalate_free: row.phthalate_free,
      phthalate_basis: PHTHALATE_BASES.find((basis) => basis === row.phthalate_basis) ?? null,
      phthalate_detection_limit_ppm: limit === null ? null : Number(limit),
      heavy_metals: metals.parse(row.heavy_metals),
      flame_retardants: FLAME_RETARDANT_WORDS.find((word) => word === row.flame_retardants) ?? null,
      flame_retardant_names: row.flame_retardant_names,
    },
    document_id: row.document_id,
    note: row.note,
    origin: row.origin,
    revision: row.revision,
    created_at: row.created_at,
    updated_at: row.updated_at,
  };
}

// --- changes --------------------------------------------------------------------------------------

/** Which component a declaration is about: by its id, or by product and name. */
export type ComponentRef =
  | { component_id: string }
  | { product_id: string; component: string }
  | { product_code: string; component: string };

export async function createMaterial(
  tx: Tx,
  author: Author,
  given: { about: ComponentRef; content: MaterialContent; origin: MaterialOrigin; request_id?: string },
): Promise<Changed<Material>> {
  const component_id = await findComponent(tx, given.about);
  if (component_id === null)
    return notDone(
      422,
      {
        pointer: '/component',
        field: 'component',
        code: 'unknown',
        message: 'There is no such component. Add it to the product first, or correct its name.',
      },
      'portfolio.refused.no_component',
    );
  const { id } = await tx
    .insertInto('material_declaration')
    .values({
      ...columnsOf(given.content),
      firm_id: author.firm_id,
      component_id,
      origin: given.origin,
      request_id: given.request_id ?? null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return kept(tx, author, { id, act: 'created' });
}

/** Corrects what was written down; what a supplier declares anew is a declaration of its own. */
export async function changeMaterial(
  tx: Tx,
  author: Author,
  change: { id: string; revision?: number; content: MaterialContent },
): Promise<Changed<Material>> {
  const current = await lockMaterial(tx, change.id);
  if (!current) return notFound('declaration');
  const stale = isStale(change.revision, current.revision);
  if (stale) return stale;
  await tx
    .updateTable('material_declaration')
    .set({ ...columnsOf(change.content), revision: current.revision + 1, updated_at: sql<Date>`now()` })
    .where('id', '=', change.id)
    .execute();
  return kept(tx, author, { id: change.id, act: 'edited' });
}

export async function deleteMaterial(tx: Tx, author: Author, id: string): Promise<Changed<null>> {
  const current = await lockMaterial(tx, id);
  const content = current && (await materialById(tx, id));
  if (!current || !content) return notFound('declaration');
  await tx.deleteFrom('material_declaration').where('id', '=', id).execute();
  const revision = current.revision + 1;
  await keepChange(tx, author, { noun: 'material', subject_id: id, revision, act: 'deleted', content });
  return { ok: true, value: null };
}

async function findComponent(tx: Tx, about: ComponentRef): Promise<string | null> {
  const query = tx
    .selectFrom('component')
    .innerJoin('product', 'product.id', 'component.product_id')
    .select('component.id')
    .limit(1);
  const found =
    'component_id' in about
      ? await query.where('component.id', '=', about.component_id).executeTakeFirst()
      : await query
          .where('component.name_key', '=', nameKey(about.component))
          .where(
            'product_id' in about ? 'product.id' : 'product.code',
            '=',
            'product_id' in about ? about.product_id : about.product_code,
          )
          .executeTakeFirst();
  return found?.id ?? null;
}

/** Whether the component has just this declaration already, and why it could have none. */
export async function findDeclaration(
  tx: Tx,
  about: { product_code: string; component: string },
  content: MaterialContent,
): Promise<'unchanged' | 'new' | 'no_component' | 'no_product'> {
  const component_id = await findComponent(tx, about);
  if (component_id === null) {
    const product = await tx
      .selectFrom('product')
      .select('id')
      .where('code', '=', about.product_code)
      .executeTakeFirst();
    return product ? 'no_component' : 'no_product';
  }
  const rows = await selected(tx)
    .where('d.component_id', '=', component_id)
    .where('d.declared_on', '=', content.declared_on)
    .limit(DECLARATIONS_OF_A_DAY_MAX)
    .execute();
  const saying = ({ material, declared_by, declared_on, declares }: MaterialContent) =>
    JSON.stringify([material, declared_by, declared_on, ...Object.entries(declares).sort()]);
  return rows.some((row) => saying(materialOf(row)) === saying(content)) ? 'unchanged' : 'new';
}

const DECLARATIONS_OF_A_DAY_MAX = 100;

function lockMaterial(tx: Tx, id: string): Promise<{ revision: number } | undefined> {
  return tx
    .selectFrom('material_declaration')
    .select('revision')
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

function columnsOf({ declares, ...rest }: MaterialContent) {
  const { heavy_metals, ...declared } = declares;
  return { ...rest, ...declared, heavy_metals: JSON.stringify(heavy_metals) };
}

async function kept(
  tx: Tx,
  author: Author,
  { id, act }: { id: string; act: 'created' | 'edited' },
): Promise<Changed<Material>> {
  const material = await materialById(tx, id);
  if (!material) throw new Error('the declaration that was written is not there');
  const { revision } = material;
  await keepChange(tx, author, { noun: 'material', subject_id: id, revision, act, content: material });
  return { ok: true, value: material };
}
