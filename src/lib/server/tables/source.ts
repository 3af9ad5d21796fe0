import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { ColumnChoice, ColumnNames } from '#lib/domain/tables/columns.ts';
import { findHeader, HEADER_SEARCH_ROWS } from '#lib/domain/tables/header.ts';
import type { FileFormat } from '#lib/domain/tables/file-format.ts';
import type { FileProblem } from '#lib/domain/tables/problem.ts';
import { csvRows } from './read/csv.ts';
import { jsonRows, ndjsonRows, objectFields } from './read/json.ts';
import { kindOfBytes } from './read/sniff.ts';
import { UnreadableFile, type Bytes, type SourceRow } from './read/source-row.ts';
import { textChunks } from './read/text-chunks.ts';
import { xlsxRows, type ReadSheet } from './read/xlsx.ts';

/** A file as it comes: what is in it, and how it is written. */
export type SourceFile = {
  format: FileFormat;
  /** Null: detected. */
  charset: string | null;
  /** Packed with gzip; that is also seen from its first bytes. */
  is_gzip?: boolean;
  /** Of a workbook: the name of the sheet to read; null or absent: the first that has a header. */
  sheet?: string | null;
  bytes: Bytes;
};

/** What is found out about a file while it is read. */
export type SourceNotes = {
  charset: string | null;
  sheet: ReadSheet | null;
  /** What has to be added to a day number of a workbook. */
  serial_days: number;
  /** Bytes that have come so far, packed as they came. */
  bytes_read: number;
};

export function noNotes(): SourceNotes {
  return { charset: null, sheet: null, serial_days: 0, bytes_read: 0 };
}

/** The rows of a file, in portions as it arrives. `notes` are written on the way. */
export async function* sourceRows<F extends string>(
  file: SourceFile,
  columns: { names: ColumnNames<F>; choice: ColumnChoice<F> },
  notes: SourceNotes,
): AsyncGenerator<SourceRow<F>[]> {
  const received = await peeked(counted(file.bytes, notes));
  const is_packed = file.is_gzip || kindOfBytes(received.head) === 'gzip';
  const { head, bytes } = is_packed ? await peeked(unpacked(received.bytes)) : received;
  if (file.format === 'xlsx') {
    yield* xlsxRows(bytes, {
      sheet: file.sheet ?? null,
      looksRight: (rows) => hasHeader(rows, columns),
      told: (found) => Object.assign(notes, found),
    });
    return;
  }
  requireText(head);
  const text = withoutNul(textChunks(bytes, file.charset, (charset) => (notes.charset = charset)));
  switch (file.format) {
    case 'csv':
      yield* csvRows(text);
      return;
    case 'ndjson':
      yield* ndjsonRows(text, objectFields(columns.names, columns.choice));
      return;
    case 'json':
      yield* jsonRows(text, objectFields(columns.names, columns.choice));
      return;
    default:
      file.format satisfies never;
  }
}

/** Whether the first rows of a sheet hold a header of this kind of file, so that it is the sheet to read. */
function hasHeader<F extends string>(
  rows: readonly SourceRow[],
  { names, choice }: { names: ColumnNames<F>; choice: ColumnChoice<F> },
): boolean {
  const cells = rows.slice(0, HEADER_SEARCH_ROWS).map((row) => row.cells);
  return findHeader(cells, names, { is_end: true, wish: { choiceOf: () => choice } }).kind === 'found';
}

/** Says what a file is that is named as text and is none. */
function requireText(head: Uint8Array): void {
  const kind = kindOfBytes(head);
  switch (kind) {
    case 'text':
      return;
    case 'zip':
      throw new UnreadableFile('file.is_workbook');
    case 'compound':
      throw new UnreadableFile('file.is_xls');
    case 'markup':
      throw new UnreadableFile('file.is_markup');
    case 'gzip':
    case 'picture_or_document':
      throw new UnreadableFile('file.not_text');
    default:
      kind satisfies never;
  }
}

/** Bytes that tell all kinds of files apart but markup; a slow sender is not waited for longer. */
const HEAD_BYTES = 16;

/** The first bytes, and all of them again. A source that fails this early fails when it is read. */
async function peeked(bytes: Bytes): Promise<{ head: Uint8Array; bytes: Bytes }> {
  const iterator = bytes[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let size = 0;
  let failure: { cause: unknown } | null = null;
  try {
    while (size < HEAD_BYTES) {
      const next = await iterator.next();
      if (next.done) break;
      first.push(next.value);
      size += next.value.byteLength;
    }
  } catch (cause) {
    failure = { cause };
  }
  async function* again(): AsyncGenerator<Uint8Array> {
    try {
      yield* first;
      if (failure) throw failure.cause;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { head: Buffer.concat(first), bytes: again() };
}

/** Why a file could not be read to its end; null for what is no fault of the file. */
export function problemOfFile(cause: unknown): FileProblem | null {
  if (cause instanceof UnreadableFile) return { code: cause.code, params: cause.params };
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (/^Z_/.test(code) || code === 'ERR_TRAILING_JUNK_AFTER_STREAM_END')
    return { code: 'file.not_gzip', params: {} };
  return null;
}

/** However a source fails, the file ends early: what came whole before is kept. */
async function* counted(bytes: Bytes, notes: SourceNotes): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of bytes) {
      notes.bytes_read += chunk.byteLength;
      yield chunk;
    }
  } catch (cause) {
    throw new UnreadableFile('file.interrupted', {}, { cause });
  }
}

/** PostgreSQL stores no NUL character; a file that has one keeps everything else. */
async function* withoutNul(text: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const chunk of text) yield chunk.includes('\0') ? chunk.replaceAll('\0', '') : chunk;
}

/** A pipeline, because a pipe would let an upload that breaks off end the whole process. */
function unpacked(bytes: Bytes): Bytes {
  // The reader of the last stream meets the error; nothing is left to do here.
  return pipeline(Readable.from(bytes), createGunzip(), () => {});
}
