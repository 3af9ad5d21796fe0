import type { Honesty } from './honesty.ts';
import type { CellMeasure, Channel } from './measure.ts';
import type { ComparedBaseline, HoursSummary } from './overview.ts';
import type { Grain } from './period.ts';
import type { Days } from './time-range.ts';

/** One part of the page: its answer, or the id under which the log says why there is none. */
export type Panel<T> = { ok: true; value: T } | { ok: false; error_id: string };

/** What stands beside the period: another period, or another office in the same one. */
export type Comparison =
  | { kind: 'none' }
  | { kind: 'baseline' }
  | { kind: 'previous' }
  | { kind: 'year' }
  | { kind: 'office'; office: string };

/** The hours of one point, in which a number is chosen. */
export type Spread = Pick<
  HoursSummary,
  'n' | 'mean_hours' | 'p50_hours' | 'p90_hours' | 'quantiles' | 'is_small_n'
> & { p10_hours: number };

export const STATISTICS = ['mean', 'p50', 'p90'] as const;
export type Statistic = (typeof STATISTICS)[number];

/** The chosen number of a point, in hours. */
export function statisticOf(
  hours: Pick<HoursSummary, 'mean_hours' | 'p50_hours' | 'p90_hours'>,
  statistic: Statistic,
): number {
  return hours[`${statistic}_hours`];
}

/** Records of one channel over time; `channel` is null where the records name none. A null point is a gap. */
export type ChannelLine = { channel: Channel | null; points: (Spread | null)[] };

export type TotalPanel = { now: HoursSummary | null; then: HoursSummary | null };

export type TrendPanel = {
  grain: Grain;
  slots: Days[];
  lines: ChannelLine[];
  /** The same channels in the slots before, or at the other office; as many points as there are slots. */
  compared: ChannelLine[];
};

export type DistributionPanel = {
  /** Each step is this wide; the last one takes everything from `top_hours` on. */
  step_hours: number;
  top_hours: number;
  channels: {
    channel: Channel | null;
    hours: HoursSummary;
    /** Records in each step, the one beyond the top included. */
    counts: number[];
  }[];
};

/** An office or a category in one channel; `key` is null where the records name none. */
export type RankedHours = {
  key: string | null;
  channel: Channel | null;
  hours: HoursSummary;
  /** The same beside it; null where nothing is compared or there are no records. */
  then: HoursSummary | null;
};

export type HeatPanel = {
  /** `YYYY-MM`, oldest first. */
  months: string[];
  rows: { customs_office: string; n: number; cells: (Spread | null)[] }[];
  /** Older months with records that are left out. */
  months_left_out: number;
};

export type StagesPanel = Record<CellMeasure, Spread | null>;

/** What the clearance page says about the hours of a firm. */
export type Dashboard = {
  min_n: number;
  baseline: ComparedBaseline | null;
  /** Published figures that stand aside because they measure something else, newest first. */
  standing_aside: ComparedBaseline[];
  /** The days that are compared with; null where it is not a period. */
  compared_days: Days | null;
  total: Panel<TotalPanel>;
  trend: Panel<TrendPanel>;
  distribution: Panel<DistributionPanel>;
  offices: Panel<RankedHours[]>;
  categories: Panel<RankedHours[]>;
  heat: Panel<HeatPanel>;
  stages: Panel<StagesPanel>;
  honesty: Panel<Honesty>;
};
