import type pg from 'pg';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { mergeCells, quantileOf, type Cell } from '#lib/domain/clearance/cell.ts';
import {
  MIN_N_DEFAULT,
  NOT_GIVEN,
  SECONDS_PER_HOUR,
  type CellMeasure,
  type Direction,
  type Measure,
} from '#lib/domain/clearance/measure.ts';
import type { HoursSummary } from '#lib/domain/clearance/overview.ts';
import { labelOf, startOf } from '#lib/domain/clearance/period.ts';
import { dayFromText } from '#lib/domain/text/calendar-day.ts';
import type { App } from '#lib/server/app.ts';
import { inFirmClient } from '#lib/server/db/copy.ts';
import { baselines, chooseBaseline } from './baselines.ts';
import { ALL } from './day-groups.ts';
import type { DayReads } from './day-reads.ts';
import { readSlices, type Group, type HoursFilter, type Slice } from './slices.ts';

export type HoursQuery = HoursFilter & {
  /** Inclusive days of declaration in Asia/Shanghai. */
  from: string;
  to: string;
  measure: Measure;
};
export type MetricsQuery = HoursQuery & { group_by: readonly Group[]; baseline_id?: string };

export type MetricsRow = Partial<Record<Group, string | null>> & HoursSummary;
export type Metrics = {
  measure: Measure;
  direction: Direction;
  from: string;
  to: string;
  min_n: number;
  rows: MetricsRow[];
};

/** Hours of a firm, grouped. */
export async function metricsOf(app: App, firm: Firm, query: MetricsQuery): Promise<Metrics> {
  const known = await baselines(app.db);
  const { groups, min_n } = await inFirmClient(app.pool.pg, firm.id, async (client) => ({
    groups: await groupCells(client, firm.id, query),
    min_n: await minimumOf(client, firm.id),
  }));
  const baseline = chooseBaseline(known, query);
  const { measure, direction } = query;
  const rows = groups.map(({ key, cell }) => ({
    ...key,
    ...summaryOf(cell, { measure, direction, from: query.from, to: query.to, baseline, min_n }),
  }));
  return { measure, direction, from: query.from, to: query.to, min_n, rows };
}

/** One group of an answer before it is summed up: for further quantiles, and for distributions. */
export type GroupCell = { key: Partial<Record<Group, string | null>>; cell: Cell };
export type CellsQuery = Omit<MetricsQuery, 'measure' | 'baseline_id'> & {
  measure: CellMeasure;
  day_reads?: DayReads;
};

/** How many records stand behind a number. */
export async function countOf(app: App, firm: Firm, query: Omit<CellsQuery, 'group_by'>): Promise<number> {
  const [all] = await inFirmClient(app.pool.pg, firm.id, (client) =>
    groupCells(client, firm.id, { ...query, group_by: [] }),
  );
  return all?.cell.n ?? 0;
}

/** The merged cell of each group, in the order of their keys; a group without records is left out. */
export async function groupCells(
  client: pg.ClientBase,
  firm_id: string,
  query: CellsQuery,
): Promise<GroupCell[]> {
  return groupSlices(await readSlices(client, firm_id, { ...query, ...daysOf(query) }), query.group_by);
}

/** The days of a query as numbers. */
export function daysOf(query: { from: string; to: string }): { from: number; to: number } {
  const from = dayFromText(query.from);
  const to = dayFromText(query.to);
  if (from === null || to === null || from > to)
    throw new RangeError('from and to are days, from not after to');
  return { from, to };
}

/** The numbers of one cell, beside the baseline; hours are elapsed clock hours. */
export function summaryOf(
  cell: Cell,
  about: Pick<HoursSummary, 'measure' | 'direction' | 'from' | 'to' | 'baseline'> & { min_n: number },
): HoursSummary {
  const { min_n, ...rest } = about;
  const hours = (seconds: number) => seconds / SECONDS_PER_HOUR;
  const mean_hours = hours(cell.sum_seconds / cell.n);
  const is_small_n = cell.n < min_n;
  const { baseline } = rest;
  return {
    ...rest,
    n: cell.n,
    mean_hours,
    p50_hours: hours(quantileOf(cell, 0.5)),
    p90_hours: hours(quantileOf(cell, 0.9)),
    p95_hours: hours(quantileOf(cell, 0.95)),
    min_hours: hours(cell.min_seconds),
    max_hours: hours(cell.max_seconds),
    quantiles: cell.kind === 'exact' ? 'exact' : 'sketch',
    faster_percent: baseline?.comparable ? (100 * (baseline.hours - mean_hours)) / baseline.hours : null,
    is_small_n,
  };
}

export async function minimumOf(client: pg.ClientBase, firm_id: string): Promise<number> {
  const { rows } = await client.query<{ min_n: number }>(
    'select min_n from clearance_setting where firm_id = $1',
    [firm_id],
  );
  return rows[0]?.min_n ?? MIN_N_DEFAULT;
}

export function groupSlices(slices: readonly Slice[], group_by: readonly Group[]): GroupCell[] {
  const groups = slices.map((slice) => ({
    key: keyOf(slice, group_by),
    cell: slice.cell,
  }));
  return regroup(groups, group_by);
}

/** Which group of an answer a slice belongs to. */
export function keyOf(slice: Omit<Slice, 'cell'>, group_by: readonly Group[]): GroupCell['key'] {
  return Object.fromEntries(group_by.map((group) => [group, groupValue(slice, group)]));
}

/** Merges groups into coarser ones, so that what a finer answer holds need not be read again. */
export function regroup(groups: readonly GroupCell[], group_by: readonly Group[]): GroupCell[] {
  const parts = new Map<string, { key: GroupCell['key']; cells: Cell[] }>();
  for (const { key, cell } of groups) {
    const kept = Object.fromEntries(group_by.map((group) => [group, key[group] ?? null]));
    const name = JSON.stringify(kept);
    const part = parts.get(name);
    if (part) part.cells.push(cell);
    else parts.set(name, { key: kept, cells: [cell] });
  }
  return [...parts.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, { key, cells }]) => {
      const cell = mergeCells(cells);
      return cell ? [{ key, cell }] : [];
    });
}

function groupValue(slice: Omit<Slice, 'cell'>, group: Group): string | null {
  const value = (text: string) => (text === NOT_GIVEN || text === ALL ? null : text);
  switch (group) {
    case 'month':
    case 'week':
    case 'day':
      return slice.period === null ? null : labelOf(group, startOf(group, dayFromText(slice.period) ?? 0));
    case 'district':
      return `${slice.customs_office.slice(0, 2)}00`;
    case 'customs_office':
      return slice.customs_office;
    case 'category':
      return value(slice.category);
    case 'channel':
      return value(slice.channel);
    default:
      return group satisfies never;
  }
}
