import { describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { sweep } from '#lib/server/watch/sweep.ts';
import { createWatcher } from '#lib/server/watch/watcher.ts';
import { useDatabase } from '../support/database.ts';
import { easySiteList, OfficialSites } from '../support/official-sites.ts';
import { EASYSITE, useWatchedSources } from '../support/watched-sources.ts';

const database = useDatabase({ ALLOW_PRIVATE_ADDRESSES: '127.0.0.0/8' });
const { addSource, sweepAll, one, sourceOf, itemsOf } = useWatchedSources(database);

describe('a host that asks for long pauses', () => {
  it('keeps a crawl delay that outlasts its process', async () => {
    const strange = new OfficialSites();
    await strange.start();
    strange.set('/robots.txt', { body: 'User-agent: *\nCrawl-delay: 400' });
    for (const path of ['/one', '/two']) strange.set(path, { is_hanging: true });
    const url = (path: string) => `http://localhost:${strange.port}${path}`;
    const ids = [
      await addSource({ kind: 'page', url: url('/one') }),
      await addSource({ kind: 'page', url: url('/two') }),
    ];
    const asked = () => strange.visits.map(({ path }) => path);
    const waitsFor = async () =>
      (
        await one(sql<{ seconds: number }>`
        select extract(epoch from next_allowed_at - now())::float8 as seconds from host_gate where host = ${`localhost:${strange.port}`}`)
      )?.seconds ?? 0;
    await sweepAll();
    // robots.txt was asked for, and its own delay counts from there on.
    expect(asked()).toEqual(['/robots.txt']);
    expect(await waitsFor()).toBeGreaterThan(300);
    expect(await sourceOf(ids[0] ?? '')).toMatchObject({ health: 'new', failures: 0 });
    await sql`update host_gate set next_allowed_at = now() where host like 'localhost:%'`.execute(
      database.current.owner.db,
    );
    const killed = createWatcher(database.current.worker, { random: () => 0.5 });
    await sql`update source set next_check_at = now() - interval '1 second' where id = any(${ids}::uuid[])`.execute(
      database.current.owner.db,
    );
    const cut_off = sweep(killed, new Date());
    await expect.poll(() => asked().length).toBe(2);
    // Written down while the request is under way: a process that is killed now tells nobody.
    expect(await waitsFor()).toBeGreaterThan(300);
    await killed.close();
    await cut_off;
    await sweepAll();
    expect(asked()).toHaveLength(2);
    strange.stop();
    await sql`update source set deleted_at = now() where id = any(${ids}::uuid[])`.execute(
      database.current.owner.db,
    );
  });

  it('reads the pages of a list one by one where its host asks for long pauses', async () => {
    const strange = new OfficialSites();
    await strange.start();
    strange.set('/robots.txt', { body: 'User-agent: *\nCrawl-delay: 400' });
    const url = (path: string) => `http://localhost:${strange.port}${path}`;
    for (const page of [1, 2, 3, 4])
      strange.set(
        `/slow-${page}`,
        page === 4
          ? { status: 429, headers: { 'retry-after': '7200' } }
          : { body: easySiteList([{ title: `第${page}页`, href: `/of/${page}`, date: '2026-05-13' }]) },
      );
    const id = await addSource({
      kind: 'html_list',
      url: url('/slow-1'),
      settings: { ...EASYSITE, pages: 4, page_url: url('/slow-{page}'), follows_details: false },
    });
    const { owner } = database.current;
    const waits = async () =>
      await one(sql<{ seconds: number; health: string; later_pages: string[] | null; pause_s: number }>`
          select extract(epoch from s.next_check_at - now())::float8 as seconds, s.health, s.later_pages,
            extract(epoch from g.next_allowed_at - now())::float8 as pause_s
          from source s join host_gate g on g.host = s.host where s.id = ${id}`);
    const pass = async () => {
      await sql`update host_gate set next_allowed_at = now() where host like 'localhost:%'`.execute(owner.db);
      await sql`update source set next_check_at = now() - interval '1 second' where id = ${id}`.execute(
        owner.db,
      );
      await sweepAll();
    };
    await sweepAll();
    for (const page of [1, 2, 3]) {
      await pass();
      expect(strange.visits.at(-1)?.path).toBe(`/slow-${page}`);
      const left = await waits();
      expect(left?.later_pages).toEqual([2, 3, 4].slice(page - 1).map((next) => url(`/slow-${next}`)));
      expect(left?.seconds).toBeGreaterThan(300);
      expect(left?.seconds).toBeLessThan(401);
    }
    expect((await itemsOf(id)).map(({ title }) => title)).toEqual(['第1页', '第2页', '第3页']);
    // A page that is refused ends the reading without harm, and the host is left alone as long as it asks for.
    await pass();
    expect(await waits()).toMatchObject({ later_pages: null, health: 'healthy' });
    expect((await waits())?.pause_s).toBeGreaterThan(7000);
    strange.stop();
    await sql`update source set deleted_at = now() where id = ${id}`.execute(owner.db);
  });
});
