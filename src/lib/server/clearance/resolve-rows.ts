import type pg from 'pg';
import type { Channel, Direction } from '#lib/domain/clearance/measure.ts';
import type { ClearanceRow, Field } from '#lib/domain/clearance/record.ts';
import type { PendingRow } from './batch-rows.ts';
import type { ToldAgain } from './told-lines.ts';
import { isPresent, type Batch } from './write-batch.ts';

/** What became of a row that met a stored declaration, or another row of its own batch. */
export type ResolvedRow = {
  pending: PendingRow;
  /** The states whose months must be rolled up again: before and after. */
  touched: { direction: Direction; declared_at: number }[];
} & ({ outcome: 'accepted' | 'corrected' | 'duplicate' } | { outcome: 'contradiction'; other_line: number });

type Header = Pick<
  ClearanceRow,
  | 'direction'
  | 'customs_office'
  | 'channel'
  | 'arrived_at'
  | 'declared_at'
  | 'inspection_notified_at'
  | 'inspected_at'
  | 'released_at'
>;
type Item = Pick<ClearanceRow, 'category' | 'is_category_derived' | 'hs_code' | 'product_name'>;
type Told = { import_no: number; line: number };

type Declaration = {
  accepted_year: number;
  declaration_no: string;
  first_item_no: number;
  header: Header;
  told: Told;
  /** The lines of this file that said the same as is stored, by the item they spoke of. */
  confirmed_by: Map<number, number>;
  items: Map<number, { item: Item; told: Told }>;
  revisions: { item_no: number; revision_no: number; header: Header; item: Item }[];
  /** What has to be written back. */
  is_changed: boolean;
  changed_items: Set<number>;
  new_revisions: Revision[];
};

type Revision = Header & Item & Told & { item_no: number; revision_no: number; superseded_line: number };

const HEADER_FIELDS = [
  'direction',
  'customs_office',
  'channel',
  'arrived_at',
  'declared_at',
  'inspection_notified_at',
  'inspected_at',
  'released_at',
] as const satisfies readonly Field[];
const ITEM_FIELDS = ['category', 'hs_code', 'product_name'] as const satisfies readonly Field[];

/**
 * Judges rows one after the other, in the order of their lines, against what is stored. Equal to the present
 * or to any earlier state: a duplicate. Told otherwise by an earlier line of the same file: a contradiction,
 * an error on the later line. Another item of the same declaration: accepted. Else it corrects, and the
 * state before goes to the history. The caller holds the firm's lock.
 */
export async function resolveRows(
  client: pg.PoolClient,
  batch: Batch,
  rows: readonly PendingRow[],
): Promise<{ resolved: ResolvedRow[]; told_again: ToldAgain[] }> {
  const known = await loadDeclarations(client, batch, rows);
  const resolved = rows.map((pending) => {
    const declaration = known.get(pending.row.declaration_no);
    if (!declaration) throw new Error('a row that met a stored declaration no longer meets one');
    return resolveRow(declaration, pending, batch);
  });
  await writeBack(client, batch, [...known.values()]);
  const told_again = [...known.values()].flatMap(({ declaration_no, confirmed_by }) =>
    [...confirmed_by].map(([item_no, line]) => ({ declaration_no, item_no, line })),
  );
  return { resolved, told_again };
}

