import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import copy from 'pg-copy-streams';
import { CopyBuffer } from './copy-buffer.ts';
import { CopyRow } from './copy-row.ts';

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
