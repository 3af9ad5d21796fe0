import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { beforeAll } from 'vitest';
import { z } from 'zod';
import type { Extracted } from '#lib/domain/watch/extracted.ts';
import { storeItems, type StoredItem } from '#lib/server/watch/store-items.ts';
import type { useDatabase } from './database.ts';

/** A source that people fill by hand, and how an item of it is stored. */
export function useManualSource(database: ReturnType<typeof useDatabase>) {
  let source_id = '';
  let snapshot_id = '';

  beforeAll(async () => {
    const { db } = database.current.owner;
    source_id = await idOf(
      sql`insert into source (slug, name, kind, url) values ('test', '宁波海关 公告', 'manual', 'http://example.org/') returning id`,
    );
    snapshot_id = await idOf(sql`
    insert into snapshot (source_id, kind, url, sha256, content, byte_count)
    values (${source_id}, 'manual', 'http://example.org/', ${'a'.repeat(64)}, '\\x00', 1) returning id`);
    async function idOf(query: ReturnType<typeof sql>): Promise<string> {
      const { rows } = await query.execute(db);
      return z.object({ id: z.string() }).parse(rows[0]).id;
    }
  });

  /** Stores one item as a check of a source does, by the worker's own role. */
  async function store(given: Partial<Extracted>, is_technical = false): Promise<StoredItem> {
    const extracted: Extracted = {
      title: '公告',
      url: `http://example.org/${randomUUID()}.html`,
      number_row: null,
      issued_on: '2026-05-28',
      effective_on: null,
      published_at: null,
      text: '',
      ...given,
    };
    const sighting = { source_id, snapshot_id, language: 'zh-CN', seen_at: new Date(), is_technical };
    const [stored] = await database.current.worker.db
      .transaction()
      .execute((tx) => storeItems(tx, [extracted], sighting));
    if (!stored) throw new Error('nothing was stored');
    return stored;
  }

  return {
    store,
    get at() {
      return { source_id, snapshot_id };
    },
  };
}

let words = 0;

/** A word that stands in no other test of its file. */
export function ownWord(): string {
  words += 1;
  return `词${String.fromCodePoint(0x5000 + words)}${String.fromCodePoint(0x6000 + words)}`;
}
