import type { BaselineMeasure, Channel, Direction, Measure } from './measure.ts';

/** Why a baseline stands beside a number without being compared with it. */
export type NotComparableReason = 'other_definition' | 'other_measure' | 'other_direction';

export type Baseline = {
  id: string;
  measure: BaselineMeasure;
  direction: Direction;
  population: string;
  period_from: string | null;
  period_to: string | null;
  hours: number;
  /** The range that rounding of a derived value leaves, in hours. */
  hours_low: number | null;
  hours_high: number | null;
  is_derived: boolean;
  derivation: string | null;
  is_default: boolean;
  definition_confirmed: boolean;
  source_title: string;
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

/** One week of one channel. A week without a record has `hours: null`: a gap, never a zero. */
export type WeekPoint = {
  /** ISO week `YYYY-Www` and its Monday. */
  week: string;
  monday: string;
  hours: Pick<
    HoursSummary,
    'n' | 'mean_hours' | 'p50_hours' | 'p90_hours' | 'quantiles' | 'is_small_n'
  > | null;
};

export type ChannelWeeks = { channel: Channel; weeks: WeekPoint[] };

export type RankedOffice = {
  customs_office: string;
  name: string | null;
  name_zh: string | null;
  hours: HoursSummary;
};
export type RankedCategory = {
  category: string;
  name: string | null;
  name_zh: string | null;
  hours: HoursSummary;
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

/** What the overview page says about clearance hours. Everything but `latest_imports` concerns exports. */
export type ClearanceOverview = {
  period: { from: string; to: string };
  /** The period of the same length that ends the day before. */
  previous_period: { from: string; to: string };
  measure: Measure;
  direction: Direction;
  total: HoursSummary | null;
  total_previous: HoursSummary | null;
  green: HoursSummary | null;
  ordinary: HoursSummary | null;
  /** Declarations in the green channel among all with a known channel. */
  green_share: Share;
  /** Green declarations that were inspected all the same; the programme promises none. */
  inspected_green_share: Share;
  /** Green declarations released within a minute of declaration; the programme promises under a second. */
  released_within_a_minute_share: Share;
  /** Declarations of the period that have a release time. */
  release_known_share: Share;
  weekly: ChannelWeeks[];
  worst_offices: RankedOffice[];
  worst_categories: RankedCategory[];
  latest_imports: LatestImport[];
  /** Published figures that stand aside because they measure something else. */
  not_comparable: ComparedBaseline[];
  /** The last day of declaration on file, of any direction; null for a firm without records. */
  data_to: string | null;
  has_records: boolean;
  min_n: number;
};
