import type pg from 'pg';
import type { ClearanceRow, Field, RowProblem } from '#lib/domain/clearance/record.ts';
import { error } from '#lib/domain/clearance/record.ts';
import { copyRows, inFirmClient } from '#lib/server/db/copy.ts';
import {
  INTAKE_COLUMNS,
  MonthNames,
  parseMonth,
  type BatchRows,
  type MonthName,
  type PendingRow,
} from './batch-rows.ts';
import { resolveRows, type ResolvedRow } from './resolve-rows.ts';
import { lockFirm, markStale, refreshMonths } from './rollup.ts';
import type { ToldAgain, ToldLines } from './told-lines.ts';

export type RejectedRow = { line: number; problems: readonly RowProblem[]; cells: readonly string[] };

export type Batch = {
  firm_id: string;
  import_id: string;
  import_no: number;
  /** The fields that the file has a column for; what it says nothing about stays as it was. */
  present: ReadonlySet<Field>;
  rows: BatchRows;
  rejected: readonly RejectedRow[];
  warned: readonly RejectedRow[];
  /** What earlier batches of the same file told again. */
  told?: ToldLines;
  /**
   * The rows are computed from all that is known of a declaration, as from its receipts: each replaces what
   * an earlier computation said, also within one import, and may say again what was so before.
   */
  is_computed?: boolean;
  /** Whether the months of this batch are rolled up in its own transaction, or marked and left for the end. */
  refreshes: boolean;
};

export type BatchCounts = { accepted: number; corrected: number; duplicates: number; rejected: number };
/** `contradictions`: rows that differ from an earlier line of the same file; counted as rejected and stored so. */
export type BatchOutcome = {
  counts: BatchCounts;
  contradictions: readonly RejectedRow[];
  /** To be remembered for later batches of the same file. */
  told_again: readonly ToldAgain[];
};

const COLUMNS = INTAKE_COLUMNS.map(([name]) => name).join(', ');
const INTAKE = `
  create temporary table if not exists clearance_intake (
    ${INTAKE_COLUMNS.map(([name, type]) => `${name} ${type}`).join(', ')}
  ) on commit delete rows`;

/**
 * Stores one batch of rows of one firm in one transaction: records, history, problems and the cells (or the
 * mark that they are stale). Rows are copied into a temporary table, because COPY does not pass a row
 * policy, and inserted from there.
 */
export function writeBatch(pool: pg.Pool, batch: Batch): Promise<BatchOutcome> {
  return inFirmClient(pool, batch.firm_id, (client) => writeBatchIn(client, batch));
}

/** The same inside a transaction of the firm that the caller has begun. */
export async function writeBatchIn(client: pg.PoolClient, batch: Batch): Promise<BatchOutcome> {
  const { rows } = batch;
  const counts: BatchCounts = { accepted: 0, corrected: 0, duplicates: 0, rejected: 0 };
  const months = new Set<MonthName>();
  const contradictions: RejectedRow[] = [];
  let told_again: ToldAgain[] = [];
  if (rows.size > 0) {
    await client.query(INTAKE);
    await copyRows(client, `copy clearance_intake (${COLUMNS}) from stdin (format binary)`, rows.encoded);
  }
  // From here on no other writer of this firm is active: no row appears or changes between two statements.
  await lockFirm(client, batch.firm_id);
  if (rows.size > 0) {
    const { equal, differing } = await insertFresh(client, batch);
    counts.accepted = rows.encoded.rows - equal.size - differing.size;
    for (const month of rows.monthsWithout([...equal.keys(), ...differing])) months.add(month);
    // A row that is repeated in the batch is judged together with its repetitions.
    for (const { row } of rows.repeated)
      if (equal.delete(row.declaration_no)) differing.add(row.declaration_no);
    counts.duplicates = equal.size;
    told_again = [...equal.values()];
    const open = inOrder([...(await readBack(client, batch, differing)), ...rows.repeated]);
    if (open.length > 0) {
      const found = await resolveRows(client, batch, open);
      told_again = told_again.concat(found.told_again);
      const names = new MonthNames();
      for (const one of found.resolved) {
        for (const { direction, declared_at } of one.touched) months.add(names.of(direction, declared_at));
        count(one, { counts, contradictions });
      }
    }
  }
  const rejected = [...batch.rejected, ...contradictions];
  counts.rejected = rejected.length;
  await storeProblems(client, batch, rejected, true);
  await storeProblems(client, batch, batch.warned, false);
  const changed = [...months].sort().map(parseMonth);
  await markStale(client, batch.firm_id, changed);
  if (batch.refreshes) await refreshMonths(client, batch.firm_id, changed);
  return { counts, contradictions, told_again };
}

function inOrder(rows: readonly PendingRow[]): PendingRow[] {
  return rows.toSorted((a, b) => a.row.line - b.row.line);
}

function count(found: ResolvedRow, into: { counts: BatchCounts; contradictions: RejectedRow[] }): void {
  const { counts } = into;
  switch (found.outcome) {
    case 'accepted':
      counts.accepted += 1;
      break;
    case 'corrected':
      counts.corrected += 1;
      break;
    case 'duplicate':
      counts.duplicates += 1;
      break;
    case 'contradiction':
      into.contradictions.push({
        line: found.pending.row.line,
        cells: found.pending.cells,
        problems: [
          error('declaration_no', 'row.contradicts', {
            other_line: found.other_line,
            value: found.pending.row.declaration_no,
          }),
        ],
      });
      break;
    default:
      found satisfies never;
  }
}

/** Declarations that are stored already: told the same, or otherwise. */
type Met = { equal: Map<string, ToldAgain>; differing: Set<string> };

