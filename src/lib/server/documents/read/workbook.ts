import { read, type CellObject, type WorkSheet } from '@e965/xlsx';
import { PAGES_MAX, SHEET_ROWS_MAX, TEXT_CHARACTERS_MAX } from '#lib/domain/documents/limits.ts';
import { UnreadableError, type Read } from './read.ts';
import { requireModestArchive } from './zip.ts';

/** Old workbooks of Chinese authorities that name no code page were written under GBK. */
const CODE_PAGE = 936;

/** The cells of a workbook as they are shown, sheet by sheet: a row is a line, cells are parted by tabs. */
export async function readWorkbook(bytes: Uint8Array): Promise<Read> {
  if (bytes[0] === 0x50) await requireModestArchive(bytes);
  const workbook = open(bytes);
  const sheets: string[] = [];
  let characters = 0;
  let is_truncated = false;
  for (const name of workbook.SheetNames.slice(0, PAGES_MAX)) {
    const sheet = workbook.Sheets[name];
    const lines = sheet ? linesOf(sheet) : [];
    is_truncated ||= lines.length >= SHEET_ROWS_MAX;
    const text = [name, ...lines].join('\n');
    sheets.push(text);
    characters += text.length;
    if (characters > TEXT_CHARACTERS_MAX) break;
  }
  const has_cells = sheets.some((text) => text.includes('\n'));
  return {
    text: has_cells ? sheets.join('\f') : '',
    page_count: workbook.SheetNames.length,
    is_truncated: is_truncated || sheets.length < workbook.SheetNames.length,
  };
}

function open(bytes: Uint8Array) {
  try {
    return read(bytes, {
      type: 'array',
      dense: true,
      sheetRows: SHEET_ROWS_MAX,
      codepage: CODE_PAGE,
      cellFormula: false,
      cellHTML: false,
      cellText: true,
    });
  } catch (cause) {
    const is_locked = cause instanceof Error && /password|encrypt/i.test(cause.message);
    throw new UnreadableError(is_locked ? 'encrypted' : 'damaged', { cause });
  }
}

/** Only cells that exist are visited: a sheet may claim to reach to its 16,384th column. */
function linesOf(sheet: WorkSheet): string[] {
  const lines: string[] = [];
  const rows = sheet['!data'] ?? [];
  rows.forEach((row) => {
    const cells: string[] = [];
    row.forEach((cell, column) => (cells[column] = shown(cell)));
    const line = Array.from(cells, (cell) => cell ?? '')
      .join('\t')
      .trimEnd();
    if (line !== '') lines.push(line);
  });
  return lines;
}

function shown(cell: CellObject): string {
  const value = cell.w ?? (cell.v instanceof Date ? cell.v.toISOString() : String(cell.v ?? ''));
  return value.replace(/\s+/g, ' ').trim();
}
