import { csvLine } from '#lib/domain/text/csv.ts';
import { chinaTime, keptDigits, type Cell, type ColumnKind, type Sheet } from './sheet.ts';

/** Without it, spreadsheets read UTF-8 as the code page of the machine, and Chinese is lost. */
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * The sheet as CSV. The header is line 1, so that programs and filters find it. What to know of the file
 * follows the data after a blank line, each line with the `#` that parsers take for a comment: a file that
 * lacks this end was cut off on its way.
 */
export async function* csvFile(sheet: Sheet): AsyncGenerator<string, void> {
  yield BYTE_ORDER_MARK + csvLine(sheet.columns.map(({ head }) => head));
  let rows_written = 0;
  for await (const portion of sheet.rows) {
    rows_written += portion.length;
    yield portion
      .map((row) => csvLine(sheet.columns.map(({ kind }, index) => csvValue(row[index] ?? null, kind))))
      .join('');
  }
  yield `\r\n${sheet.about(rows_written).map(comment).join('')}`;
}

function csvValue(value: Cell, kind: ColumnKind): string | number | null {
  if (value instanceof Date) return chinaTime(value);
  if (typeof value === 'number') return keptDigits(value);
  // The apostrophe keeps all 18 digits and the leading zero; our own import takes it off again.
  return kind === 'code' && value !== null && /^\d+$/.test(value) ? `'${value}` : value;
}

/** One line whatever is in it, and no quote before the `#`, which would make it a row of data. */
function comment([label, sentence]: readonly [string, string]): string {
  const line = (text: string) => text.replaceAll(/\s+/g, ' ').trim();
  return `# ${line(label).replaceAll(/[",]/g, ' ')}${csvLine(['', line(sentence)])}`;
}
