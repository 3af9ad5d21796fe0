import { sql } from 'kysely';
import { HEALTHS } from '#lib/domain/watch/source.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import type { Gauge } from '#lib/server/http/metrics.ts';
import type { App } from '#lib/server/app.ts';
import { allMeasures, WATCH_STEPS, type StepMeasure, type WatchMeasures } from './measures.ts';

const MEASURED_DAYS = 30;
const DAY_MS = 86_400_000;

/** What /metrics says of the watch: sources by health, the oldest that is overdue, and how fast news travels. */
export const WATCH_GAUGES: readonly Gauge[] = [
  {
    name: 'greenlane_sources',
    help: 'Sources by health.',
    label_names: ['health'],
    read: async (app) => {
      const { rows } = await asOperator(app.db, (tx) =>
        sql<{ health: string; value: number }>`
          select health, count(*)::int as value from source where deleted_at is null group by health`.execute(
          tx,
        ),
      );
      return HEALTHS.map((health) => ({
        labels: { health },
        value: rows.find((row) => row.health === health)?.value ?? 0,
      }));
    },
  },
  {
    name: 'greenlane_source_overdue_seconds',
    help: 'How long the source that is due longest has been waiting for its check.',
    read: async (app) => {
      const { rows } = await asOperator(app.db, (tx) =>
        sql<{ value: number }>`
          select greatest(0, extract(epoch from now() - min(next_check_at)))::float8 as value from source
          where next_check_at is not null and deleted_at is null`.execute(tx),
      );
      return [{ value: rows[0]?.value ?? 0 }];
    },
  },
  {
    name: 'greenlane_watch_step_hours',
    help: 'Median hours of each step of news over 30 days: published_to_fetched, fetched_to_confirmed, confirmed_to_told.',
    label_names: ['step'],
    read: (app) => overall(app, ({ p50_hours }) => p50_hours),
  },
  {
    name: 'greenlane_watch_step_items',
    help: 'How many items or signals each median of greenlane_watch_step_hours rests on.',
    label_names: ['step'],
    read: (app) => overall(app, ({ n }) => n),
  },
  {
    name: 'greenlane_source_step_hours',
    help: 'The same medians of each of the sources with most news, by their short names.',
    label_names: ['source', 'step'],
    read: (app) => bySource(app, ({ p50_hours }) => p50_hours),
  },
  {
    name: 'greenlane_source_step_items',
    help: 'How many items or signals each median of greenlane_source_step_hours rests on.',
    label_names: ['source', 'step'],
    read: (app) => bySource(app, ({ n }) => n),
  },
];

type Value = (measure: StepMeasure) => number | null;
/** Three values each: labels of one gauge stay within what a scrape may hold. */
const SOURCES_TOLD = 60;
/** The four gauges of one scrape are read from one query. */
const KEPT_MS = 10_000;
const lately = new WeakMap<App, { at_ms: number; found: ReturnType<typeof allMeasures> }>();

function measured(app: App): ReturnType<typeof allMeasures> {
  const kept = lately.get(app);
  if (kept && performance.now() - kept.at_ms < KEPT_MS) return kept.found;
  const to_at = app.now();
  const from_at = new Date(to_at.getTime() - MEASURED_DAYS * DAY_MS);
  const found = allMeasures(app, { from_at, to_at });
  lately.set(app, { at_ms: performance.now(), found });
  found.catch(() => lately.delete(app));
  return found;
}

function valuesOf(measures: WatchMeasures, value: Value, labels: Record<string, string> = {}) {
  return WATCH_STEPS.flatMap((step) => {
    const found = value(measures[step]);
    return found === null ? [] : [{ labels: { ...labels, step }, value: found }];
  });
}

async function overall(app: App, value: Value) {
  return valuesOf((await measured(app)).overall, value);
}

async function bySource(app: App, value: Value) {
  const { by_source } = await measured(app);
  const most = [...by_source]
    .sort(([, a], [, b]) => b.published_to_fetched.n - a.published_to_fetched.n)
    .slice(0, SOURCES_TOLD);
  if (most.length === 0) return [];
  const slugs = await asOperator(app.db, (tx) =>
    tx
      .selectFrom('source')
      .select(['id', 'slug'])
      .where(
        'id',
        'in',
        most.map(([id]) => id),
      )
      .execute(),
  );
  return most.flatMap(([id, measures]) => {
    const source = slugs.find((one) => one.id === id)?.slug;
    return source === undefined ? [] : valuesOf(measures, value, { source });
  });
}