function resolveRow(declaration: Declaration, pending: PendingRow, batch: Batch): ResolvedRow {
  const { row } = pending;
  const now_told = { import_no: batch.import_no, line: row.line };
  // What is computed is about the declaration; of its items it says nothing.
  const item_no = batch.is_computed ? declaration.first_item_no : row.item_no;
  const target = declaration.items.get(item_no);
  const header = overlay(declaration.header, row, HEADER_FIELDS, batch.present);
  const item = target ? overlayItem(target.item, row, batch.present) : itemOf(row);
  const same_header = isSame(declaration.header, header, HEADER_FIELDS);
  const same_item = target !== undefined && isSame(target.item, item, ITEM_FIELDS);
  const touched = [declaration.header, header].map(({ direction, declared_at }) => ({
    direction,
    declared_at,
  }));
  const { confirmed_by } = declaration;
  const is_computed = batch.is_computed ?? false;
  if (same_header && same_item) {
    if (!confirmed_by.has(row.item_no)) confirmed_by.set(row.item_no, row.line);
    return { pending, outcome: 'duplicate', touched: [] };
  }
  const confirming_line = same_header ? confirmed_by.get(row.item_no) : [...confirmed_by.values()][0];
  if (!is_computed && confirming_line !== undefined)
    return { pending, outcome: 'contradiction', other_line: confirming_line, touched: [] };
  if (!is_computed && !same_header && declaration.told.import_no === batch.import_no)
    return { pending, outcome: 'contradiction', other_line: declaration.told.line, touched: [] };
  if (!is_computed && target && !same_item && target.told.import_no === batch.import_no)
    return { pending, outcome: 'contradiction', other_line: target.told.line, touched: [] };
  if (same_header && !target) {
    declaration.items.set(row.item_no, { item, told: now_told });
    declaration.changed_items.add(row.item_no);
    return { pending, outcome: 'accepted', touched };
  }
  const was_so_before =
    !is_computed &&
    declaration.revisions.some(
      (revision) =>
        revision.item_no === row.item_no &&
        isSame(revision.header, overlay(revision.header, row, HEADER_FIELDS, batch.present), HEADER_FIELDS) &&
        isSame(revision.item, overlayItem(revision.item, row, batch.present), ITEM_FIELDS),
    );
  if (was_so_before) return { pending, outcome: 'duplicate', touched: [] };
  keepRevision(declaration, row);
  if (!same_header) {
    declaration.header = header;
    declaration.told = now_told;
    declaration.is_changed = true;
  }
  if (!same_item) {
    declaration.items.set(row.item_no, { item, told: now_told });
    declaration.changed_items.add(row.item_no);
  }
  return { pending, outcome: 'corrected', touched };
}

function keepRevision(declaration: Declaration, row: ClearanceRow): void {
  const kept_item = declaration.items.has(row.item_no) ? row.item_no : declaration.first_item_no;
  const before = declaration.items.get(kept_item);
  if (!before) return;
  const revision_no =
    1 +
    Math.max(0, ...declaration.revisions.filter((r) => r.item_no === kept_item).map((r) => r.revision_no));
  const { header } = declaration;
  declaration.revisions.push({ item_no: kept_item, revision_no, header, item: before.item });
  declaration.new_revisions.push({
    ...header,
    ...before.item,
    ...declaration.told,
    item_no: kept_item,
    revision_no,
    superseded_line: row.line,
  });
}

/** The state with what the row says; a column that the file does not have says nothing. */
function overlay(
  state: Header,
  row: ClearanceRow,
  fields: typeof HEADER_FIELDS,
  present: ReadonlySet<Field>,
): Header {
  const take = (field: (typeof fields)[number]) => isPresent(present, field);
  return {
    direction: take('direction') ? row.direction : state.direction,
    customs_office: take('customs_office') ? row.customs_office : state.customs_office,
    channel: take('channel') ? row.channel : state.channel,
    arrived_at: take('arrived_at') ? row.arrived_at : state.arrived_at,
    declared_at: take('declared_at') ? row.declared_at : state.declared_at,
    inspection_notified_at: take('inspection_notified_at')
      ? row.inspection_notified_at
      : state.inspection_notified_at,
    inspected_at: take('inspected_at') ? row.inspected_at : state.inspected_at,
    released_at: take('released_at') ? row.released_at : state.released_at,
  };
}

function overlayItem(state: Item, row: ClearanceRow, present: ReadonlySet<Field>): Item {
  const says_category = isPresent(present, 'category');
  return {
    category: says_category ? row.category : state.category,
    is_category_derived: says_category ? row.is_category_derived : state.is_category_derived,
    hs_code: present.has('hs_code') ? row.hs_code : state.hs_code,
    product_name: present.has('product_name') ? row.product_name : state.product_name,
  };
}

function itemOf(row: ClearanceRow): Item {
  const { category, is_category_derived, hs_code, product_name } = row;
  return { category, is_category_derived, hs_code, product_name };
}

function isSame<K extends string>(
  a: Readonly<Record<K, unknown>>,
  b: Readonly<Record<K, unknown>>,
  fields: readonly K[],
): boolean {
  return fields.every((field) => a[field] === b[field]);
}

// --- reading --------------------------------------------------------------------------------------

