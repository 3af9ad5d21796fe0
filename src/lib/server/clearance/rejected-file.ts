import { REASON_COLUMNS } from '#lib/domain/tables/header.ts';
import { csvLine } from '#lib/domain/text/csv.ts';
import type { Language } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import type { Sheet } from '#lib/server/exports/sheet.ts';
import { rejectedRows } from './import-problems.ts';
import { problemText } from './problem-text.ts';

/** Nobody mends more rows than this by hand; the source of such a file is mended instead. */
const ROWS_MAX = 100_000;
const BYTE_ORDER_MARK = '\uFEFF';

type RejectedTable = { head: string[]; rows: (string | number)[][] };

/**
 * The rejected rows of an import, as they came, each with its line and its reasons: to mend and load again.
 * Null when the firm has no such import.
 */
async function rejectedTable(tx: Tx, import_id: string, language: Language): Promise<RejectedTable | null> {
  const found = await tx
    .selectFrom('clearance_import')
    .select('header')
    .where('id', '=', import_id)
    .executeTakeFirst();
  if (!found) return null;
  const { header } = found;
  const rows = await rejectedRows(tx, import_id, { limit: ROWS_MAX });
  return {
    head: [...header, ...REASON_COLUMNS],
    rows: rows.map(({ line, cells, problems }) => [
      // Line and reasons stand in their columns also where a row has fewer or more cells than the header.
      ...header.map((_, index) => cells[index] ?? ''),
      line,
      problems.map((problem) => problemText(problem, language)).join(' '),
      ...cells.slice(header.length),
    ]),
  };
}

/** The rejected rows as CSV. Cells that a spreadsheet would run are neutralised. */
export async function rejectedFile(tx: Tx, import_id: string, language: Language): Promise<string | null> {
  const table = await rejectedTable(tx, import_id, language);
  if (!table) return null;
  return `${BYTE_ORDER_MARK}${csvLine(table.head)}${table.rows.map(csvLine).join('')}`;
}

/** The rejected rows as a sheet of a workbook, all text, so that opening it damages no number. */
export async function rejectedSheet(tx: Tx, import_id: string, language: Language): Promise<Sheet | null> {
  const table = await rejectedTable(tx, import_id, language);
  if (!table) return null;
  const text = textsOf(language);
  const width = Math.max(table.head.length, ...table.rows.map(({ length }) => length));
  const line_at = table.head.length - REASON_COLUMNS.length;
  return {
    columns: Array.from({ length: width }, (_, index) => ({
      head: table.head[index] ?? '',
      kind: index === line_at ? 'count' : 'text',
    })),
    rows: [table.rows],
    about: () => [[text('clearance.import.rejected_caption'), text('clearance.import.mend_file')]],
  };
}
