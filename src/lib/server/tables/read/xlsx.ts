import { createWriteStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { foldName } from '#lib/domain/text/fold.ts';
import { topLevelStreams } from '#lib/server/documents/compound-file.ts';
import { openArchive, type Archive } from './archive.ts';
import { sheetRows } from './sheet-rows.ts';
import { kindOfBytes } from './sniff.ts';
import { UnreadableFile, type Bytes, type SourceRow } from './source-row.ts';
import { readWorkbook, type Sheet, type Workbook } from './workbook.ts';

/** A sheet has at most 1,048,576 rows, which is some 150 MB packed. */
const PACKED_BYTES_MAX = 512 * 1024 * 1024;
/** The directory of an old workbook stands anywhere in it. */
const OLD_FORMAT_BYTES_MAX = 64 * 1024 * 1024;
/** A cover, notes, lists of codes: the rows are on one of the first sheets. */
const SHEETS_TRIED_MAX = 20;

/** The sheet that is read, and the names of those that are not. */
export type ReadSheet = { name: string; others: readonly string[] };

export type XlsxWish = {
  /** The name of the sheet to read; null: the first one that looks right. */
  sheet: string | null;
  looksRight: (rows: readonly SourceRow[]) => boolean;
  told: (notes: { sheet: ReadSheet; serial_days: number }) => void;
};

/**
 * Rows of one sheet of a workbook. The archive is read from disk, because its directory stands at its end;
 * the sheet is parsed as it is unpacked, so that memory holds the texts and one portion of rows.
 */
export async function* xlsxRows(bytes: Bytes, wish: XlsxWish): AsyncGenerator<SourceRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'greenlane-xlsx-'));
  try {
    const file = join(folder, 'workbook.xlsx');
    await pipeline(limited(bytes), createWriteStream(file, { mode: 0o600 }));
    await requireWorkbook(file);
    const archive = await openArchive(file);
    try {
      const workbook = await readWorkbook(archive);
      const sheet = await chosenSheet(archive, workbook, wish);
      const others = workbook.sheets.filter((one) => one !== sheet).map(({ name }) => name);
      wish.told({ sheet: { name: sheet.name, others }, serial_days: workbook.serial_days });
      yield* sheetRows(archive, workbook, sheet);
    } finally {
      archive.close();
    }
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

/** Says what a file is that is named as a workbook and is none. */
async function requireWorkbook(file: string): Promise<void> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    if (size === 0) throw new UnreadableFile('file.empty');
    const head = Buffer.alloc(Math.min(size, 4096));
    await handle.read(head, 0, head.byteLength, 0);
    const kind = kindOfBytes(head);
    switch (kind) {
      case 'zip':
        return;
      case 'compound': {
        const whole = Buffer.alloc(Math.min(size, OLD_FORMAT_BYTES_MAX));
        await handle.read(whole, 0, whole.byteLength, 0);
        const streams = topLevelStreams(whole);
        if (streams.has('EncryptedPackage')) throw new UnreadableFile('file.encrypted');
        throw new UnreadableFile(
          streams.has('Workbook') || streams.has('Book') ? 'file.is_xls' : 'file.not_xlsx',
        );
      }
      case 'markup':
        throw new UnreadableFile('file.is_markup');
      case 'text':
        throw new UnreadableFile('file.is_text');
      case 'gzip':
      case 'picture_or_document':
        throw new UnreadableFile('file.not_xlsx');
      default:
        kind satisfies never;
    }
  } finally {
    await handle.close();
  }
}

async function chosenSheet(archive: Archive, workbook: Workbook, wish: XlsxWish): Promise<Sheet> {
  const { sheets } = workbook;
  const [first] = sheets;
  if (!first) throw new UnreadableFile('file.empty');
  if (wish.sheet !== null) {
    const named = foldName(wish.sheet);
    const found = sheets.find(({ name }) => foldName(name) === named);
    if (found) return found;
    throw new UnreadableFile('file.sheet_missing', {
      value: wish.sheet.slice(0, 60),
      sheets: sheets.map(({ name }) => name).join(', '),
    });
  }
  if (sheets.length === 1) return first;
  let fallback: Sheet | null = null;
  for (const sheet of sheets.slice(0, SHEETS_TRIED_MAX)) {
    for await (const rows of sheetRows(archive, workbook, sheet)) {
      if (wish.looksRight(rows)) return sheet;
      fallback ??= sheet;
      break;
    }
  }
  return fallback ?? first;
}
