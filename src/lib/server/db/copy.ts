import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import copy from 'pg-copy-streams';

const HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const EPOCH_2000_MS = 946_684_800_000;
const DAYS_1970_TO_2000 = 10_957;
const OID_INT2 = 21;
const OID_INT4 = 23;
/** Rows are kept and sent in pieces of this size, so that nothing is copied to make room. */
const PIECE_BYTES = 1 << 18;

/**
 * Rows in PostgreSQL's binary COPY format, which spares both sides the parsing of text. The caller writes
 * each field in the order and type of the columns named in its COPY statement.
 */
export class CopyBuffer {
  #pieces: Buffer[] = [];
  #bytes = Buffer.allocUnsafe(PIECE_BYTES);
  #at = HEADER.copy(this.#bytes);
  rows = 0;

  row(fields: number): void {
    this.#reserve(2);
    this.#at = this.#bytes.writeInt16BE(fields, this.#at);
    this.rows += 1;
  }

  none(): void {
    this.#reserve(4);
    this.#at = this.#bytes.writeInt32BE(-1, this.#at);
  }

  int2(value: number): void {
    this.#field(2);
    this.#at = this.#bytes.writeInt16BE(value, this.#at);
  }

  int4(value: number): void {
    this.#field(4);
    this.#at = this.#bytes.writeInt32BE(value, this.#at);
  }

  /** A 64-bit integer written in digits. */
  int8(digits: string): void {
    this.#field(8);
    this.#at = this.#bytes.writeBigInt64BE(BigInt(digits), this.#at);
  }

  /** A 64-bit integer that a number holds exactly. */
  int8FromNumber(value: number): void {
    this.#field(8);
    const high = Math.floor(value / 0x1_0000_0000);
    this.#at = this.#bytes.writeInt32BE(high, this.#at);
    this.#at = this.#bytes.writeUInt32BE(value - high * 0x1_0000_0000, this.#at);
  }

  float8(value: number): void {
    this.#field(8);
    this.#at = this.#bytes.writeDoubleBE(value, this.#at);
  }

  bool(value: boolean): void {
    this.#field(1);
    this.#at = this.#bytes.writeUInt8(value ? 1 : 0, this.#at);
  }

  text(value: string | null): void {
    if (value === null) return this.none();
    this.#reserve(4 + value.length * 3);
    const length = this.#bytes.write(value, this.#at + 4, 'utf8');
    this.#bytes.writeInt32BE(length, this.#at);
    this.#at += 4 + length;
  }

  bytes(value: Uint8Array): void {
    this.#field(value.byteLength);
    this.#bytes.set(value, this.#at);
    this.#at += value.byteLength;
  }

  /** An instant in milliseconds since 1970. */
  timestamptz(instant_ms: number | null): void {
    if (instant_ms === null) return this.none();
    this.int8FromNumber((instant_ms - EPOCH_2000_MS) * 1000);
  }

  /** A day counted from 1970-01-01. */
  date(day: number): void {
    this.int4(day - DAYS_1970_TO_2000);
  }

  int2Array(values: Int16Array | null): void {
    this.#array(values, OID_INT2, 2);
  }

  int4Array(values: Int32Array | null): void {
    this.#array(values, OID_INT4, 4);
  }

  /** What is written so far, as often as it is asked for. */
  pieces(): Buffer[] {
    return [...this.#pieces, this.#bytes.subarray(0, this.#at)];
  }

  /** The pieces that are full; they are not kept any longer. */
  takeFull(): Buffer[] {
    const full = this.#pieces;
    if (full.length > 0) this.#pieces = [];
    return full;
  }

  #array(values: Int16Array | Int32Array | null, oid: number, width: 2 | 4): void {
    if (values === null) return this.none();
    const length = 20 + values.length * (4 + width);
    this.#field(length);
    const bytes = this.#bytes;
    let at = this.#at;
    for (const part of [1, 0, oid, values.length, 1]) at = bytes.writeInt32BE(part, at);
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index] ?? 0;
      at = bytes.writeInt32BE(width, at);
      at = width === 4 ? bytes.writeInt32BE(value, at) : bytes.writeInt16BE(value, at);
    }
    this.#at = at;
  }

  #field(length: number): void {
    this.#reserve(4 + length);
    this.#at = this.#bytes.writeInt32BE(length, this.#at);
  }

  #reserve(length: number): void {
    if (this.#at + length <= this.#bytes.length) return;
    this.#pieces.push(this.#bytes.subarray(0, this.#at));
    this.#bytes = Buffer.allocUnsafe(Math.max(PIECE_BYTES, length));
    this.#at = 0;
  }
}

