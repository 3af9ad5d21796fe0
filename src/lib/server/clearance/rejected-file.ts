import { REASON_COLUMNS } from '#lib/domain/clearance/header.ts';
import { csvLine } from '#lib/domain/text/csv.ts';
import type { Language } from '#lib/i18n/text.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { rejectedRows } from './import-problems.ts';
import { problemText } from './problem-text.ts';

/** Nobody mends more rows than this by hand; the source of such a file is mended instead. */
const ROWS_MAX = 100_000;
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * The rejected rows of an import as CSV, as they came, each with its line and its reasons: to mend and load
 * again. Null when the firm has no such import. Cells that a spreadsheet would run are neutralised.
 */
export async function rejectedFile(tx: Tx, import_id: string, language: Language): Promise<string | null> {
  const found = await tx
    .selectFrom('clearance_import')
    .select('header')
    .where('id', '=', import_id)
    .executeTakeFirst();
  if (!found) return null;
  const { header } = found;
  const rows = await rejectedRows(tx, import_id, { limit: ROWS_MAX });
  const lines = rows.map(({ line, cells, problems }) =>
    csvLine([
      // Line and reasons stand in their columns also where a row has fewer or more cells than the header.
      ...header.map((_, index) => cells[index] ?? ''),
      line,
      problems.map((problem) => problemText(problem, language)).join(' '),
      ...cells.slice(header.length),
    ]),
  );
  return `${BYTE_ORDER_MARK}${csvLine([...header, ...REASON_COLUMNS])}${lines.join('')}`;
}
