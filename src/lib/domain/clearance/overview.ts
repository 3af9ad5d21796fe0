import type { Panel } from './dashboard.ts';
import type { Honesty } from './honesty.ts';
import type { BaselineMeasure, Channel, Direction, Measure } from './measure.ts';
import type { Days } from './time-range.ts';

/** Why a baseline stands beside a number without being compared with it. */
export type NotComparableReason = 'other_definition' | 'other_measure' | 'other_direction';

export type Baseline = {
  id: string;
  measure: BaselineMeasure;
  direction: Direction;
  population: string;
  population_zh: string | null;
  period_from: string | null;
  period_to: string | null;
  hours: number;
  /** The range that rounding of a derived value leaves, in hours. */
  hours_low: number | null;
  hours_high: number | null;
  is_derived: boolean;
  derivation: string | null;
  derivation_zh: string | null;
  is_default: boolean;
  definition_confirmed: boolean;
  source_title: string;
  source_title_zh: string | null;
  source_url: string | null;
  note: string | null;
  note_zh: string | null;
};

/** A baseline as it stands beside one number. `why_not` is null exactly when it is comparable. */
export type ComparedBaseline = Baseline & { comparable: boolean; why_not: NotComparableReason | null };

/** The hours of one set of records. `from` and `to` are inclusive days of declaration in Asia/Shanghai. */
export type HoursSummary = {
  measure: Measure;
  direction: Direction;
  from: string;
  to: string;
  n: number;
  mean_hours: number;
  p50_hours: number;
  p90_hours: number;
  p95_hours: number;
  min_hours: number;
  max_hours: number;
  /** `exact`: linear interpolation over all values; `sketch`: within 0.5 %. Mean, min and max are always exact. */
  quantiles: 'exact' | 'sketch';
  baseline: ComparedBaseline | null;
  /** 100 × (baseline − mean) / baseline; null when not comparable. Below `min_n` pages leave it out. */
  faster_percent: number | null;
  is_small_n: boolean;
};

export type WeekHours = Pick<HoursSummary, 'n' | 'mean_hours' | 'p50_hours' | 'p90_hours' | 'is_small_n'>;

/** One week of one channel. A week without a record has `hours: null`: a gap, never a zero. */
export type WeekPoint = {
  /** ISO week `YYYY-Www` and its Monday. */
  week: string;
  monday: string;
  hours: WeekHours | null;
};

export type ChannelWeeks = { channel: Channel; weeks: WeekPoint[] };

/** A lane, an office or a category of a period; `change_hours` is null where one of the periods has too few records. */
export type RankedHours = {
  key: string;
  name: string | null;
  name_zh: string | null;
  hours: HoursSummary;
  change_hours: number | null;
};

export type LatestImport = {
  import_id: string;
  file_name: string | null;
  state: 'running' | 'finished' | 'failed';
  received: number;
  accepted: number;
  corrected: number;
  duplicates: number;
  rejected: number;
  warnings: number;
  started_at: Date;
  finished_at: Date | null;
  /** The first problems, in the reader's language; all of them are in the errors file. */
  errors_first: { line: number; field: string | null; code: string; message: string }[];
};

/** A share with the two numbers it was made of; `share` is null when there is nothing to divide by. */
export type Share = { part: number; whole: number; share: number | null };

/** What the overview says about a firm's exports, part by part: one that fails takes no other with it. */
export type FirmOverview = {
  period: Days;
  /** The period of the same length that ends the day before. */
  previous_period: Days;
  measure: Measure;
  direction: Direction;
  min_n: number;
  /** The last day of declaration on file, of any direction. */
  data_to: string;
  baseline: ComparedBaseline | null;
  /** Published figures that stand aside because they measure something else, newest first. */
  not_comparable: ComparedBaseline[];
  hours: Panel<OverviewHours>;
  /** Product categories, the slowest first. */
  categories: Panel<RankedHours[]>;
  weeks: Panel<OverviewWeeks>;
  honesty: Panel<Honesty>;
  /** The newest first. */
  imports: Panel<LatestImport[]>;
};

export type OverviewHours = {
  total: HoursSummary | null;
  previous: HoursSummary | null;
  /** Channels in their fixed order; `key` is the channel. */
  lanes: RankedHours[];
  /** Customs offices, the slowest first; `key` is the code. */
  offices: RankedHours[];
};

/** A year of weeks that ends with the period; `days` cut the first and the last of them. */
export type OverviewWeeks = { days: Days; by_channel: ChannelWeeks[]; all: WeekPoint[] };