const END = Buffer.from([0xff, 0xff]);

/**
 * Sends rows to `copy … from stdin (format binary)`; PostgreSQL takes them into temporary tables only. Rows
 * that are still made are sent as they come: `write` yields where a piece may go.
 */
export async function copyRows(
  client: pg.ClientBase,
  statement: string,
  rows: CopyBuffer | ((buffer: CopyBuffer) => Iterable<void>),
): Promise<void> {
  await pipeline(Readable.from(piecesOf(rows)), client.query(copy.from(statement)));
}

function* piecesOf(rows: CopyBuffer | ((buffer: CopyBuffer) => Iterable<void>)): Generator<Buffer> {
  const buffer = typeof rows === 'function' ? new CopyBuffer() : rows;
  if (typeof rows === 'function') for (const _ of rows(buffer)) yield* buffer.takeFull();
  yield* buffer.pieces();
  yield END;
}

/** Reads the rows of `copy (…) to stdout (format binary)` one after the other, as they come. */
export async function readCopy(
  client: pg.ClientBase,
  statement: string,
  take: (row: CopyRow) => void,
): Promise<void> {
  const row = new CopyRow();
  const chunks: AsyncIterable<Buffer> = client.query(copy.to(statement));
  for await (const chunk of chunks) {
    row.feed(chunk);
    while (row.advance()) take(row);
  }
}

/** One row that is read: each field once, in the order and type of the columns. */
export class CopyRow {
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #next = 0;
  #has_header = false;

  feed(chunk: Buffer): void {
    this.#bytes =
      this.#next < this.#bytes.length ? Buffer.concat([this.#bytes.subarray(this.#next), chunk]) : chunk;
    this.#next = 0;
  }

  /** Moves to the next row; false when it has not come whole. */
  advance(): boolean {
    const bytes = this.#bytes;
    if (!this.#has_header) {
      if (bytes.length < HEADER.length) return false;
      this.#has_header = true;
      this.#next = HEADER.length;
    }
    let at = this.#next + 2;
    if (at > bytes.length) return false;
    for (let fields = bytes.readInt16BE(at - 2); fields > 0; fields -= 1) {
      if (at + 4 > bytes.length) return false;
      at += 4 + Math.max(0, bytes.readInt32BE(at));
    }
    if (at > bytes.length) return false;
    this.#at = this.#next + 2;
    this.#next = at;
    return bytes.readInt16BE(this.#at - 2) >= 0;
  }

  /** A 64-bit integer below 2^53, such as the microseconds of a `timestamptz` since 2000. */
  int8(): number | null {
    const at = this.#at + 4;
    if (this.#length() < 0) return null;
    return this.#bytes.readInt32BE(at) * 0x1_0000_0000 + this.#bytes.readUInt32BE(at + 4);
  }

  text(): string | null {
    const at = this.#at + 4;
    const length = this.#length();
    return length < 0 ? null : this.#bytes.toString('utf8', at, at + length);
  }

  bool(): boolean | null {
    const at = this.#at + 4;
    return this.#length() < 0 ? null : this.#bytes[at] === 1;
  }

  #length(): number {
    const length = this.#bytes.readInt32BE(this.#at);
    this.#at += 4 + Math.max(0, length);
    return length;
  }
}

/** Conflicts with other writers that trying again resolves: serialization failure and deadlock. */
const RETRIED = new Set(['40001', '40P01']);
const ATTEMPTS_MAX = 5;

/**
 * `inFirm` on a bare connection, which COPY needs. The transaction is tried again when it met another
 * writer; `work` must therefore not change anything outside the database.
 */
export async function inFirmClient<T>(
  pool: pg.Pool,
  firm_id: string,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const client = await pool.connect();
    let is_broken = false;
    try {
      await client.query(`begin; select set_config('app.firm_id', ${client.escapeLiteral(firm_id)}, true)`);
      const result = await work(client);
      await client.query('commit');
      return result;
    } catch (cause) {
      await client.query('rollback').catch(() => (is_broken = true));
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
      if (!RETRIED.has(code) || attempt >= ATTEMPTS_MAX) throw cause;
    } finally {
      client.release(is_broken);
    }
  }
}
