import type pg from 'pg';
import type { Direction } from '#lib/domain/clearance/measure.ts';
import type { ClearanceRow, Field } from '#lib/domain/clearance/record.ts';
import type { PendingRow } from './batch-rows.ts';
import { loadDeclarations, type Declaration, type Header, type Item } from './known-declarations.ts';
import type { ToldAgain } from './told-lines.ts';
import { isPresent, type Batch } from './write-batch.ts';
import { writeBack } from './write-declarations.ts';

/** What became of a row that met a stored declaration, or another row of its own batch. */
export type ResolvedRow = {
  pending: PendingRow;
  /** The states whose months must be rolled up again: before and after. */
  touched: { direction: Direction; declared_at: number }[];
} & ({ outcome: 'accepted' | 'corrected' | 'duplicate' } | { outcome: 'contradiction'; other_line: number });

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
