import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Parser } from 'htmlparser2';
import yauzl from 'yauzl';
import { UnreadableFile, type Bytes, type SourceRow } from './source-row.ts';

/** A sheet has at most 1,048,576 rows, which is some 150 MB packed. */
const PACKED_BYTES_MAX = 512 * 1024 * 1024;
/** What the archive may unpack to: a sheet is streamed, the shared strings are held in memory. */
const SHEET_BYTES_MAX = 4 * 1024 * 1024 * 1024;
const STRINGS_BYTES_MAX = 256 * 1024 * 1024;
const SMALL_PART_BYTES_MAX = 8 * 1024 * 1024;
const COLUMNS_MAX = 1024;
const ROWS_PER_PORTION = 2000;

/**
 * Rows of the first sheet of a workbook. The archive is read from disk, because its directory stands at its
 * end; the sheet is parsed as it is unpacked, so that memory holds the shared strings and one portion of rows.
 */
export async function* xlsxRows(bytes: Bytes): AsyncGenerator<SourceRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'greenlane-xlsx-'));
  try {
    const file = join(folder, 'workbook.xlsx');
    await pipeline(limited(bytes), createWriteStream(file, { mode: 0o600 }));
    yield* workbookRows(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* limited(bytes: Bytes): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.byteLength;
    if (size > PACKED_BYTES_MAX)
      throw new UnreadableFile('file.too_large_unpacked', { megabytes: PACKED_BYTES_MAX / 1024 / 1024 });
    yield chunk;
  }
}

async function* workbookRows(file: string): AsyncGenerator<SourceRow[]> {
  const archive = await openArchive(file);
  try {
    const sheet = await firstSheet(archive);
    const strings = archive.parts.has('xl/sharedStrings.xml') ? await sharedStrings(archive) : [];
    yield* sheetRows(archive, sheet, strings);
  } finally {
    archive.close();
  }
}

// --- the archive ----------------------------------------------------------------------------------

type Archive = {
  parts: Map<string, yauzl.Entry>;
  open: (part: string, bytes_max: number) => Promise<Readable>;
  close: () => void;
};

const PARTS_MAX = 10_000;

