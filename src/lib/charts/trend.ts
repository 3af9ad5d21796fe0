import type { Channel } from '#lib/domain/clearance/measure.ts';
import type { ChannelWeeks, WeekPoint } from '#lib/domain/clearance/overview.ts';
import { fromTop, hoursAxis, linePath, runs, slotMiddle, spreadLabels } from './geometry.ts';

export type Statistic = 'mean_hours' | 'p50_hours';
export type Mark = { x: number; y: number; week: string; hours: number; n: number; is_small_n: boolean };
export type TrendSeries = { channel: Channel; path: string; marks: Mark[]; last: Mark; label_y: number };

/** A trend of weeks, ready to draw: everything in per cent of the plot but hours, counts and days. */
export type Trend = {
  ticks: { hours: number; y: number }[];
  months: { monday: string; x: number }[];
  series: TrendSeries[];
  /** Weeks without a single record in any channel, between weeks with records. */
  gaps: { left: number; width: number; from: string; to: string }[];
  baseline: { hours: number; y: number; y_low: number; y_high: number; label_y: number } | null;
  weeks: { week: string; monday: string; values: (WeekPoint['hours'] | null)[] }[];
};

export type TrendBaseline = { hours: number; hours_low: number | null; hours_high: number | null };

/** A single week is a number and no trend. */
const WEEKS_MIN = 2;
/** Two lines of 12 px with air, in per cent of a plot 280 px high. */
const LABEL_GAP_PERCENT = 12;

/**
 * Lays out the weeks from the first to the last with a record. Null when there are fewer than two of them:
 * then there is nothing to draw, and the page says so.
 */
export function layoutTrend(
  channels: readonly ChannelWeeks[],
  statistic: Statistic,
  baseline: TrendBaseline | null,
): Trend | null {
  const count = Math.max(0, ...channels.map(({ weeks }) => weeks.length));
  const has_records = Array.from({ length: count }, (_, index) =>
    channels.some(({ weeks }) => weeks[index]?.hours),
  );
  const first = has_records.indexOf(true);
  const shown = has_records.slice(first, has_records.lastIndexOf(true) + 1);
  if (first < 0 || shown.length < WEEKS_MIN) return null;

  const cut = channels
    .map(({ channel, weeks }) => ({ channel, weeks: weeks.slice(first, first + shown.length) }))
    .filter(({ weeks }) => weeks.some(({ hours }) => hours));
  const highest = Math.max(
    baseline?.hours_high ?? baseline?.hours ?? 0,
    ...cut.flatMap(({ weeks }) => weeks.map(({ hours }) => hours?.[statistic] ?? 0)),
  );
  const axis = hoursAxis(highest);
  const series = cut.map(({ channel, weeks }) => layoutSeries(channel, weeks, { statistic, top: axis.top }));
  const base_y = baseline ? fromTop(baseline.hours, axis.top) : null;
  const labels = spreadLabels(
    [...series.map(({ last }) => last.y), ...(base_y === null ? [] : [base_y])],
    LABEL_GAP_PERCENT,
  );
  const mondays = cut[0]?.weeks ?? [];
  return {
    ticks: axis.ticks.map((hours) => ({ hours, y: fromTop(hours, axis.top) })),
    months: monthStarts(mondays.map(({ monday }) => monday)),
    series: series.map((one, index) => ({ ...one, label_y: labels[index] ?? one.last.y })),
    gaps: runs(shown.map((has) => !has)).map(({ first: from, last: to }) => ({
      left: (from / shown.length) * 100,
      width: ((to - from + 1) / shown.length) * 100,
      from: mondays[from]?.monday ?? '',
      to: mondays[to]?.monday ?? '',
    })),
    baseline:
      baseline && base_y !== null
        ? {
            hours: baseline.hours,
            y: base_y,
            y_low: fromTop(baseline.hours_low ?? baseline.hours, axis.top),
            y_high: fromTop(baseline.hours_high ?? baseline.hours, axis.top),
            label_y: labels.at(-1) ?? base_y,
          }
        : null,
    weeks: mondays.map(({ week, monday }, index) => ({
      week,
      monday,
      values: cut.map(({ weeks }) => weeks[index]?.hours ?? null),
    })),
  };
}

function layoutSeries(
  channel: Channel,
  weeks: readonly WeekPoint[],
  options: { statistic: Statistic; top: number },
): Omit<TrendSeries, 'label_y'> {
  const marks = weeks.map(({ week, hours }, index): Mark | null => {
    if (!hours) return null;
    const value = hours[options.statistic];
    return {
      x: slotMiddle(index, weeks.length),
      y: fromTop(value, options.top),
      week,
      hours: value,
      n: hours.n,
      is_small_n: hours.is_small_n,
    };
  });
  const present = marks.filter((mark) => mark !== null);
  const is_alone = (index: number) => !marks[index - 1] && !marks[index + 1];
  return {
    channel,
    path: linePath(marks),
    // Hollow points for few records; a week without neighbours has no line and needs its point.
    marks: marks
      .filter((mark, index) => mark !== null && (mark.is_small_n || is_alone(index)))
      .filter((mark) => mark !== null),
    last: present.at(-1) ?? { x: 100, y: 100, week: '', hours: 0, n: 0, is_small_n: true },
  };
}

/** The first Monday of each month among these, in per cent of the way. */
function monthStarts(mondays: readonly string[]): { monday: string; x: number }[] {
  return mondays.flatMap((monday, index) => {
    const is_new = index > 0 && monday.slice(0, 7) !== mondays[index - 1]?.slice(0, 7);
    return is_new ? [{ monday, x: slotMiddle(index, mondays.length) }] : [];
  });
}
