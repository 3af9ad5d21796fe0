import { layoutDistribution, type DistributionLayout } from '#lib/charts/distribution-geometry.ts';
import { heatBounds, heatStep } from '#lib/charts/heat-geometry.ts';
import type { HeatStep } from '#lib/charts/heat-style.ts';
import { layoutTrend, type TrendEvent, type TrendLayout } from '#lib/charts/trend-geometry.ts';
import {
  statisticOf,
  type Dashboard,
  type HeatPanel,
  type Panel,
  type RankedHours,
  type Spread,
  type TrendPanel,
} from '#lib/domain/clearance/dashboard.ts';
import type { Channel } from '#lib/domain/clearance/measure.ts';
import type { Grain } from '#lib/domain/clearance/period.ts';
import { slotsBefore } from '#lib/domain/clearance/time-range.ts';
import type { ClearanceQuery } from './query.ts';
import { rankRows, scaleOf, type RankTable } from './rank-rows.ts';

export type HeatCell =
  { kind: 'value'; step: HeatStep; hours: number; n: number } | { kind: 'few'; n: number } | { kind: 'none' };
export type HeatLayout = {
  months: string[];
  months_left_out: number;
  rows: { customs_office: string; cells: HeatCell[] }[];
  rows_left_out: number;
  /** What the steps lie around: the baseline, or these records themselves where there is none to compare with. */
  centre: { hours: number; is_baseline: boolean };
  bounds: number[];
};
export type TrendFigure = {
  /** Null when there is a single point, or none. */
  layout: TrendLayout | null;
  /** Records without a channel that are too few to be drawn beside the others. */
  not_drawn: number;
  /** Where the declarations of each compared point are, slot by slot. */
  compared_in: readonly Narrowing[];
};
export type Narrowing = Partial<Pick<ClearanceQuery, 'from' | 'to' | 'office' | 'district'>>;
export type DistributionFigure = {
  layout: DistributionLayout;
  not_drawn: number;
  /** Records of each channel, in its order, and how many of them the last step takes. */
  channels: { n: number; beyond: number }[];
  is_exact: boolean;
  top_hours: number;
};

/** The panels of a dashboard as they are drawn: laid out on the server, so that the page needs no scripts for it. */
export type Panels = {
  grain: Grain;
  trend: Panel<TrendFigure>;
  distribution: Panel<DistributionFigure | null>;
  offices: Panel<RankTable>;
  categories: Panel<RankTable>;
  /** The end of the one scale of the bars of both tables. */
  scale_hours: number;
  heat: Panel<HeatLayout | null>;
};

export function layoutPanels(
  dashboard: Dashboard,
  query: ClearanceQuery,
  events: readonly TrendEvent[],
): Panels {
  const { statistic } = query;
  const baseline = dashboard.baseline?.comparable ? dashboard.baseline : null;
  const ranked = (panel: Panel<RankedHours[]>) => (panel.ok ? panel.value : []);
  const total = dashboard.total.ok ? dashboard.total.value.now : null;
  // An average is no measure for a p90: then the steps lie around the p90 of all these records.
  const is_baseline = baseline !== null && statistic !== 'p90';
  const centre = is_baseline ? baseline.hours : total && statisticOf(total, statistic);
  return {
    grain: dashboard.trend.ok ? dashboard.trend.value.grain : 'week',
    trend: mapped(dashboard.trend, (trend) => {
      const { drawn, not_drawn } = worthDrawing(trend.lines, ({ points }) =>
        points.reduce((sum, point) => sum + (point?.n ?? 0), 0),
      );
      const has_none = not_drawn === 0;
      const compared = trend.compared.filter(({ channel }) => channel !== null || has_none);
      const layout = layoutTrend({ ...trend, lines: drawn, compared, statistic, baseline, events });
      return { layout, not_drawn, compared_in: layout ? comparedIn(layout, trend, query) : [] };
    }),
    distribution: mapped(dashboard.distribution, (found) => {
      const { drawn, not_drawn } = worthDrawing(found.channels, ({ hours }) => hours.n);
      const layout = layoutDistribution({
        ...found,
        channels: drawn.map(({ channel, hours, counts }) => ({ channel, counts, ...hours })),
      });
      if (!layout) return null;
      return {
        layout,
        not_drawn,
        channels: drawn.map(({ hours, counts }) => ({ n: hours.n, beyond: counts.at(-1) ?? 0 })),
        is_exact: drawn.every(({ hours }) => hours.quantiles === 'exact'),
        top_hours: found.top_hours,
      };
    }),
    offices: mapped(dashboard.offices, (rows) => rankRows(rows, query)),
    categories: mapped(dashboard.categories, (rows) => rankRows(rows, query)),
    scale_hours: scaleOf([ranked(dashboard.offices), ranked(dashboard.categories)]),
    heat: mapped(dashboard.heat, (heat) =>
      centre ? heatLayout(heat, query, { hours: centre, is_baseline }) : null,
    ),
  };
}

/** The drawn slots are a part of those that were asked for: what is compared lies before all of them. */
function comparedIn(
  { slots }: TrendLayout,
  trend: TrendPanel,
  { comparison }: ClearanceQuery,
): readonly Narrowing[] {
  switch (comparison.kind) {
    case 'none':
    case 'baseline':
      return [];
    case 'previous':
    case 'year': {
      const first = trend.slots.findIndex(({ from }) => from === slots[0]?.from);
      return slotsBefore(trend.grain, trend.slots, comparison.kind).slice(first, first + slots.length);
    }
    case 'office':
      return slots.map(({ from, to }) => ({ from, to, office: comparison.office, district: null }));
    default:
      return comparison satisfies never;
  }
}

/** Records without a channel get a line of their own from this share on; below, they are counted and said. */
const NOT_GIVEN_SHARE_MIN = 0.05;

function worthDrawing<T extends { channel: Channel | null }>(
  lines: readonly T[],
  nOf: (line: T) => number,
): { drawn: T[]; not_drawn: number } {
  const all = lines.reduce((sum, line) => sum + nOf(line), 0);
  const none = lines.find(({ channel }) => channel === null);
  const n = none ? nOf(none) : 0;
  if (n >= all * NOT_GIVEN_SHARE_MIN) return { drawn: [...lines], not_drawn: 0 };
  return { drawn: lines.filter((line) => line !== none), not_drawn: n };
}

const HEAT_ROWS_FIRST = 12;

function heatLayout(
  heat: HeatPanel,
  { statistic, shows_all }: ClearanceQuery,
  centre: HeatLayout['centre'],
): HeatLayout | null {
  if (heat.rows.length === 0) return null;
  const rows = shows_all ? heat.rows : heat.rows.slice(0, HEAT_ROWS_FIRST);
  const cellOf = (spread: Spread | null): HeatCell => {
    if (!spread) return { kind: 'none' };
    if (spread.is_small_n) return { kind: 'few', n: spread.n };
    const hours = statisticOf(spread, statistic);
    return { kind: 'value', step: heatStep(hours, centre.hours), hours, n: spread.n };
  };
  return {
    months: heat.months,
    months_left_out: heat.months_left_out,
    rows: rows.map(({ customs_office, cells }) => ({ customs_office, cells: cells.map(cellOf) })),
    rows_left_out: heat.rows.length - rows.length,
    centre,
    bounds: heatBounds(centre.hours),
  };
}

function mapped<A, B>(panel: Panel<A>, make: (value: A) => B): Panel<B> {
  return panel.ok ? { ok: true, value: make(panel.value) } : panel;
}
