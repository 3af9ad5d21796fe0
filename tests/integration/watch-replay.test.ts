import { afterAll, beforeAll, expect, it } from 'vitest';
import { sql } from 'kysely';
import { sweep } from '#lib/server/watch/sweep.ts';
import { createWatcher, type Watcher } from '#lib/server/watch/watcher.ts';
import { useDatabase } from '../support/database.ts';
import { OfficialSites } from '../support/official-sites.ts';
import { ReplayedSite } from '../support/replayed-source.ts';

const LONG = process.env.LONG === '1';
const SOURCES = LONG ? 12 : 1;
const DAYS = 30;
const CHECKS_A_DAY = LONG ? 4 : 1;
const DAY_MS = 86_400_000;

const database = useDatabase({ ALLOW_PRIVATE_ADDRESSES: '127.0.0.0/8' });
const sites = new OfficialSites();
let watcher: Watcher;
beforeAll(async () => {
  await sites.start();
  watcher = createWatcher(database.current.worker, { random: () => 0.5 });
});
afterAll(async () => {
  await watcher.close();
  sites.stop();
});

it(
  'replays thirty days of each source without a false change, and misses no real edit',
  async () => {
    const { owner } = database.current;
    const replayed = await Promise.all(
      Array.from({ length: SOURCES }, async (_, index) => {
        const root = `/site-${index}`;
        const site = new ReplayedSite(root, 1_000 + index);
        sites.set(`${root}/list`, () => ({ body: site.list() }));
        const settings = JSON.stringify({
          selectors: { item: '[class^="conList_ul"] li', title: 'a@title', link: 'a@href', date: 'span' },
        });
        await sql`
          insert into source (slug, name, kind, url, settings, next_check_at)
          values (${`s-${index}`}, ${root}, 'html_list', ${sites.url(`${root}/list`, index + 2)}, ${settings}, now() - interval '1 second')`.execute(
          owner.db,
        );
        return site;
      }),
    );
    const edits = new Map<string, number>();
    const start = new Date('2026-05-01T00:00:00Z');
    let checks = 0;
    for (let day = 0; day < DAYS; day += 1) {
      const date = new Date(start.getTime() + day * DAY_MS).toISOString().slice(0, 10);
      for (const site of replayed) {
        const before = site.articles.map(({ path, limit }) => [path, limit] as const);
        if (day > 0) site.live(date);
        const changed = site.articles.filter(({ path, limit }) =>
          before.some(([known, was]) => known === path && was !== limit),
        );
        for (const { path } of changed) edits.set(path, (edits.get(path) ?? 0) + 1);
        for (const article of site.articles) sites.set(article.path, () => ({ body: site.page(article) }));
      }
      for (let check = 0; check < CHECKS_A_DAY; check += 1) {
        await sql`update source set next_check_at = now() - interval '1 second'`.execute(owner.db);
        await sql`update item_fetch set next_check_at = now() - interval '1 second' where next_check_at is not null`.execute(
          owner.db,
        );
        // The clock of the run is the day that is replayed; leases keep the database's own.
        const counts = await sweep(watcher, new Date());
        checks += counts.checked + counts.details;
      }
    }
    const { rows } = await sql<{ url: string; revisions: number; text: string }>`
      select i.url, (select count(*)::int from item_revision r where r.item_id = i.id) as revisions, i.text from item i`.execute(
      owner.db,
    );
    const articles = replayed.flatMap((site) => site.articles);
    const seen = articles.filter(({ path }) => rows.some(({ url }) => url.endsWith(path))).length;
    let false_changes = 0;
    let missed = 0;
    for (const { path, limit } of articles) {
      const row = rows.find(({ url }) => url.endsWith(path));
      // The first revision is the list's, the second its page's; every further one is an edit.
      const noticed = (row?.revisions ?? 0) - 2;
      const real = edits.get(path) ?? 0;
      false_changes += Math.max(0, noticed - real);
      missed += Math.max(0, real - noticed);
      expect(row?.text).toContain(`限量为 ${limit} mg/kg`);
    }
    const real = [...edits.values()].reduce((sum, count) => sum + count, 0);
    process.stdout.write(
      `replay: ${SOURCES} sources, ${DAYS} days, ${checks} checks, ${articles.length} notices, ${real} real edits: ${false_changes} false changes, ${missed} missed\n`,
    );
    expect({ seen, false_changes, missed }).toEqual({ seen: articles.length, false_changes: 0, missed: 0 });
    expect(real).toBeGreaterThan(2);
  },
  LONG ? 900_000 : 120_000,
);
