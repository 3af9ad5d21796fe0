import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { ColumnChoice, ColumnNames } from '#lib/domain/clearance/columns.ts';
import type { FileFormat } from '#lib/domain/clearance/file-format.ts';
import { error, type RowProblem } from '#lib/domain/clearance/record.ts';
import { csvRows } from './read/csv.ts';
import { jsonRows, ndjsonRows, objectFields } from './read/json.ts';
import { UnreadableFile, type Bytes, type SourceRow } from './read/source-row.ts';
import { textChunks } from './read/text-chunks.ts';
import { xlsxRows } from './read/xlsx.ts';

/** A file as it comes: what is in it, and how it is written. */
export type SourceFile = {
  format: FileFormat;
  /** Null: detected. */
  charset: string | null;
  is_gzip?: boolean;
  bytes: Bytes;
};

/** What is found out about a file while it is read. */
export type SourceNotes = {
  charset: string | null;
  /** Bytes that have come so far, packed as they came. */
  bytes_read: number;
};

/** The rows of a file, in portions as it arrives. `notes` are written on the way. */
export function sourceRows<F extends string>(
  file: SourceFile,
  columns: { names: ColumnNames<F>; choice: ColumnChoice<F> },
  notes: SourceNotes,
): AsyncIterable<SourceRow<F>[]> {
  const received = counted(file.bytes, notes);
  const bytes = file.is_gzip ? unpacked(received) : received;
  if (file.format === 'xlsx') return xlsxRows(bytes);
  const text = withoutNul(textChunks(bytes, file.charset, (charset) => (notes.charset = charset)));
  switch (file.format) {
    case 'csv':
      return csvRows(text);
    case 'ndjson':
      return ndjsonRows(text, objectFields(columns.names, columns.choice));
    case 'json':
      return jsonRows(text, objectFields(columns.names, columns.choice));
    default:
      return file.format satisfies never;
  }
}

/** Why a file could not be read to its end; null for what is no fault of the file. */
export function problemOfFile(cause: unknown): RowProblem | null {
  if (cause instanceof UnreadableFile) return error(null, cause.code, cause.params);
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (/^Z_/.test(code) || code === 'ERR_TRAILING_JUNK_AFTER_STREAM_END') return error(null, 'file.not_gzip');
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
