import { histogramOf, quantileOf, type Cell } from '#lib/domain/clearance/cell.ts';
import { CHANNELS, SECONDS_PER_HOUR, type Channel } from '#lib/domain/clearance/measure.ts';
import type {
  ChannelLine,
  DistributionPanel,
  HeatPanel,
  RankedHours,
  Spread,
} from '#lib/domain/clearance/dashboard.ts';
import type { HoursSummary } from '#lib/domain/clearance/overview.ts';
import { labelOf, startOf, type Grain } from '#lib/domain/clearance/period.ts';
import { dayFromText } from '#lib/domain/text/calendar-day.ts';
import type { Days } from '#lib/domain/clearance/time-range.ts';
import { regroup, summaryOf, type GroupCell } from './metrics.ts';
import type { Group } from './slices.ts';
import type { GroupSpread } from './spreads.ts';

/** What a summary is made with: the same for every number of a page. */
export type About = Parameters<typeof summaryOf>[1];

/** The hours of all records together; null without records. */
export function totalOf(groups: readonly GroupCell[], about: About): HoursSummary | null {
  const [all] = regroup(groups, []);
  return all ? summaryOf(all.cell, about) : null;
}

export function spreadOf(cell: Cell, min_n: number): Spread {
  const hours = (fraction: number) => quantileOf(cell, fraction) / SECONDS_PER_HOUR;
  return {
    n: cell.n,
    mean_hours: cell.sum_seconds / cell.n / SECONDS_PER_HOUR,
    p10_hours: hours(0.1),
    p50_hours: hours(0.5),
    p90_hours: hours(0.9),
    quantiles: cell.kind === 'exact' ? 'exact' : 'sketch',
    is_small_n: cell.n < min_n,
  };
}

/** A line a channel, in the fixed order of channels; groups carry the grain and the channel. */
export function linesOf(
  groups: readonly GroupSpread[],
  about: { grain: Grain; slots: readonly Days[] },
): ChannelLine[] {
  const { grain, slots } = about;
  const labels = slots.map(({ from }) => labelOf(grain, startOf(grain, dayFromText(from) ?? 0)));
  return channelsIn(groups).map((channel) => {
    const found = new Map(
      groups.filter(({ key }) => channelOf(key) === channel).map(({ key, spread }) => [key[grain], spread]),
    );
    return { channel, points: labels.map((label) => found.get(label) ?? null) };
  });
}

/** Tops of a distribution: the least that leaves few records beyond it is taken. */
const TOPS_HOURS = [1, 3, 6, 12, 24, 48, 72, 120, 240, 480];
const STEPS = 24;
const SHARE_BEYOND_MAX = 0.06;

/** How the records lie over the hours, by channel. All are kept: what lies beyond the top has a step of its own. */
export function distributionOf(groups: readonly GroupCell[], about: About): DistributionPanel {
  const by_channel = regroup(groups, ['channel']);
  const top_hours =
    TOPS_HOURS.find((top) => by_channel.every(({ cell }) => shareBeyond(cell, top) <= SHARE_BEYOND_MAX)) ??
    Math.max(...TOPS_HOURS);
  const step_hours = top_hours / STEPS;
  const edges = Array.from({ length: STEPS + 1 }, (_, index) => index * step_hours * SECONDS_PER_HOUR);
  return {
    step_hours,
    top_hours,
    channels: channelsIn(by_channel).flatMap((channel) => {
      const found = by_channel.find(({ key }) => channelOf(key) === channel);
      if (!found) return [];
      return [{ channel, hours: summaryOf(found.cell, about), counts: histogramOf(found.cell, edges) }];
    }),
  };
}

function shareBeyond(cell: Cell, hours: number): number {
  const [, beyond = 0] = histogramOf(cell, [0, hours * SECONDS_PER_HOUR]);
  return beyond / cell.n;
}

/** What rows are compared with: their own kind, or one office, by its channels. */
export type Beside = { groups: readonly GroupCell[]; days: Days; joined_by: readonly Group[] };

/** Offices or categories by channel, each with what stands beside it. */
export function rankedOf(
  now: readonly GroupCell[],
  about: About & { group: 'customs_office' | 'category'; beside: Beside | null },
): RankedHours[] {
  const { group, beside, ...rest } = about;
  const name = (key: GroupCell['key']) => JSON.stringify(beside?.joined_by.map((one) => key[one] ?? null));
  const then = new Map(
    regroup(beside?.groups ?? [], beside?.joined_by ?? []).map(({ key, cell }) => [name(key), cell]),
  );
  return regroup(now, [group, 'channel']).map(({ key, cell }) => {
    const other = then.get(name(key));
    return {
      key: key[group] ?? null,
      channel: channelOf(key),
      hours: summaryOf(cell, rest),
      then: other ? summaryOf(other, { ...rest, ...beside?.days }) : null,
    };
  });
}

/** A row of three years still has room for its values. */
const HEAT_MONTHS_MAX = 36;

/** Offices by month, both channels together; the office with the most records first. */
export function heatOf(groups: readonly GroupSpread[], months: readonly string[]): HeatPanel {
  const with_records = new Set(groups.map(({ key }) => key.month));
  const first = months.findIndex((month) => with_records.has(month));
  const known = first < 0 ? [] : months.slice(first);
  const shown = known.slice(-HEAT_MONTHS_MAX);
  const left_out = known.slice(0, known.length - shown.length);
  const rows = new Map<string, Map<string, Spread>>();
  for (const { key, spread } of groups) {
    const office = key.customs_office ?? '';
    const row = rows.get(office) ?? new Map<string, Spread>();
    rows.set(office, row.set(key.month ?? '', spread));
  }
  return {
    months: shown,
    months_left_out: left_out.filter((month) => with_records.has(month)).length,
    rows: [...rows]
      .map(([customs_office, row]) => {
        const cells = shown.map((month) => row.get(month) ?? null);
        return { customs_office, n: cells.reduce((sum, cell) => sum + (cell?.n ?? 0), 0), cells };
      })
      .filter(({ n }) => n > 0)
      .sort((a, b) => b.n - a.n || a.customs_office.localeCompare(b.customs_office)),
  };
}

function channelsIn(groups: readonly Pick<GroupCell, 'key'>[]): (Channel | null)[] {
  const present = new Set(groups.map(({ key }) => channelOf(key)));
  return [...CHANNELS, null].filter((channel) => present.has(channel));
}

function channelOf(key: GroupCell['key']): Channel | null {
  return CHANNELS.find((channel) => channel === key.channel) ?? null;
}
