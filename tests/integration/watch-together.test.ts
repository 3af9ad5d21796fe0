import { describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import type { Extracted } from '#lib/domain/watch/extracted.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { sourceToAsk } from '#lib/server/watch/claim-host.ts';
import { fetchPages } from '#lib/server/watch/fetch-pages.ts';
import { keyedItems } from '#lib/server/watch/known-items.ts';
import { listsApart } from '#lib/server/watch/lists-apart.ts';
import { releaseHost, takeHost } from '#lib/server/watch/hosts.ts';
import { storeAnnounced, storeItems, type Announced } from '#lib/server/watch/store-items.ts';
import { createSweepWriter } from '#lib/server/watch/sweep-writer.ts';
import type { Answered } from '#lib/server/watch/write-checks.ts';
import { useDatabase } from '../support/database.ts';
import { useWatchedSources } from '../support/watched-sources.ts';

const database = useDatabase({ ALLOW_PRIVATE_ADDRESSES: '127.0.0.0/8' });
const { sites, theWatcher, addSource, sweepAll, sourceOf } = useWatchedSources(database);

class Undone extends Error {}

const announced = (title: string, path: string, text: string | null = null): Extracted => ({
  title,
  url: `http://example.org${path}`,
  number_row: null,
  issued_on: null,
  effective_on: null,
  published_at: null,
  text,
});

describe('what several sources bring at once', () => {
  it('is stored as if each had brought it by itself, one after the other', async () => {
    const number = '宁波海关公告2026年第17号';
    const known = '青岛海关公告2026年第3号';
    const before = [
      [announced(known, '/known-a'), announced('一个页面', '/page', '限量 20 mg/kg')],
      [announced(known, '/known-b')],
    ];
    const given = [
      // Two addresses of one item that is known: whoever comes first gives it another title.
      [
        announced('说明', '/known-a'),
        announced('一个页面', '/page', '限量 30 mg/kg'),
        announced('一个页面', '/page', '限量 20 mg/kg'),
      ],
      [announced('说明（二）', '/known-b')],
      [announced(number, '/first'), announced('公告', '/other')],
      // Named by the number of the list before, and by an address of it.
      [announced(`转发（${number}）`, '/second')],
      [announced('通知', '/first', '全文')],
      [announced('无关', '/unrelated'), announced('无关', '/unrelated', '后来的正文')],
    ];
    const source_ids: string[] = [];
    for (const index of given.keys())
      source_ids.push(await addSource({ kind: 'manual', url: sites.url(`/announced-${index}`, 30) }));
    const by = (lists: Extracted[][]): Announced[] =>
      lists.map((items, index) => ({
        items,
        sighting: {
          source_id: source_ids[index] ?? '',
          snapshot_id: null,
          language: 'zh-CN',
          seen_at: new Date(Date.UTC(2026, 4, 28) + index),
        },
      }));

    /** What a way of storing makes of it; nothing of it stays. */
    async function madeBy(store: (tx: Tx, lists: Announced[]) => Promise<unknown>) {
      let made: unknown;
      const stored = database.current.worker.db.transaction().execute(async (tx) => {
        for (const { items, sighting } of by(before)) await storeItems(tx, items, sighting);
        const outcomes = await store(tx, by(given));
        const { rows } = await sql`
          select i.identity, i.title, i.text, i.revision_no, i.document_no, i.search::text, i.changed_at,
                 (select array_agg(r.title || '|' || r.text order by r.revision_no) from item_revision r where r.item_id = i.id) as revisions,
                 (select array_agg(array[s.source_id::text, s.url, s.title, s.last_seen_at::text] order by s.source_id, s.url)
                  from item_sighting s where s.item_id = i.id) as sightings
          from item i where i.id in (select item_id from item_sighting where source_id = any(${source_ids}::uuid[]))
          order by i.identity`.execute(tx);
        made = { outcomes, rows };
        throw new Undone();
      });
      await expect(stored).rejects.toThrow(Undone);
      return made;
    }
    const outcomeOf = (stored: { outcome: string; revision_no: number }[]) =>
      stored.map(({ outcome, revision_no }) => `${outcome} ${revision_no}`);

    const one_by_one = await madeBy(async (tx, lists) => {
      const outcomes = [];
      for (const { items, sighting } of lists)
        outcomes.push(outcomeOf(await storeItems(tx, items, sighting)));
      return outcomes;
    });
    let apart: number[] = [];
    await madeBy(async (tx) => {
      const lists = given.map((items, index) => ({ keyed: keyedItems(items), index }));
      apart = (await listsApart(tx, lists)).apart.map(({ list }) => list.index);
    });
    expect(apart).toEqual([0, 2, 5]);
    const at_once = await madeBy(async (tx, lists) => (await storeAnnounced(tx, lists)).map(outcomeOf));
    expect(at_once).toEqual(one_by_one);
    expect(one_by_one).toMatchObject({
      outcomes: [
        ['changed 2', 'changed 2', 'changed 3'],
        ['seen 2'],
        ['new 1', 'new 1'],
        ['seen 1'],
        ['seen 1'],
        ['new 1', 'changed 2'],
      ],
    });
    const page_revisions = [20, 30, 20].map((limit) => `一个页面|限量 ${limit} mg/kg`);
    expect(JSON.stringify(at_once)).toContain(JSON.stringify(page_revisions));
  });

  it('is kept though one answer among it cannot be stored', async () => {
    const page = (text: string) => ({
      body: `<html><body><h1>标题</h1><article>${text}</article></body></html>`,
    });
    const paths = ['/kept-a', '/refused', '/kept-b'];
    const ids: string[] = [];
    for (const [index, path] of paths.entries()) {
      sites.set(path, page('限量 20 mg/kg'));
      ids.push(await addSource({ kind: 'page', url: sites.url(path, 31 + index) }));
    }
    await sweepAll();
    for (const path of paths) sites.set(path, page('限量 30 mg/kg'));
    const watcher = theWatcher();
    const now = new Date();
    const answered: Answered[] = [];
    for (const id of ids) {
      const source = await sourceToAsk(watcher.query, id);
      const lease = source && (await takeHost(watcher.query, source.host, 5_000));
      if (!source || !lease) throw new Error('a source is gone or its host is held');
      answered.push({ source, lease, now, fetched: await fetchPages(watcher, source, { lease, now }) });
    }
    const { db } = database.current.owner;
    await sql`
      alter table snapshot add constraint refused_by_test check (url not like '%/refused') not valid`.execute(
      db,
    );
    const writer = createSweepWriter(watcher);
    const taken = await Promise.all(answered.map((one) => writer.take(one)));
    const checks = await Promise.all(taken.map(({ check }) => check));
    for (const { lease } of answered) {
      await writer.written(lease.token);
      await releaseHost(watcher.query, lease);
    }
    await sql`alter table snapshot drop constraint refused_by_test`.execute(db);
    expect(checks.map(({ result }) => result.outcome)).toEqual(['read', 'failed', 'read']);
    expect(await Promise.all(ids.map(sourceOf))).toMatchObject([
      { health: 'healthy', failures: 0 },
      { failures: 1, problem: { code: 'unreadable' } },
      { health: 'healthy', failures: 0 },
    ]);
    const { rows } = await sql<{ texts: string[] }>`
      select array_agg(r.text order by s.source_id = ${ids[1]}, r.revision_no, s.source_id) as texts
      from item_revision r join item_sighting s on s.item_id = r.item_id where s.source_id = any(${ids}::uuid[])`.execute(
      db,
    );
    expect(rows[0]?.texts).toEqual([20, 20, 30, 30, 20].map((limit) => `限量 ${limit} mg/kg`));
    expect(await sweepAll()).toMatchObject({ checked: 3, changed: 1, failed: 0 });
    expect(await sourceOf(ids[1] ?? '')).toMatchObject({ health: 'healthy', failures: 0 });
  });
});
