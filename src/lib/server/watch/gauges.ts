import { sql } from 'kysely';
import { HEALTHS } from '#lib/domain/watch/source.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import type { Gauge } from '#lib/server/http/metrics.ts';
import { watchMeasures } from './measures.ts';

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
    read: async (app) => {
      const to_at = app.now();
      const measures = await watchMeasures(app, {
        from_at: new Date(to_at.getTime() - MEASURED_DAYS * DAY_MS),
        to_at,
      });
      return Object.entries(measures).flatMap(([step, { p50_hours }]) =>
        p50_hours === null ? [] : [{ labels: { step }, value: p50_hours }],
      );
    },
  },
];
