import { sql } from 'kysely';
import type { App } from '#lib/server/app.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';

/** How long each step took, in hours: the median and the slowest tenth. */
export type StepMeasure = { n: number; p50_hours: number | null; p90_hours: number | null };
export type WatchMeasures = {
  published_to_fetched: StepMeasure;
  fetched_to_confirmed: StepMeasure;
  confirmed_to_told: StepMeasure;
};

/**
 * How fast news travels: from its publication to our first sight of it, from there to a person's word, from
 * there to those who asked to hear of it. Items that were there when a source was first read tell nothing of
 * that and are left out; where only the day of publication is known, it counts from the beginning of that day.
 */
export async function watchMeasures(
  app: Pick<App, 'db'>,
  { source_id = null, from_at, to_at }: { source_id?: string | null; from_at: Date; to_at: Date },
): Promise<WatchMeasures> {
  const { rows } = await asOperator(app.db, (tx) =>
    sql<{ step: keyof WatchMeasures; n: number; p50_hours: number | null; p90_hours: number | null }>`
      with seen as (
        select distinct on (i.id) i.id, i.first_seen_at,
          coalesce(i.published_at, i.issued_on::timestamp at time zone 'Asia/Shanghai') as published_at
        from item i
        join item_sighting s on s.item_id = i.id
        where i.first_seen_at between ${from_at} and ${to_at} and i.merged_into is null
          and (${source_id}::uuid is null or s.source_id = ${source_id})
          and i.first_seen_at > (
            select min(w.from_at) + interval '1 minute' from source_watch w
            where w.source_id = s.source_id and w.outcome in ('watched', 'imported')
          )
        order by i.id
      ), decided as (
        select g.id, seen.first_seen_at, g.decided_at from signal g join seen on seen.id = g.item_id
        where g.state = 'confirmed'
      ), steps as (
        select 'published_to_fetched' as step, first_seen_at - published_at as took from seen
        where published_at <= first_seen_at
        union all select 'fetched_to_confirmed', decided_at - first_seen_at from decided
        union all select 'confirmed_to_told', e.occurred_at - d.decided_at
        from decided d join event e on e.kind = 'signal.confirmed' and e.subject_id = d.id
      )
      select step, count(*)::int as n,
        (percentile_cont(0.5) within group (order by extract(epoch from took)::float8) / 3600) as p50_hours,
        (percentile_cont(0.9) within group (order by extract(epoch from took)::float8) / 3600) as p90_hours
      from steps group by step`.execute(tx),
  );
  const none: StepMeasure = { n: 0, p50_hours: null, p90_hours: null };
  const of = (step: keyof WatchMeasures): StepMeasure => {
    const found = rows.find((row) => row.step === step);
    return found ? { n: found.n, p50_hours: found.p50_hours, p90_hours: found.p90_hours } : none;
  };
  return {
    published_to_fetched: of('published_to_fetched'),
    fetched_to_confirmed: of('fetched_to_confirmed'),
    confirmed_to_told: of('confirmed_to_told'),
  };
}