type HeaderColumns = {
  direction: Direction;
  customs_office: string;
  channel: Channel | null;
  arrived_at: number | null;
  declared_at: number;
  inspection_notified_at: number | null;
  inspected_at: number | null;
  released_at: number | null;
};
type StoredItem = Item & Told & { declaration_no: string; item_no: number };
type StoredRow = HeaderColumns & StoredItem & { accepted_year: number };

const milliseconds = (alias: string) =>
  ['arrived_at', 'declared_at', 'inspection_notified_at', 'inspected_at', 'released_at']
    .map((column) => `(extract(epoch from ${alias}.${column}) * 1000)::float8 as ${column}`)
    .join(', ');
const HEADER = `direction, customs_office, channel, ${milliseconds('s')}`;
const ITEM = `s.item_no, s.category, s.is_category_derived, s.hs_code, s.product_name, s.import_no, s.line`;

async function loadDeclarations(
  client: pg.PoolClient,
  { firm_id, told }: Batch,
  rows: readonly PendingRow[],
): Promise<Map<string, Declaration>> {
  const keys = new Map(rows.map(({ row }) => [row.declaration_no, row.accepted_year]));
  const load = async <R extends pg.QueryResultRow>(columns: string, table: string): Promise<R[]> => {
    const { rows: found } = await client.query<R>(
      `select s.declaration_no::text, s.accepted_year, ${columns}
       from unnest($2::smallint[], $3::bigint[]) as k(accepted_year, declaration_no) join ${table} s
         on s.firm_id = $1 and s.accepted_year = k.accepted_year and s.declaration_no = k.declaration_no`,
      [firm_id, [...keys.values()], [...keys.keys()]],
    );
    return found;
  };
  const declarations = new Map<string, Declaration>();
  for (const row of await load<StoredRow>(`${HEADER}, ${ITEM}`, 'clearance')) {
    const declaration_no = row.declaration_no.padStart(18, '0');
    const stored = { import_no: row.import_no, line: row.line };
    declarations.set(declaration_no, {
      accepted_year: row.accepted_year,
      declaration_no,
      first_item_no: row.item_no,
      header: headerOf(row),
      told: stored,
      confirmed_by: new Map(),
      items: new Map([[row.item_no, { item: pickItem(row), told: stored }]]),
      revisions: [],
      is_changed: false,
      changed_items: new Set(),
      new_revisions: [],
    });
  }
  for (const row of await load<StoredItem>(ITEM, 'clearance_item'))
    declarations
      .get(row.declaration_no.padStart(18, '0'))
      ?.items.set(row.item_no, { item: pickItem(row), told: { import_no: row.import_no, line: row.line } });
  for (const row of await load<StoredRow & { revision_no: number }>(
    `${HEADER}, ${ITEM}, s.revision_no`,
    'clearance_revision',
  ))
    declarations.get(row.declaration_no.padStart(18, '0'))?.revisions.push({
      item_no: row.item_no,
      revision_no: row.revision_no,
      header: headerOf(row),
      item: pickItem(row),
    });
  for (const { declaration_no, items, confirmed_by } of declarations.values())
    for (const item_no of items.keys()) {
      const line = told?.find(declaration_no, item_no) ?? null;
      if (line !== null) confirmed_by.set(item_no, line);
    }
  return declarations;
}

function headerOf(row: HeaderColumns): Header {
  const { direction, customs_office, channel, arrived_at, declared_at } = row;
  const { inspection_notified_at, inspected_at, released_at } = row;
  return {
    direction,
    customs_office,
    channel,
    arrived_at,
    declared_at,
    inspection_notified_at,
    inspected_at,
    released_at,
  };
}

function pickItem(row: Item): Item {
  const { category, is_category_derived, hs_code, product_name } = row;
  return { category, is_category_derived, hs_code, product_name };
}

// --- writing --------------------------------------------------------------------------------------

const instant = (column: string) => `to_timestamp(x.${column} / 1000.0)`;
const INSTANTS = ['arrived_at', 'declared_at', 'inspection_notified_at', 'inspected_at', 'released_at'];

async function writeBack(client: pg.PoolClient, batch: Batch, all: readonly Declaration[]): Promise<void> {
  const changed = all.filter((declaration) => declaration.is_changed || declaration.changed_items.size > 0);
  if (changed.length === 0) return;
  await insertRevisions(client, batch, changed);
  await updateDeclarations(client, batch, changed);
  await upsertItems(client, batch, changed);
}