/** Inserts the declarations that are new and tells which were not. */
async function insertFresh(client: pg.PoolClient, batch: Batch): Promise<Met> {
  // All of them new is the rule, and inserting without looking for each of them takes a third less.
  const are_new = await areBeyondStored(client, batch.firm_id);
  const met = are_new
    ? { equal: new Map<string, ToldAgain>(), differing: new Set<string>() }
    : await findMet(client, batch);
  await client.query(
    `insert into clearance (firm_id, import_no, ${COLUMNS}) select $1, $2, ${COLUMNS} from clearance_intake
     ${are_new ? '' : 'on conflict do nothing'}`,
    [batch.firm_id, batch.import_no],
  );
  return met;
}

/**
 * Whether no stored number lies between the lowest and the highest one that comes, in any office, year and
 * direction: one look into the key for each. The firm's lock keeps it so until the transaction ends.
 */
async function areBeyondStored(client: pg.PoolClient, firm_id: string): Promise<boolean> {
  const { rows } = await client.query<{ are_new: boolean }>(
    `select not exists (
       select from (
         select accepted_year, min(declaration_no) as lowest, max(declaration_no) as highest
         from clearance_intake group by accepted_year, declaration_no / 1000000000) i
       where (select c.declaration_no from clearance c
              where c.firm_id = $1 and c.accepted_year = i.accepted_year and c.declaration_no >= i.lowest
              order by c.declaration_no limit 1) <= i.highest) as are_new`,
    [firm_id],
  );
  return rows[0]?.are_new ?? false;
}

const COMPARED: readonly (readonly [field: Field, column: string])[] = [
  ['direction', 'direction'],
  ['customs_office', 'customs_office'],
  ['channel', 'channel'],
  ['category', 'category'],
  ['hs_code', 'hs_code'],
  ['product_name', 'product_name'],
  ['arrived_at', 'arrived_at'],
  ['declared_at', 'declared_at'],
  ['inspection_notified_at', 'inspection_notified_at'],
  ['inspected_at', 'inspected_at'],
  ['released_at', 'released_at'],
];

async function findMet(client: pg.PoolClient, batch: Batch): Promise<Met> {
  const columns = COMPARED.filter(([field]) => isPresent(batch.present, field)).map(([, column]) => column);
  const { rows } = await client.query<ToldAgain & { differs: boolean }>(metStatement(columns), [
    batch.firm_id,
  ]);
  const equal = new Map<string, ToldAgain>();
  const differing = new Set<string>();
  for (const { differs, ...met } of rows)
    if (differs) differing.add(met.declaration_no);
    else equal.set(met.declaration_no, met);
  return { equal, differing };
}

/** The rows of the intake whose declaration of firm $1 is stored, and whether it was told otherwise. */
export function metStatement(columns: readonly string[]): string {
  const row = (alias: string) => ['item_no', ...columns].map((column) => `${alias}.${column}`).join(', ');
  // The limit keeps the planner from reading the whole table to join it. A range and its order instead of an
  // equality, because only the key has that order: of a firm that the statistics do not know yet, one row is
  // expected, and any index would be as good. By the days of declaration, each row read all of the firm's.
  return `
     select lpad(i.declaration_no::text, 18, '0') as declaration_no, i.item_no, i.line,
            row(${row('c')}) is distinct from row(${row('i')}) as differs
     from clearance_intake i cross join lateral (
       select * from clearance c
       where c.firm_id = $1 and c.accepted_year = i.accepted_year
         and c.declaration_no between i.declaration_no and i.declaration_no
       order by c.declaration_no limit 1) c`;
}

/** The first rows of these declarations, as they were copied in. */
async function readBack(
  client: pg.PoolClient,
  batch: Batch,
  declaration_nos: ReadonlySet<string>,
): Promise<PendingRow[]> {
  if (declaration_nos.size === 0) return [];
  const { rows } = await client.query<Omit<ClearanceRow, 'firm_uscc'>>(
    `select ${INTAKE_COLUMNS.map(([name, type]) => readingOf(name, type)).join(', ')}
     from clearance_intake where declaration_no = any($1::bigint[])`,
    [[...declaration_nos]],
  );
  return rows.map((row) => ({
    row: { ...row, firm_uscc: null },
    cells: batch.rows.cellsOf(row.declaration_no),
  }));
}

function readingOf(name: string, type: (typeof INTAKE_COLUMNS)[number][1]): string {
  if (type === 'timestamptz') return `(extract(epoch from ${name}) * 1000)::float8 as ${name}`;
  return type === 'bigint' ? `lpad(${name}::text, 18, '0') as ${name}` : name;
}

/** A derived category is said by the product's name, so that a file with names says something about it. */
export function isPresent(present: ReadonlySet<Field>, field: Field): boolean {
  return present.has(field) || (field === 'category' && present.has('product_name'));
}

async function storeProblems(
  client: pg.PoolClient,
  batch: Batch,
  rows: readonly RejectedRow[],
  is_rejected: boolean,
): Promise<void> {
  if (rows.length === 0) return;
  // PostgreSQL stores no NUL character; a file that has one keeps everything else.
  const json = JSON.stringify(rows.map(({ line, problems, cells }) => ({ line, problems, cells })));
  await client.query(
    `insert into clearance_import_error (firm_id, import_id, line, is_rejected, problems, cells)
     select $1, $2, line, $3, problems, array(select jsonb_array_elements_text(cells))
     from jsonb_to_recordset($4::jsonb) as x(line integer, problems jsonb, cells jsonb)
     on conflict do nothing`,
    [batch.firm_id, batch.import_id, is_rejected, json.replaceAll('\\u0000', '')],
  );
}
