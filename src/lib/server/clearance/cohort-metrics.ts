import type { Firm } from '#lib/domain/accounts/actor.ts';
import { mergeCells, type Cell } from '#lib/domain/clearance/cell.ts';
import { COHORT_FIRMS_MIN, MIN_N_DEFAULT } from '#lib/domain/clearance/measure.ts';
import { endOf, startOf } from '#lib/domain/clearance/period.ts';
import { dayToText } from '#lib/domain/text/calendar-day.ts';
import { sampleFirms } from '#lib/server/accounts/sample-firms.ts';
import { parseIntegers } from '#lib/server/db/integer-array.ts';
import type { App } from '#lib/server/app.ts';
import { inFirmClient } from '#lib/server/db/copy.ts';
import { baselines, chooseBaseline } from './baselines.ts';
import { DISTRICT } from './cohorts.ts';
import { CATEGORY, CHANNEL, OFFICE } from './fold-days.ts';
import {
  daysOf,
  keyOf,
  minimumOf,
  summaryOf,
  type Metrics,
  type MetricsQuery,
  type MetricsRow,
} from './metrics.ts';
import type { Group, Slice } from './slices.ts';

/** Groups that numbers over all firms are made for. Weeks cross the borders of months, and days are too fine. */
export const COHORT_GROUPS = [
  'month',
  'district',
  'customs_office',
  'category',
  'channel',
] as const satisfies readonly Group[];
export type CohortQuery = MetricsQuery & { group_by: readonly (typeof COHORT_GROUPS)[number][] };

export type CohortRow = MetricsRow & {
  /** At least so many firms: all of a single month, of several months those of the one with the most. */
  firms: number;
  /** The months that are in it; those in which the group is about too few firms are not. */
  months: number;
  as_of: Date;
};

export type CohortMetrics = Omit<Metrics, 'rows'> & {
  rows: CohortRow[];
  firms_min: number;
  /** The oldest of its months; null without any. */
  as_of: Date | null;
  is_sample: boolean;
};

type CohortSlice = Slice & { firms: number; as_of: Date };

/**
 * Hours over all firms, each declaration once, by whole months: a month that the period touches counts as a
 * whole, and `from` and `to` say what is covered. Sample firms are a cohort of their own: it is shown to them,
 * and to the operator while there are no records of others.
 */
export async function cohortMetricsOf(
  app: App,
  firm: Firm | null,
  query: CohortQuery,
): Promise<CohortMetrics> {
  const days = daysOf(query);
  const from = startOf('month', days.from);
  const to = endOf('month', startOf('month', days.to)) - 1;
  const is_sample = firm ? firm.is_sample : await isSampleAlone(app);
  const [known, min_n, slices] = await Promise.all([
    baselines(app.db),
    firm ? inFirmClient(app.pool.pg, firm.id, (client) => minimumOf(client, firm.id)) : MIN_N_DEFAULT,
    readCohort(app, { ...query, from, to, is_sample }),
  ]);
  const { measure, direction } = query;
  const span = { from: dayToText(from), to: dayToText(to) };
  const about = { measure, direction, ...span, baseline: chooseBaseline(known, query), min_n };
  const rows = grouped(slices, query.group_by).map(({ key, cell, parts }) => ({
    ...key,
    ...summaryOf(cell, about),
    firms: Math.max(...parts.map((part) => part.firms)),
    months: new Set(parts.map((part) => part.period)).size,
    as_of: oldest(parts),
  }));
  return {
    measure,
    direction,
    ...span,
    min_n,
    firms_min: COHORT_FIRMS_MIN,
    as_of: slices.length > 0 ? oldest(slices) : null,
    is_sample,
    rows,
  };
}

async function isSampleAlone(app: App): Promise<boolean> {
  if ((await sampleFirms(app.db)).length === 0) return false;
  const { rows } = await app.pool.pg.query('select from cohort_month where not is_sample limit 1');
  return rows.length === 0;
}

const oldest = (slices: readonly CohortSlice[]) =>
  new Date(Math.min(...slices.map(({ as_of }) => as_of.getTime())));

function grouped(
  slices: readonly CohortSlice[],
  group_by: readonly Group[],
): { key: ReturnType<typeof keyOf>; cell: Cell; parts: CohortSlice[] }[] {
  const groups = Map.groupBy(slices, (slice) => JSON.stringify(keyOf(slice, group_by)));
  return [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, parts]) => {
      const [first] = parts;
      const cell = mergeCells(parts.map((part) => part.cell));
      return first && cell ? [{ key: keyOf(first, group_by), cell, parts }] : [];
    });
}

type SliceQuery = Omit<CohortQuery, 'from' | 'to'> & { from: number; to: number; is_sample: boolean };

async function readCohort(app: App, query: SliceQuery): Promise<CohortSlice[]> {
  const { rows } = await app.pool.pg.query<StoredCohort & { firms: number; as_of: Date }>(
    `select to_char(c.month, 'YYYY-MM-DD') as period_start, c.customs_office, c.category, c.channel, c.n, c.sum_seconds,
            c.min_seconds, c.max_seconds, c.seconds::text, c.bins::text, c.counts::text, c.firms, m.as_of
     from cohort_cell c join cohort_month m using (is_sample, direction, month)
     where is_sample = $1 and c.measure = $2 and direction = $3 and c.shape = $4 and month between $5 and $6
       and ($7::text is null or c.customs_office = $7) and ($8::text is null or left(c.customs_office, 2) = left($8, 2))
       and ($9::text is null or c.category = $9) and ($10::text is null or c.channel = $10)`,
    [
      query.is_sample,
      query.measure,
      query.direction,
      shapeOf(query),
      dayToText(query.from),
      dayToText(query.to),
      query.customs_office ?? null,
      query.district ?? null,
      query.category ?? null,
      query.channel ?? null,
    ],
  );
  return rows.map(({ period_start, customs_office, category, channel, firms, as_of, ...row }) => ({
    period: period_start,
    customs_office,
    category,
    channel,
    firms,
    as_of,
    cell: cellOfRow(row),
  }));
}

function shapeOf({ group_by, ...filter }: SliceQuery): number {
  const by_office = group_by.includes('customs_office') || filter.customs_office !== undefined;
  const by_district = group_by.includes('district') || filter.district !== undefined;
  const place = by_office ? OFFICE : by_district ? DISTRICT : 0;
  const by_category = group_by.includes('category') || filter.category !== undefined;
  const by_channel = group_by.includes('channel') || filter.channel !== undefined;
  return place | (by_category ? CATEGORY : 0) | (by_channel ? CHANNEL : 0);
}

/** The columns of a cohort's cell; arrays as text, which is read faster. */
type StoredCohort = StoredCell & {
  period_start: string;
  customs_office: string;
  category: string;
  channel: string;
};
type StoredCell = {
  n: number;
  sum_seconds: string;
  min_seconds: number;
  max_seconds: number;
  seconds: string | null;
  bins: string | null;
  counts: string | null;
};

function cellOfRow(row: StoredCell): Cell {
  const base = {
    n: row.n,
    sum_seconds: Number(row.sum_seconds),
    min_seconds: row.min_seconds,
    max_seconds: row.max_seconds,
  };
  if (row.seconds !== null) return { ...base, kind: 'exact', seconds: parseIntegers(row.seconds) };
  const bins = new Int16Array(parseIntegers(row.bins));
  return { ...base, kind: 'sketch', bins, counts: parseIntegers(row.counts) };
}