async function insertRevisions(
  client: pg.PoolClient,
  batch: Batch,
  changed: readonly Declaration[],
): Promise<void> {
  const rows = changed.flatMap(({ accepted_year, declaration_no, new_revisions }) =>
    new_revisions.map((revision) => ({ accepted_year, declaration_no, ...revision })),
  );
  if (rows.length === 0) return;
  await client.query(
    `insert into clearance_revision (firm_id, accepted_year, declaration_no, item_no, revision_no, direction,
       customs_office, channel, category, is_category_derived, hs_code, product_name, import_no, line,
       superseded_import_no, superseded_line, ${INSTANTS.join(', ')})
     select $1, x.accepted_year, x.declaration_no::bigint, x.item_no, x.revision_no, x.direction, x.customs_office,
       x.channel, x.category, x.is_category_derived, x.hs_code, x.product_name, x.import_no, x.line, $2,
       x.superseded_line, ${INSTANTS.map(instant).join(', ')}
     from jsonb_to_recordset($3::jsonb) as x(accepted_year smallint, declaration_no text, item_no smallint,
       revision_no integer, direction text, customs_office text, channel text, category text,
       is_category_derived boolean, hs_code text, product_name text, import_no integer, line integer,
       superseded_line integer, ${INSTANTS.map((column) => `${column} double precision`).join(', ')})`,
    [batch.firm_id, batch.import_no, JSON.stringify(rows)],
  );
}

async function updateDeclarations(
  client: pg.PoolClient,
  batch: Batch,
  changed: readonly Declaration[],
): Promise<void> {
  const rows = changed
    .filter(
      (declaration) => declaration.is_changed || declaration.changed_items.has(declaration.first_item_no),
    )
    .map(({ accepted_year, declaration_no, header, told, items, first_item_no }) => {
      const first = items.get(first_item_no);
      // The line of the newer word, be it about the declaration or about its first item.
      const newest = first && first.told.import_no > told.import_no ? first.told : told;
      return { accepted_year, declaration_no, ...header, ...first?.item, ...newest };
    });
  if (rows.length === 0) return;
  await client.query(
    `update clearance c
     set direction = x.direction, customs_office = x.customs_office, channel = x.channel, category = x.category,
         is_category_derived = x.is_category_derived, hs_code = x.hs_code, product_name = x.product_name,
         import_no = x.import_no, line = x.line, ${INSTANTS.map((column) => `${column} = ${instant(column)}`).join(', ')}
     from jsonb_to_recordset($2::jsonb) as x(accepted_year smallint, declaration_no text, direction text,
       customs_office text, channel text, category text, is_category_derived boolean, hs_code text,
       product_name text, import_no integer, line integer,
       ${INSTANTS.map((column) => `${column} double precision`).join(', ')})
     where c.firm_id = $1 and c.accepted_year = x.accepted_year and c.declaration_no = x.declaration_no::bigint`,
    [batch.firm_id, JSON.stringify(rows)],
  );
}

async function upsertItems(
  client: pg.PoolClient,
  batch: Batch,
  changed: readonly Declaration[],
): Promise<void> {
  const rows = changed.flatMap(({ accepted_year, declaration_no, first_item_no, items, changed_items }) =>
    [...changed_items]
      .filter((item_no) => item_no !== first_item_no)
      .map((item_no) => {
        const found = items.get(item_no);
        return { accepted_year, declaration_no, item_no, ...found?.item, ...found?.told };
      }),
  );
  if (rows.length === 0) return;
  await client.query(
    `insert into clearance_item (firm_id, accepted_year, declaration_no, item_no, category, is_category_derived,
       hs_code, product_name, import_no, line)
     select $1, x.accepted_year, x.declaration_no::bigint, x.item_no, x.category, x.is_category_derived,
       x.hs_code, x.product_name, x.import_no, x.line
     from jsonb_to_recordset($2::jsonb) as x(accepted_year smallint, declaration_no text, item_no smallint,
       category text, is_category_derived boolean, hs_code text, product_name text, import_no integer, line integer)
     on conflict (firm_id, accepted_year, declaration_no, item_no) do update
       set category = excluded.category, is_category_derived = excluded.is_category_derived,
           hs_code = excluded.hs_code, product_name = excluded.product_name, import_no = excluded.import_no,
           line = excluded.line`,
    [batch.firm_id, JSON.stringify(rows)],
  );
}
