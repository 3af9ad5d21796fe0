import { z } from 'zod';
import { CHANNELS, DIRECTIONS, MEASURES } from '#lib/domain/clearance/measure.ts';
import { GRAINS } from '#lib/domain/clearance/period.ts';
import { isDay } from '#lib/domain/text/calendar-day.ts';

/** What hours are held against: hours themselves, or per cent over the baseline or over the period before. */
export const COMPARISONS = ['threshold', 'baseline', 'previous'] as const;
export type Comparison = (typeof COMPARISONS)[number];
export const STATISTICS = ['mean', 'p50', 'p90'] as const;
export type Statistic = (typeof STATISTICS)[number];

/** A year of weeks: whoever wants to wait longer wants a report and no alert. */
export const PENDING_PERIODS_MAX = 12;
const MUTES_MAX = 50;

const day = z.string().refine(isDay, { error: 'is not a day such as 2026-05-13' });
const mute = z
  .strictObject({ from: day, to: day, note: z.string().trim().max(200).default('') })
  .refine(({ from, to }) => from <= to, { path: ['to'], error: 'is before its first day' });

/** Hours in elapsed clock hours; `baseline` and `previous` in per cent over what is compared with. */
const limit = z.number().min(-100).max(10_000);

const fields = {
  name: z.string().trim().min(1, { error: 'is empty' }).max(120),
  measure: z.enum(MEASURES),
  direction: z.enum(DIRECTIONS),
  customs_office: z
    .string()
    .regex(/^\d{4}$/, 'is not four digits')
    .nullable(),
  category: z.string().trim().min(1).max(63).nullable(),
  channel: z.enum(CHANNELS).nullable(),
  statistic: z.enum(STATISTICS),
  grain: z.enum(GRAINS),
  comparison: z.enum(COMPARISONS),
  fire_above: limit.describe('It fires when the value is above: hours, or per cent over.'),
  recover_at: limit.describe('It recovers when the value is at this or below; not above fire_above.'),
  pending_periods: z.int().min(1).max(PENDING_PERIODS_MAX).describe('For so many periods it must hold.'),
  min_n: z.int().min(1).max(1_000_000).describe('A period with fewer records is no data.'),
  mutes: z.array(mute).max(MUTES_MAX).describe('Days on which nothing is told.'),
  is_enabled: z.boolean(),
};

/** What may be changed of an alert; what is left out stays. */
export const metricAlertPatch = z.strictObject(fields).partial();

export const metricAlertSchema = z
  .strictObject({
    ...fields,
    measure: fields.measure.default('declared_to_released'),
    direction: fields.direction.default('export'),
    customs_office: fields.customs_office.default(null),
    category: fields.category.default(null),
    channel: fields.channel.default(null),
    statistic: fields.statistic.default('mean'),
    grain: fields.grain.default('week'),
    comparison: fields.comparison.default('threshold'),
    pending_periods: fields.pending_periods.default(1),
    min_n: fields.min_n.default(1),
    mutes: fields.mutes.default([]),
    is_enabled: fields.is_enabled.default(true),
  })
  .refine(({ fire_above, recover_at }) => recover_at <= fire_above, {
    path: ['recover_at'],
    error: 'is above fire_above: it would recover and fire at once',
  })
  .refine(({ comparison, fire_above }) => comparison !== 'threshold' || fire_above >= 0, {
    path: ['fire_above'],
    error: 'is below zero hours',
  });
export type MetricAlert = z.infer<typeof metricAlertSchema>;

/** One whole period, in order and without gaps; `hours` is null where nothing was recorded. */
export type MetricPeriod = {
  /** `2026-W40`, `2026-09`, `2026-09-21`. */
  period: string;
  /** Its last day. */
  to: string;
  n: number;
  hours: number | null;
  baseline_hours: number | null;
};

export type MetricState = 'ok' | 'pending' | 'firing';
export type JudgedPeriod = {
  period: string;
  to: string;
  n: number;
  hours: number | null;
  /** What is held against the limits: hours, or per cent over; null without data. */
  value: number | null;
  state: MetricState;
  is_no_data: boolean;
  is_muted: boolean;
  /** What a subscriber is told at the end of this period. */
  told: 'fired' | 'recovered' | null;
};

type Rule = Pick<
  MetricAlert,
  'comparison' | 'fire_above' | 'recover_at' | 'pending_periods' | 'min_n' | 'mutes'
>;

/**
 * Judges whole periods in their order, from a state in which nothing was told. It fires when the value was above
 * `fire_above` for `pending_periods` periods with data, and recovers at `recover_at` or below; between the two it
 * stays as it is. A period without data (none recorded, fewer than `min_n`, or nothing to compare with) keeps
 * state and count. On muted days (by the last day of the period) nothing is told; what still holds is told after
 * them, and what began and ended within them is never told.
 */
export function judgePeriods(rule: Rule, periods: readonly MetricPeriod[]): JudgedPeriod[] {
  let state: MetricState = 'ok';
  let above = 0;
  let is_told = false;
  return periods.map((one, index) => {
    const value = valueOf(rule, one, periods[index - 1] ?? null);
    if (value !== null) {
      if (state === 'firing') {
        if (value <= rule.recover_at) [state, above] = ['ok', 0];
      } else if (value > rule.fire_above) {
        above += 1;
        state = above >= rule.pending_periods ? 'firing' : 'pending';
      } else [state, above] = ['ok', 0];
    }
    const is_muted = rule.mutes.some(({ from, to }) => from <= one.to && one.to <= to);
    let told: JudgedPeriod['told'] = null;
    if (!is_muted && (state === 'firing') !== is_told) {
      is_told = state === 'firing';
      told = is_told ? 'fired' : 'recovered';
    }
    const { period, to, n, hours } = one;
    return { period, to, n, hours, value, state, is_no_data: value === null, is_muted, told };
  });
}

function valueOf(rule: Rule, one: MetricPeriod, before: MetricPeriod | null): number | null {
  const hours = hoursOf(rule, one);
  if (hours === null) return null;
  switch (rule.comparison) {
    case 'threshold':
      return hours;
    case 'baseline':
      return over(hours, one.baseline_hours);
    case 'previous':
      return over(hours, before && hoursOf(rule, before));
    default:
      return rule.comparison satisfies never;
  }
}

function hoursOf({ min_n }: Rule, { n, hours }: MetricPeriod): number | null {
  return n < min_n ? null : hours;
}

function over(hours: number, compared: number | null): number | null {
  return compared === null || compared <= 0 ? null : (100 * (hours - compared)) / compared;
}

/** The height, in hours, above which a period fires; null without anything to compare with. */
export function limitHours(rule: Rule, one: MetricPeriod, before: MetricPeriod | null): number | null {
  if (rule.comparison === 'threshold') return rule.fire_above;
  const compared =
    rule.comparison === 'baseline' ? one.baseline_hours : before === null ? null : hoursOf(rule, before);
  return compared === null ? null : compared * (1 + rule.fire_above / 100);
}
