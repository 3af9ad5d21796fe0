import { afterAll, beforeAll } from 'vitest';
import { sql } from 'kysely';
import type { SourceKind, SourceSettings } from '#lib/domain/watch/source.ts';
import { sweep } from '#lib/server/watch/sweep.ts';
import { createWatcher, type Watcher } from '#lib/server/watch/watcher.ts';
import type { useDatabase } from './database.ts';
import { OfficialSites } from './official-sites.ts';

type Given = {
  kind: SourceKind;
  url: string;
  settings?: SourceSettings;
  charset?: string;
  expected_update_days?: number;
};

export const EASYSITE: SourceSettings = {
  selectors: { item: '[class^="conList_ul"] li', title: 'a@title', link: 'a@href', date: 'span' },
};

/** Official sites on loopback, and what a test asks of the sources that watch them. */
export function useWatchedSources(database: ReturnType<typeof useDatabase>) {
  const sites = new OfficialSites();
  let watcher: Watcher | null = null;
  let made = 0;

  beforeAll(async () => {
    await sites.start();
    watcher = createWatcher(database.current.worker, { random: () => 0.5 });
  });
  afterAll(async () => {
    await watcher?.close();
    sites.stop();
  });

  /** Who asks the sites; made in beforeAll. */
  function theWatcher(): Watcher {
    if (!watcher) throw new Error('the watcher is made in beforeAll; use it inside a test');
    return watcher;
  }

  async function addSource({
    kind,
    url,
    settings = {},
    charset,
    expected_update_days,
  }: Given): Promise<string> {
    made += 1;
    const { rows } = await sql<{ id: string }>`
    insert into source (slug, name, kind, url, settings, charset, expected_update_days, next_check_at, interval_minutes)
    values (${`source-${made}`}, ${`Source ${made}`}, ${kind}, ${url}, ${JSON.stringify(settings)}, ${charset ?? null},
            ${expected_update_days ?? null}, now() - interval '1 second', 60) returning id`.execute(
      database.current.owner.db,
    );
    return rows[0]?.id ?? '';
  }

  /** Makes every source due and sweeps once. */
  async function sweepAll() {
    await sql`update source set next_check_at = now() - interval '1 second' where kind <> 'manual'`.execute(
      database.current.owner.db,
    );
    return sweep(theWatcher(), new Date());
  }

  async function one<T>(query: ReturnType<typeof sql<T>>): Promise<T | undefined> {
    return (await query.execute(database.current.owner.db)).rows[0];
  }
  const sourceOf = (id: string) =>
    one(sql<{ health: string; failures: number; problem: { code: string } | null; next_minutes: number }>`
    select health, failures, problem, (extract(epoch from next_check_at - now()) / 60)::float8 as next_minutes from source where id = ${id}`);
  const itemsOf = async (source_id: string) =>
    (
      await sql<{
        title: string;
        url: string;
        document_no: string | null;
        issued_on: string | null;
        sightings: number;
      }>`
      select i.title, i.url, i.document_no, i.issued_on::text,
             (select count(distinct source_id)::int from item_sighting where item_id = i.id) as sightings
      from item i join item_sighting s on s.item_id = i.id where s.source_id = ${source_id} order by i.title`.execute(
        database.current.owner.db,
      )
    ).rows;

  return { sites, theWatcher, addSource, sweepAll, one, sourceOf, itemsOf };
}
