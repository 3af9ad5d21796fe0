import { PassThrough, Readable } from 'node:stream';
import yazl from 'yazl';
import { CHINA_OFFSET_MS } from '#lib/domain/text/calendar-day.ts';
import { keptDigits, type About, type Cell, type ColumnKind, type PartNames, type Sheet } from './sheet.ts';

/** Rows that a sheet can hold below its header: Excel and every other program stop at 1,048,576. */
export const SHEET_ROWS_MAX = 1_048_575;
/** Of lists whose newest rows are enough: a workbook of this many opens in seconds on an office machine. */
export const XLSX_ROWS_MAX = 200_000;
/** Longer text is cut by Excel with a warning that the file is damaged. */
const CELL_LENGTH_MAX = 32_767;
/** Two rows and the letters of a column fit on a screen; numbers need less. */
const WIDTHS: Record<ColumnKind, number> = {
  text: 24,
  code: 22,
  count: 10,
  number: 12,
  day: 12,
  instant: 20,
};

/**
 * The sheet as an XLSX workbook with a second sheet that says what to know of it, packed while it is made:
 * memory holds one portion of rows. Text is never run: it is stored as text, and what begins like a formula
 * carries the mark that spreadsheets themselves set for text typed after an apostrophe.
 */
export async function* xlsxFile(sheet: Sheet, names: PartNames): AsyncGenerator<Uint8Array, void> {
  const zip = new yazl.ZipFile();
  const output = new PassThrough();
  let rows_written = 0;
  const add = (path: string, parts: () => AsyncIterable<string> | Iterable<string>) =>
    zip.addReadStreamLazy(path, (done) => {
      const source = Readable.from(bytesOf(parts()));
      source.on('error', (cause) => output.destroy(cause));
      done(null, source);
    });
  zip.outputStream.pipe(output);
  add('[Content_Types].xml', () => [CONTENT_TYPES]);
  add('_rels/.rels', () => [PACKAGE_RELATIONS]);
  add('xl/workbook.xml', () => [workbook(names)]);
  add('xl/_rels/workbook.xml.rels', () => [WORKBOOK_RELATIONS]);
  add('xl/styles.xml', () => [STYLES]);
  add('xl/worksheets/sheet1.xml', () => dataSheet(sheet, (count) => (rows_written = count)));
  // Entries are packed in turn, so that the count is complete when this one begins.
  add('xl/worksheets/sheet2.xml', () => [aboutSheet(sheet.about(rows_written))]);
  zip.end();
  for await (const chunk of chunksOf(output)) yield chunk;
}

function chunksOf(stream: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  return stream;
}

async function* bytesOf(parts: AsyncIterable<string> | Iterable<string>): AsyncGenerator<Buffer> {
  for await (const part of parts) yield Buffer.from(part);
}

async function* dataSheet(sheet: Sheet, onend: (rows: number) => void): AsyncGenerator<string> {
  const { columns } = sheet;
  const widths = columns
    .map(
      ({ kind }, index) =>
        `<col min="${index + 1}" max="${index + 1}" width="${WIDTHS[kind]}" customWidth="1"/>`,
    )
    .join('');
  yield `${SHEET_START}<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>` +
    `<cols>${widths}</cols><sheetData>` +
    rowXml(
      1,
      columns.map(({ head }, index) => textCell(`${letters(index)}1`, head, STYLE.head)),
    );
  let rows = 0;
  for await (const portion of sheet.rows) {
    let xml = '';
    for (const row of portion) {
      rows += 1;
      const line = rows + 1;
      xml += rowXml(
        line,
        columns.map(({ kind }, index) => cellXml(`${letters(index)}${line}`, row[index] ?? null, kind)),
      );
    }
    yield xml;
  }
  onend(rows);
  yield `</sheetData><autoFilter ref="A1:${letters(columns.length - 1)}${rows + 1}"/></worksheet>`;
}

