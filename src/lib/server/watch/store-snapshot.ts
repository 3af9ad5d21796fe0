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

export type StoredSnapshot = { id: string; is_new: boolean };

/** Writes one snapshot, as `storeSnapshots` does. */
export async function storeSnapshot(tx: Tx, snapshot: NewSnapshot): Promise<StoredSnapshot> {
  const [stored] = await storeSnapshots(tx, [snapshot]);
  if (!stored) throw new Error('a snapshot is neither known nor added');
  return stored;
}

/**
 * Writes snapshots of different addresses, each when it differs from the latest one of its address; pages go
 * A → B → A, and the third state is news. Answers, in the order given, the snapshots that now stand for these bytes.
 */
export async function storeSnapshots(tx: Tx, snapshots: readonly NewSnapshot[]): Promise<StoredSnapshot[]> {
  const rows = snapshots.map(({ packed: _packed, ...row }, index) => ({ ...row, number: index + 1 }));
  const [first] = snapshots;
  if (!first) return [];
  // One travels as it is; in a list each byte is written as two letters.
  const contents =
    snapshots.length === 1
      ? sql`${first.packed}::bytea`
      : sql`(${snapshots.map(({ packed }) => packed)}::bytea[])[number]`;
  const { rows: stored } = await sql<StoredSnapshot>`
    with given as materialized (
      select g.*, latest.sha256 is distinct from g.sha256 as is_new,
             case when latest.sha256 is distinct from g.sha256 then gen_random_uuid() else latest.id end as id
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as g(
        number integer, source_id uuid, url text, sha256 text, headers jsonb, kind text, byte_count integer, content_type text,
        status smallint, text_sha256 text, fetched_at timestamptz, captured_by uuid)
      left join lateral (
        select s.id, s.sha256 from snapshot s where s.source_id = g.source_id and s.url = g.url
        order by s.fetched_at desc, s.id desc limit 1
      ) latest on true
    ), added as (
      insert into snapshot (id, source_id, url, sha256, content, headers, kind, byte_count, content_type, status, text_sha256,
                            fetched_at, captured_by)
      select id, source_id, url, sha256, ${contents}, headers, kind, byte_count,
             content_type, status, text_sha256, fetched_at, captured_by
      from given where is_new
    )
    select id, is_new from given order by number`.execute(tx);
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
