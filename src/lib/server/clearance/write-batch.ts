import type pg from 'pg';
import type { ClearanceRow, Field, RowProblem } from '#lib/domain/clearance/record.ts';
import { error } from '#lib/domain/clearance/record.ts';
import { dayOfInstant, dayToText, startOf } from '#lib/domain/clearance/period.ts';
import { CopyBuffer, copyRows, inFirmClient } from '#lib/server/db/copy.ts';
import { resolveRows, type ResolvedRow } from './resolve-rows.ts';
import { lockFirm, markStale, refreshMonths, type Month } from './rollup.ts';

/** A row with the cells it came in, kept until the batch is on disk: a rejected row is given back as it came. */
export type PendingRow = { row: ClearanceRow; cells: readonly string[] };
export type RejectedRow = { line: number; problems: readonly RowProblem[]; cells: readonly string[] };

export type Batch = {
  firm_id: string;
  import_id: string;
  import_no: number;
  /** The fields that the file has a column for; what it says nothing about stays as it was. */
  present: ReadonlySet<Field>;
  rows: readonly PendingRow[];
  rejected: readonly RejectedRow[];
  warned: readonly RejectedRow[];
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
export type BatchOutcome = { counts: BatchCounts; contradictions: readonly RejectedRow[] };

const INTAKE_COLUMNS = `accepted_year, declaration_no, item_no, direction, customs_office, channel, category,
  is_category_derived, hs_code, product_name, arrived_at, declared_at, inspection_notified_at, inspected_at,
  released_at, line`;

const INTAKE = `
  create temporary table if not exists clearance_intake (
    accepted_year smallint, declaration_no bigint, item_no smallint, direction text, customs_office text, channel text,
    category text, is_category_derived boolean, hs_code text, product_name text, arrived_at timestamptz,
    declared_at timestamptz, inspection_notified_at timestamptz, inspected_at timestamptz, released_at timestamptz,
    line integer
  ) on commit delete rows`;

/**
 * Stores one batch of rows of one firm in one transaction: records, history, problems and the cells (or the
 * mark that they are stale). Rows are copied into a temporary table, because COPY does not pass a row
 * policy, and inserted from there in key order.
 */
export function writeBatch(pool: pg.Pool, batch: Batch): Promise<BatchOutcome> {
  return inFirmClient(pool, batch.firm_id, (client) => writeBatchIn(client, batch));
}

/** The same inside a transaction of the firm that the caller has begun. */
export async function writeBatchIn(client: pg.PoolClient, batch: Batch): Promise<BatchOutcome> {
  const { fresh, repeated } = separateRepeats(batch.rows);
  if (fresh.length > 0) await copyIntake(client, fresh);
  // From here on no other writer of this firm is active: no row appears or changes between two statements.
  await lockFirm(client, batch.firm_id);
  const inserted = fresh.length > 0 ? await insertFresh(client, batch) : 0;
  const met =
    inserted < fresh.length
      ? await findMet(client, batch)
      : { equal: 0, all: new Set<string>(), differing: new Set<string>() };
  // A row that is repeated in the batch is judged together with its repetitions.
  const again = new Set(repeated.map(({ row }) => row.declaration_no));
  for (const { row } of fresh)
    if (
      again.has(row.declaration_no) &&
      met.all.has(row.declaration_no) &&
      !met.differing.has(row.declaration_no)
    ) {
      met.differing.add(row.declaration_no);
      met.equal -= 1;
    }
  const months = new Set<string>();
  for (const { row } of fresh)
    if (!met.all.has(row.declaration_no)) addMonth(months, row.direction, row.declared_at);
  const counts: BatchCounts = { accepted: inserted, corrected: 0, duplicates: met.equal, rejected: 0 };
  const open = [...fresh.filter(({ row }) => met.differing.has(row.declaration_no)), ...repeated];
  const contradictions: RejectedRow[] = [];
  if (open.length > 0) {
    const resolved = await resolveRows(
      client,
      batch,
      open.sort((a, b) => a.row.line - b.row.line),
    );
    for (const found of resolved) count(found, { counts, months, contradictions });
  }
  const rejected = [...batch.rejected, ...contradictions];
  counts.rejected = rejected.length;
  await storeProblems(client, batch, rejected, true);
  await storeProblems(client, batch, batch.warned, false);
  const changed = [...months].sort().map(parseMonth);
  await markStale(client, batch.firm_id, changed);
  if (batch.refreshes) await refreshMonths(client, batch.firm_id, changed);
  return { counts, contradictions };
}

function count(
  found: ResolvedRow,
  into: { counts: BatchCounts; months: Set<string>; contradictions: RejectedRow[] },
): void {
  const { counts, months } = into;
  for (const { direction, declared_at } of found.touched) addMonth(months, direction, declared_at);
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

function addMonth(months: Set<string>, direction: string, declared_at: number): void {
  months.add(`${direction} ${dayToText(startOf('month', dayOfInstant(declared_at)))}`);
}

function parseMonth(text: string): Month {
  const [direction, month = ''] = text.split(' ');
  return { direction: direction === 'import' ? 'import' : 'export', month };
}

/** The first row of each declaration, and the rows after it, which only the resolving can judge. */
function separateRepeats(rows: readonly PendingRow[]): { fresh: PendingRow[]; repeated: PendingRow[] } {
  const seen = new Set<string>();
  const fresh: PendingRow[] = [];
  const repeated: PendingRow[] = [];
  for (const pending of rows) {
    const { declaration_no } = pending.row;
    if (seen.has(declaration_no)) repeated.push(pending);
    else {
      seen.add(declaration_no);
      fresh.push(pending);
    }
  }
  return { fresh, repeated };
}

async function copyIntake(client: pg.PoolClient, rows: readonly PendingRow[]): Promise<void> {
  await client.query(INTAKE);
  const buffer = new CopyBuffer();
  for (const { row } of rows) {
    buffer.row(16);
    buffer.int2(row.accepted_year);
    buffer.int8(row.declaration_no);
    buffer.int2(row.item_no);
    buffer.text(row.direction);
    buffer.text(row.customs_office);
    buffer.text(row.channel);
    buffer.text(row.category);
    buffer.bool(row.is_category_derived);
    buffer.text(row.hs_code);
    buffer.text(row.product_name);
    buffer.timestamptz(row.arrived_at);
    buffer.timestamptz(row.declared_at);
    buffer.timestamptz(row.inspection_notified_at);
    buffer.timestamptz(row.inspected_at);
    buffer.timestamptz(row.released_at);
    buffer.int4(row.line);
  }
  await copyRows(client, `copy clearance_intake (${INTAKE_COLUMNS}) from stdin (format binary)`, buffer);
}

async function insertFresh(client: pg.PoolClient, batch: Batch): Promise<number> {
  const { rowCount } = await client.query(
    `insert into clearance (firm_id, import_no, ${INTAKE_COLUMNS})
     select $1, $2, ${INTAKE_COLUMNS} from clearance_intake order by accepted_year, declaration_no
     on conflict do nothing`,
    [batch.firm_id, batch.import_no],
  );
  return rowCount ?? 0;
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

/** Which rows met a stored one, by declaration: those equal to it are duplicates, the others need a closer look. */
async function findMet(
  client: pg.PoolClient,
  batch: Batch,
): Promise<{ equal: number; all: Set<string>; differing: Set<string> }> {
  const columns = COMPARED.filter(([field]) => isPresent(batch.present, field)).map(([, column]) => column);
  const row = (alias: string) => ['item_no', ...columns].map((column) => `${alias}.${column}`).join(', ');
  const { rows } = await client.query<{ declaration_no: string; differs: boolean }>(
    `select lpad(i.declaration_no::text, 18, '0') as declaration_no,
            row(${row('c')}) is distinct from row(${row('i')}) as differs
     from clearance_intake i join clearance c
       on c.firm_id = $1 and c.accepted_year = i.accepted_year and c.declaration_no = i.declaration_no
     where (c.import_no, c.line) is distinct from ($2, i.line)`,
    [batch.firm_id, batch.import_no],
  );
  const all = new Set(rows.map((met) => met.declaration_no));
  const differing = new Set(rows.filter(({ differs }) => differs).map((met) => met.declaration_no));
  return { equal: all.size - differing.size, all, differing };
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