async function openArchive(file: string): Promise<Archive> {
  const zip = await new Promise<yauzl.ZipFile>((done, failed) =>
    yauzl.open(file, { lazyEntries: true, autoClose: false, validateEntrySizes: true }, (error, opened) =>
      error ? failed(new UnreadableFile('file.not_xlsx', {}, { cause: error })) : done(opened),
    ),
  );
  const parts = new Map<string, yauzl.Entry>();
  await new Promise<void>((done, failed) => {
    zip.on('entry', (entry: yauzl.Entry) => {
      parts.set(entry.fileName.replace(/^\//, ''), entry);
      if (parts.size > PARTS_MAX) failed(new UnreadableFile('file.not_xlsx'));
      else zip.readEntry();
    });
    zip.on('end', () => done());
    zip.on('error', (cause: Error) => failed(new UnreadableFile('file.not_xlsx', {}, { cause })));
    zip.readEntry();
  });
  return {
    parts,
    close: () => zip.close(),
    open: async (part, bytes_max) => {
      const entry = parts.get(part);
      if (!entry) throw new UnreadableFile('file.not_xlsx');
      if (entry.uncompressedSize > bytes_max)
        throw new UnreadableFile('file.too_large_unpacked', { megabytes: bytes_max / 1024 / 1024 });
      return new Promise<Readable>((done, failed) =>
        zip.openReadStream(entry, (error, stream) =>
          error ? failed(new UnreadableFile('file.not_xlsx', {}, { cause: error })) : done(stream),
        ),
      );
    },
  };
}

type Handlers = {
  open: (name: string, attributes: Readonly<Record<string, string>>) => void;
  text?: (text: string) => void;
  close?: (name: string) => void;
};

/** A streaming parser of one part; names come without their namespace prefix. */
function xmlParser(handlers: Handlers): Parser {
  const local = (name: string) => name.slice(name.indexOf(':') + 1);
  return new Parser(
    {
      onopentag: (name, attributes) => handlers.open(local(name), attributes),
      ontext: (text) => handlers.text?.(text),
      onclosetag: (name) => handlers.close?.(local(name)),
    },
    { xmlMode: true, decodeEntities: true },
  );
}

async function* partText(archive: Archive, part: string, bytes_max: number): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const stream = await archive.open(part, bytes_max);
  try {
    for await (const chunk of stream) {
      const bytes: unknown = chunk;
      if (bytes instanceof Uint8Array) yield decoder.decode(bytes, { stream: true });
    }
  } catch (cause) {
    throw new UnreadableFile('file.not_xlsx', {}, { cause });
  }
}

async function parsePart(
  archive: Archive,
  part: string,
  bytes_max: number,
  handlers: Handlers,
): Promise<void> {
  const parser = xmlParser(handlers);
  for await (const text of partText(archive, part, bytes_max)) parser.write(text);
  parser.end();
}

// --- the workbook ---------------------------------------------------------------------------------

/** The path of the first sheet that is not hidden. */
async function firstSheet(archive: Archive): Promise<string> {
  let relation = '';
  await parsePart(archive, 'xl/workbook.xml', SMALL_PART_BYTES_MAX, {
    open: (name, attributes) => {
      if (name === 'sheet' && relation === '' && (attributes.state ?? 'visible') === 'visible')
        relation = attributes['r:id'] ?? '';
    },
  });
  let target = 'worksheets/sheet1.xml';
  if (archive.parts.has('xl/_rels/workbook.xml.rels'))
    await parsePart(archive, 'xl/_rels/workbook.xml.rels', SMALL_PART_BYTES_MAX, {
      open: (name, attributes) => {
        if (name === 'Relationship' && attributes.Id === relation) target = attributes.Target ?? target;
      },
    });
  return target.startsWith('/') ? target.slice(1) : `xl/${target}`;
}

async function sharedStrings(archive: Archive): Promise<string[]> {
  const strings: string[] = [];
  let current = '';
  let depth_of_reading_aid = 0;
  let in_text = false;
  await parsePart(archive, 'xl/sharedStrings.xml', STRINGS_BYTES_MAX, {
    open: (name) => {
      if (name === 'si') current = '';
      // Reading aids (phonetic runs) repeat the text in another script.
      else if (name === 'rPh') depth_of_reading_aid += 1;
      else if (name === 't') in_text = true;
    },
    text: (text) => {
      if (in_text && depth_of_reading_aid === 0) current += text;
    },
    close: (name) => {
      if (name === 'si') strings.push(current);
      else if (name === 'rPh') depth_of_reading_aid -= 1;
      else if (name === 't') in_text = false;
    },
  });
  return strings;
}

async function* sheetRows(
  archive: Archive,
  sheet: string,
  strings: readonly string[],
): AsyncGenerator<SourceRow[]> {
  let rows: SourceRow[] = [];
  let line = 0;
  let cells: string[] = [];
  let column = 0;
  let type = 'n';
  let value = '';
  let is_reading = false;
  const parser = xmlParser({
    open: (name, attributes) => {
      if (name === 'row') {
        line = attributes.r ? Number(attributes.r) : line + 1;
        cells = [];
        column = -1;
      } else if (name === 'c') {
        column = attributes.r ? columnOf(attributes.r) : column + 1;
        type = attributes.t ?? 'n';
        value = '';
      } else if (name === 'v' || name === 't') is_reading = true;
    },
    text: (text) => {
      if (is_reading) value += text;
    },
    close: (name) => {
      if (name === 'v' || name === 't') is_reading = false;
      else if (name === 'c' && column < COLUMNS_MAX) {
        while (cells.length < column) cells.push('');
        cells[column] =
          type === 's' ? (strings[Number(value)] ?? '') : type === 'n' ? numberText(value) : value;
      } else if (name === 'row' && cells.some((cell) => cell.trim() !== '')) rows.push({ line, cells });
    },
  });
  for await (const text of partText(archive, sheet, SHEET_BYTES_MAX)) {
    parser.write(text);
    if (rows.length < ROWS_PER_PORTION) continue;
    yield rows;
    rows = [];
  }
  parser.end();
  if (rows.length > 0) yield rows;
}

/** The column of a cell's address, from 0: A1 is 0, AA1 is 26. */
function columnOf(address: string): number {
  let column = 0;
  for (const letter of address) {
    const code = letter.charCodeAt(0);
    if (code < 65 || code > 90) break;
    column = column * 26 + code - 64;
  }
  return column - 1;
}

/**
 * A number as the file has it. Integers and fractions that a spreadsheet keeps in full are written out; a
 * number with an exponent and 15 digits has lost the rest, and is left as it is to be named as damaged.
 */
function numberText(value: string): string {
  if (!/e/i.test(value)) return value;
  const number = Number(value);
  return Number.isFinite(number) && Math.abs(number) < 1e15 ? String(number) : value;
}
