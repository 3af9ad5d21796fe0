import type pg from 'pg';
import type { Channel, Direction } from '#lib/domain/clearance/measure.ts';
import type { ClearanceRow } from '#lib/domain/clearance/record.ts';
import type { PendingRow } from './batch-rows.ts';
import type { Batch } from './write-batch.ts';

export type Header = Pick<
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
export type Item = Pick<ClearanceRow, 'category' | 'is_category_derived' | 'hs_code' | 'product_name'>;
export type Told = { import_no: number; line: number };

export type Declaration = {
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

export type Revision = Header &
  Item &
  Told & { item_no: number; revision_no: number; superseded_line: number };

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

/** All that is stored of the declarations of these rows. */
export async function loadDeclarations(
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
