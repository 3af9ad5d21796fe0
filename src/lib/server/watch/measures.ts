import { sql } from 'kysely';
import type { App } from '#lib/server/app.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';

/** How long each step took, in hours: the median and the slowest tenth. */
export type StepMeasure = { n: number; p50_hours: number | null; p90_hours: number | null };
export const WATCH_STEPS = ['published_to_fetched', 'fetched_to_confirmed', 'confirmed_to_told'] as const;
export type WatchMeasures = Record<(typeof WATCH_STEPS)[number], StepMeasure>;

type Asked = { from_at: Date; to_at: Date };

/**
 * How fast news travels: from its publication to our first sight of it, from there to a person's word, from
 * there to the first of those who asked to hear of it. Of one source, from when that source had it. What stood in
 * a source when it was first read, or was published before it was watched, tells nothing and is left out, and so is
 * what a new query finds in the archive; where only the day of publication is known, it counts from the beginning
 * of that day, and without one not at all.
 */
export async function watchMeasures(
  app: Pick<App, 'db'>,
  { source_id = null, ...asked }: Asked & { source_id?: string | null },
): Promise<WatchMeasures> {
  const found = await measuresOf(app, { ...asked, source_id });
  return found.get(source_id) ?? NOTHING;
}

/** The same over all, and of each source that had news in that time. */
export async function allMeasures(
  app: Pick<App, 'db'>,
  asked: Asked,
): Promise<{ overall: WatchMeasures; by_source: Map<string, WatchMeasures> }> {
  const found = await measuresOf(app, { ...asked, source_id: null });
  const by_source = [...found].flatMap(([id, measures]) => (id === null ? [] : [[id, measures] as const]));
  return { overall: found.get(null) ?? NOTHING, by_source: new Map(by_source) };
}

const NONE: StepMeasure = { n: 0, p50_hours: null, p90_hours: null };
const NOTHING: WatchMeasures = {
  published_to_fetched: NONE,
  fetched_to_confirmed: NONE,
  confirmed_to_told: NONE,
};

type Row = StepMeasure & { source_id: string | null; step: keyof WatchMeasures };

/** By source, and under null over all: there each item counts once, at the source that had it first. */
async function measuresOf(
  app: Pick<App, 'db'>,
  { source_id, from_at, to_at }: Asked & { source_id: string | null },
): Promise<Map<string | null, WatchMeasures>> {
  const { rows } = await asOperator(app.db, (tx) =>
    sql<Row>`
      with sighted as (
        select i.id, s.source_id, min(s.first_seen_at) as seen_at,
          coalesce(i.published_at, i.issued_on::timestamp at time zone 'Asia/Shanghai') as published_at
        from item i join item_sighting s on s.item_id = i.id
        where i.first_seen_at between ${from_at} and ${to_at} and i.merged_into is null
          and (${source_id}::uuid is null or s.source_id = ${source_id})
        group by i.id, s.source_id
      ), began as (
        select n.id as source_id, min(w.from_at) as began_at
        from source n join source_watch w on w.source_id = n.id and (w.url is null or w.url = n.url)
        where n.id in (select source_id from sighted) and w.outcome in ('watched', 'imported')
        group by n.id
      ), numbered as (
        select s.*, b.began_at, row_number() over (partition by s.id order by s.seen_at, s.source_id) as place
        from sighted s left join began b using (source_id)
      ), seen as (
        select n.id, n.seen_at, n.published_at, n.began_at, g.source_id
        from numbered n cross join lateral (
          select n.source_id union all select null where n.place = 1
        ) g(source_id)
        where n.seen_at > n.began_at + interval '1 minute'
      ), decided as (
        select seen.source_id, g.id, seen.seen_at, g.decided_at from signal g join seen on seen.id = g.item_id
        where g.state = 'confirmed' and not g.from_archive and g.decided_at >= seen.seen_at
      ), steps as (
        select source_id, 'published_to_fetched' as step, seen_at - published_at as took from seen
        where published_at between began_at and seen_at
        union all select source_id, 'fetched_to_confirmed', decided_at - seen_at from decided
        union all select d.source_id, 'confirmed_to_told', greatest(t.told_at - d.decided_at, interval '0')
        from decided d join signals_told(array(select id from decided)) t on t.signal_id = d.id
      )
      select source_id, step, count(*)::int as n,
        (percentile_cont(0.5) within group (order by extract(epoch from took)::float8) / 3600) as p50_hours,
        (percentile_cont(0.9) within group (order by extract(epoch from took)::float8) / 3600) as p90_hours
      from steps group by source_id, step`.execute(tx),
  );
  const found = new Map<string | null, WatchMeasures>();
  for (const { source_id: of, step, n, p50_hours, p90_hours } of rows)
    found.set(of, { ...(found.get(of) ?? NOTHING), [step]: { n, p50_hours, p90_hours } });
  return found;
}
