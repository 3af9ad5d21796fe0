import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { utils, write, type BookType, type WorkSheet } from '@e965/xlsx';
import yazl from 'yazl';

type Value = string | number | boolean | Date | null;

export type SheetSpec = {
  name: string;
  rows: readonly (readonly Value[])[];
  /** Ranges such as `A1:C1` that are one cell. */
  merges?: readonly string[];
  /** Number formats, formulas and kinds of cells by address. */
  cells?: Readonly<
    Record<string, { z?: string; f?: string; t?: 'n' | 's' | 'e' | 'z'; v?: string | number }>
  >;
  is_hidden?: boolean;
};

/** A workbook as its users' programs write it. `is_1904`: days count from 1904, as on old Macs. */
export function workbookOf(
  sheets: readonly SheetSpec[],
  given: { is_1904?: boolean; type?: BookType } = {},
): Buffer {
  const workbook = utils.book_new();
  for (const { name, rows, merges = [], cells = {} } of sheets) {
    const sheet: WorkSheet = utils.aoa_to_sheet(
      rows.map((row) => [...row]),
      { UTC: true },
    );
    sheet['!merges'] = merges.map((range) => utils.decode_range(range));
    const range = utils.decode_range(sheet['!ref'] ?? 'A1');
    for (const [address, cell] of Object.entries(cells)) {
      const known: unknown = sheet[address];
      sheet[address] = { t: 'n', ...(typeof known === 'object' ? known : {}), ...cell };
      const { r, c } = utils.decode_cell(address);
      range.e = { r: Math.max(range.e.r, r), c: Math.max(range.e.c, c) };
    }
    sheet['!ref'] = utils.encode_range(range);
    utils.book_append_sheet(workbook, sheet, name);
  }
  workbook.Workbook = {
    WBProps: { date1904: given.is_1904 ?? false },
    Sheets: sheets.map(({ name, is_hidden }) => ({ name, Hidden: is_hidden ? 1 : 0 })),
  };
  const bytes: unknown = write(workbook, {
    type: 'buffer',
    bookType: given.type ?? 'xlsx',
    compression: true,
  });
  if (!Buffer.isBuffer(bytes)) throw new Error('the workbook was not written');
  return bytes;
}

/** A workbook with one sheet of this XML between `<sheetData>` and its end, and these shared texts. */
export async function writeWorkbook(
  file: string,
  rows: () => Iterable<string>,
  about: { strings?: () => Iterable<string>; after?: string } = {},
): Promise<void> {
  const { strings, after = '' } = about;
  const zip = new yazl.ZipFile();
  const add = (name: string, parts: () => Iterable<string>) =>
    zip.addReadStreamLazy(name, (done) => done(null, Readable.from(inBlocks(parts()))));
  const relation = (id: number, kind: string, target: string) =>
    `<Relationship Id="rId${id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${kind}" Target="${target}"/>`;
  const relations = (parts: string) =>
    `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${parts}</Relationships>`;
  const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
  add('_rels/.rels', () => [relations(relation(1, 'officeDocument', 'xl/workbook.xml'))]);
  add('xl/workbook.xml', () => [
    `<workbook ${MAIN} xmlns:r="r"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  ]);
  add('xl/_rels/workbook.xml.rels', () => [
    relations(
      relation(1, 'worksheet', 'worksheets/sheet1.xml') + relation(2, 'sharedStrings', 'sharedStrings.xml'),
    ),
  ]);
  add('xl/worksheets/sheet1.xml', function* () {
    yield `<worksheet ${MAIN}><sheetData>`;
    yield* rows();
    yield `</sheetData>${after}</worksheet>`;
  });
  if (strings)
    add('xl/sharedStrings.xml', function* () {
      yield `<sst ${MAIN}>`;
      for (const text of strings()) yield `<si><t>${text}</t></si>`;
      yield '</sst>';
    });
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(file));
}

/** Hundreds of thousands of short pieces go through streams in few large ones. */
function* inBlocks(parts: Iterable<string>): Generator<Buffer> {
  let block = '';
  for (const part of parts) {
    block += part;
    if (block.length < 1 << 18) continue;
    yield Buffer.from(block);
    block = '';
  }
  yield Buffer.from(block);
}