function aboutSheet(about: About): string {
  const rows = about.map(([label, sentence], index) =>
    rowXml(index + 1, [
      textCell(`A${index + 1}`, label, STYLE.head),
      textCell(`B${index + 1}`, sentence, STYLE.wrapped),
    ]),
  );
  return `${SHEET_START}<cols><col min="1" max="1" width="24" customWidth="1"/><col min="2" max="2" width="100" customWidth="1"/></cols><sheetData>${rows.join('')}</sheetData></worksheet>`;
}

function rowXml(line: number, cells: readonly string[]): string {
  return `<row r="${line}">${cells.join('')}</row>`;
}

function cellXml(place: string, value: Cell, kind: ColumnKind): string {
  if (value === null || value === '') return '';
  if (value instanceof Date)
    return numberCell(place, serialOf(value.getTime() + CHINA_OFFSET_MS), STYLE.instant);
  if (typeof value === 'number')
    return numberCell(place, keptDigits(value), kind === 'count' ? STYLE.count : STYLE.number);
  if (kind === 'day') return numberCell(place, serialOf(Date.parse(`${value}T00:00:00Z`)), STYLE.day);
  return textCell(place, value, /^[=+\-@\t\r\n＝＋－＠]/.test(value) ? STYLE.quoted : STYLE.text);
}

function numberCell(place: string, value: number, style: number): string {
  return `<c r="${place}" s="${style}"><v>${value}</v></c>`;
}

function textCell(place: string, value: string, style: number): string {
  return `<c r="${place}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${escaped(value)}</t></is></c>`;
}

/** Text of XML without the control characters that XML cannot hold. */
function escaped(value: string): string {
  return value
    .slice(0, CELL_LENGTH_MAX)
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/** A, B … Z, AA. */
function letters(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : letters(Math.floor(index / 26) - 1) + last;
}

const DAY_MS = 86_400_000;
/** 1970-01-01 in days of the 1900 date system. */
const EPOCH_SERIAL = 25_569;

function serialOf(ms: number): number {
  return Number((ms / DAY_MS + EPOCH_SERIAL).toFixed(8));
}

// --- the parts that are always the same (ECMA-376, part 1) ----------------------------------------------

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const SHEET_START = `${XML}<worksheet xmlns="${MAIN}">`;

const CONTENT_TYPES = `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/worksheets/sheet2.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`;
const PACKAGE_RELATIONS = `${XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`;
const WORKBOOK_RELATIONS = `${XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${RELATIONS}/worksheet" Target="worksheets/sheet2.xml"/><Relationship Id="rId3" Type="${RELATIONS}/styles" Target="styles.xml"/></Relationships>`;

function workbook(names: PartNames): string {
  return `${XML}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets><sheet name="${escaped(names.data)}" sheetId="1" r:id="rId1"/><sheet name="${escaped(names.about)}" sheetId="2" r:id="rId2"/></sheets></workbook>`;
}

/** Places in `cellXfs` of the styles below. */
const STYLE = { head: 1, text: 2, quoted: 3, count: 4, number: 5, day: 6, instant: 7, wrapped: 8 } as const;
const FORMAT_TEXT = 49;
const FORMAT_COUNT = 3;
const FORMAT_NUMBER = 2;
const FORMAT_DAY = 164;
const FORMAT_INSTANT = 165;

const format = (id: number, more = '', inside = '') =>
  `<xf numFmtId="${id}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"${more}${inside === '' ? '/>' : `>${inside}</xf>`}`;
const STYLES = [
  `${XML}<styleSheet xmlns="${MAIN}">`,
  `<numFmts count="2"><numFmt numFmtId="${FORMAT_DAY}" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="${FORMAT_INSTANT}" formatCode="yyyy\\-mm\\-dd hh:mm:ss"/></numFmts>`,
  '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>',
  '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>',
  '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>',
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>',
  '<cellXfs count="9"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',
  '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1" applyNumberFormat="1"/>',
  format(FORMAT_TEXT),
  format(FORMAT_TEXT, ' quotePrefix="1"'),
  format(FORMAT_COUNT),
  format(FORMAT_NUMBER),
  format(FORMAT_DAY),
  format(FORMAT_INSTANT),
  format(FORMAT_TEXT, ' applyAlignment="1"', '<alignment vertical="top" wrapText="1"/>'),
  '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
].join('');
