import { read, utils, type WorkBook } from '@e965/xlsx';
import { parse } from 'csv-parse/sync';
import { csvFile } from '#lib/server/exports/csv-file.ts';
import type { Sheet } from '#lib/server/exports/sheet.ts';
import { xlsxFile } from '#lib/server/exports/xlsx-file.ts';

// Reads exported files back with readers that are not ours.

export async function bytesOf(parts: AsyncIterable<string | Uint8Array>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const part of parts) chunks.push(Buffer.from(part));
  return Buffer.concat(chunks);
}

/** The data of a CSV file by its header, as a program reads it: `#` is a comment. */
export async function csvOf(sheet: Sheet) {
  const text = (await bytesOf(csvFile(sheet))).toString('utf8');
  const rows: Record<string, string>[] = parse(text, {
    bom: true,
    columns: true,
    comment: '#',
    comment_no_infix: true,
    skip_empty_lines: true,
  });
  const about: string[][] = parse(text.slice(text.indexOf('\r\n\r\n')).trimStart(), {
    relax_column_count: true,
  });
  return { text, rows, about: new Map(about.map(([label = '', sentence = '']) => [label, sentence])) };
}

export async function workbookOf(sheet: Sheet): Promise<WorkBook> {
  return read(await bytesOf(xlsxFile(sheet, { data: 'Data', about: 'About' })), {
    cellNF: true,
    cellStyles: true,
  });
}

export function rowsOf(workbook: WorkBook, name: string): unknown[][] {
  const sheet = workbook.Sheets[name];
  if (!sheet) throw new Error(`there is no sheet ${name}`);
  return utils.sheet_to_json(sheet, { header: 1, raw: true, defval: null });
}

export const numeric = (text: string | undefined) =>
  text === '' || text === undefined ? null : Number(text);
