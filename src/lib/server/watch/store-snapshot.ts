import { promisify } from 'node:util';
import { sql } from 'kysely';
import { zstdCompress, zstdCompressSync, zstdDecompress } from 'node:zlib';
import type { Db, Tx } from '#lib/server/db/connect.ts';
import { BODY_BYTES_MAX } from './ask-source.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

export type NewSnapshot = {
  source_id: string;
  kind: 'list' | 'detail' | 'manual';
  url: string;
  sha256: string;
  packed: Buffer;
  byte_count: number;
  content_type: string | null;
  status: number | null;
  headers: Readonly<Record<string, string>>;
  text_sha256: string | null;
  fetched_at: Date;
  captured_by: string | null;
};

/** So much is compressed in less time than another thread takes to begin. */
const COMPRESSED_AT_ONCE_BYTES = 64 * 1024;

/** Compresses outside any transaction. With its size known, a small page costs 0.03 ms. */
export async function packSnapshot(bytes: Uint8Array): Promise<Buffer> {
  const options = { pledgedSrcSize: bytes.byteLength };
  if (bytes.byteLength <= COMPRESSED_AT_ONCE_BYTES) return zstdCompressSync(bytes, options);
  return compress(bytes, options);
}

/**
 * Writes a snapshot when it differs from the latest one of its address; pages go A → B → A, and the third
 * state is news. Answers the id of the snapshot that now stands for these bytes.
 */
export async function storeSnapshot(tx: Tx, snapshot: NewSnapshot): Promise<{ id: string; is_new: boolean }> {
  const { source_id, url, sha256, packed, headers, ...row } = snapshot;
  const { rows } = await sql<{ id: string; is_new: boolean }>`
    with latest as (
      select id, sha256 from snapshot where source_id = ${source_id} and url = ${url}
      order by fetched_at desc, id desc limit 1
    ), added as (
      insert into snapshot (source_id, url, sha256, content, headers, kind, byte_count, content_type, status, text_sha256,
                            fetched_at, captured_by)
      select ${source_id}, ${url}, ${sha256}, ${packed}, ${JSON.stringify(headers)}::jsonb, ${row.kind}, ${row.byte_count},
             ${row.content_type}, ${row.status}, ${row.text_sha256}, ${row.fetched_at}, ${row.captured_by}
      where not exists (select from latest where sha256 = ${sha256})
      returning id
    )
    select id, true as is_new from added
    union all select id, false from latest where not exists (select from added)`.execute(tx);
  const [stored] = rows;
  if (!stored) throw new Error('a snapshot is neither known nor added');
  return stored;
}

/** The bytes as they came, and what their server called them. */
export async function snapshotOf(
  db: Db | Tx,
  id: string,
): Promise<{ bytes: Uint8Array; content_type: string | null } | null> {
  const row = await db
    .selectFrom('snapshot')
    .select(['content', 'content_type'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) return null;
  const bytes = await decompress(row.content, { maxOutputLength: BODY_BYTES_MAX });
  return { bytes, content_type: row.content_type };
}
