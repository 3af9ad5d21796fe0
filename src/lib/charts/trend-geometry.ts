import { quantile } from 'd3';
import { statisticOf, type Spread, type Statistic } from '#lib/domain/clearance/dashboard.ts';
import type { Channel } from '#lib/domain/clearance/measure.ts';
import { startOf, type Grain } from '#lib/domain/clearance/period.ts';
import { dayNumber, daysBetween } from '#lib/domain/text/calendar-day.ts';
import { bandPath, fromTop, hoursAxis, linePath, runs, slotMiddle, spreadLabels } from './geometry.ts';

/** One point of a line. Without `p10_hours` it has no spread to draw. */
export type TrendPoint = Omit<Spread, 'p10_hours' | 'quantiles'> & { p10_hours?: number };
/** A line over time; a null point is a gap. */
export type TrendLine<P extends TrendPoint = Spread> = {
  channel: Channel | null;
  points: readonly (P | null)[];
};
export type TrendBaseline = { hours: number; hours_low: number | null; hours_high: number | null };

export type TrendInput<P extends TrendPoint = Spread> = {
  grain: Grain;
  /** Inclusive days; the first and the last may be cut. */
  slots: readonly { from: string; to: string }[];
  lines: readonly TrendLine<P>[];
  /** What stands beside them, point by point. */
  compared: readonly TrendLine<P>[];
  statistic: Statistic;
  baseline: TrendBaseline | null;
  /** Days that something happened on, for flags. */
  events: readonly TrendEvent[];
  /** Between names at the ends of lines, in per cent of the plot's height. */
  label_gap_percent?: number;
};

export type TrendEvent = {
  day: string;
  is_launch: boolean;
  /** False where it is published and still to come. */
  is_in_force: boolean;
  rules: readonly { slug: string; title: string }[];
};

/** `is_beyond`: the value lies above the axis, and the mark at its top. */
export type TrendMark = {
  x: number;
  y: number;
  slot: number;
  hours: number;
  n: number;
  is_small_n: boolean;
  is_beyond: boolean;
};

/** A trend ready to draw: places in per cent of the plot; hours, counts and days as they are. */
export type TrendLayout<P extends TrendPoint = Spread> = {
  ticks: { hours: number; y: number }[];
  /** Where the axis of time is named; `year` where it begins or changes. */
  steps: { x: number; day: string; year: string | null; is_spare: boolean }[];
  lines: {
    channel: Channel | null;
    path: string;
    band: string;
    marks: TrendMark[];
    last: TrendMark;
    label_y: number;
  }[];
  compared: { channel: Channel | null; path: string; last: TrendMark; label_y: number }[];
  /** Slots without a record in any channel, between slots with records. */
  gaps: { left: number; width: number; from: string; to: string }[];
  baseline: { hours: number; y: number; y_low: number; y_high: number; label_y: number } | null;
  /** `is_named`: its name has room beside those of the others. */
  events: (TrendEvent & { x: number; is_named: boolean })[];
  slots: {
    from: string;
    to: string;
    x: number;
    left: number;
    width: number;
    values: (P | null)[];
    compared: (P | null)[];
  }[];
};

/** A single point is a number and no trend. */
const SLOTS_MIN = 2;
/** A name of two lines of 14 px, in per cent of a plot 320 px high. */
const LABEL_GAP_PERCENT = 9.5;
/** A spread may raise the axis above the line by so much; what is beyond is cut, and said in the reading. */
const SPREAD_ROOM = 1.6;

/**
 * Lays out the slots from the first to the last with a record. Null when there are fewer than two of them:
 * then there is nothing to draw, and the page says so.
 */
export function layoutTrend<P extends TrendPoint>(input: TrendInput<P>): TrendLayout<P> | null {
  const shown = cut(input);
  if (!shown) return null;
  const { slots, lines, compared, statistic, baseline } = shown;
  const axis = hoursAxis(highest(shown));
  const place = { statistic, top: axis.top, count: slots.length };
  const drawn = lines.map((line) => drawLine(line, place));
  const beside = compared.map((line) => drawLine(line, place));
  const base_y = baseline ? fromTop(baseline.hours, axis.top) : null;
  const labels = spreadLabels(
    [...drawn, ...beside].map(({ last }) => last.y).concat(base_y ?? []),
    input.label_gap_percent ?? LABEL_GAP_PERCENT,
  );
  const label = (index: number, y: number) => labels[index] ?? y;
  return {
    ticks: axis.ticks.map((hours) => ({ hours, y: fromTop(hours, axis.top) })),
    steps: stepsOf(input.grain, slots),
    lines: drawn.map((line, index) => ({ ...line, label_y: label(index, line.last.y) })),
    compared: beside.map(({ channel, path, last }, index) => ({
      channel,
      path,
      last,
      label_y: label(drawn.length + index, last.y),
    })),
    gaps: gapsOf(shown),
    baseline:
      baseline && base_y !== null
        ? {
            hours: baseline.hours,
            y: base_y,
            y_low: fromTop(baseline.hours_low ?? baseline.hours, axis.top),
            y_high: fromTop(baseline.hours_high ?? baseline.hours, axis.top),
            label_y: label(drawn.length + beside.length, base_y),
          }
        : null,
    events: placeEvents(shown.events, slots),
    slots: slots.map(({ from, to }, index) => ({
      from,
      to,
      x: slotMiddle(index, slots.length),
      left: (index / slots.length) * 100,
      width: 100 / slots.length,
      values: lines.map(({ points }) => points[index] ?? null),
      compared: compared.map(({ points }) => points[index] ?? null),
    })),
  };
}

function cut<P extends TrendPoint>(input: TrendInput<P>): TrendInput<P> | null {
  const has_records = input.slots.map((_, index) => input.lines.some(({ points }) => points[index]));
  const first = has_records.indexOf(true);
  const end = has_records.lastIndexOf(true) + 1;
  if (first < 0 || end - first < SLOTS_MIN) return null;
  const within = (line: TrendLine<P>) => ({ ...line, points: line.points.slice(first, end) });
  return {
    ...input,
    slots: input.slots.slice(first, end),
    lines: input.lines.map(within).filter(({ points }) => points.some(Boolean)),
    compared: input.compared.map(within).filter(({ points }) => points.some(Boolean)),
  };
}

/** Where all points stand for few records, the highest twentieth of them is marked at the top instead. */
const FEW_SHOWN = 0.95;

/** Few records do not set the scale while there are others: one slow declaration would flatten every line. */
function highest({ lines, compared, statistic, baseline }: TrendInput<TrendPoint>): number {
  const points = [...lines, ...compared].flatMap((line) => line.points).filter((point) => point !== null);
  const solid = points.filter(({ is_small_n }) => !is_small_n);
  const hours = (of: typeof points) => of.map((point) => statisticOf(point, statistic));
  const highest_point =
    solid.length > 0 ? Math.max(...hours(solid)) : (quantile(hours(points), FEW_SHOWN) ?? 0);
  const peak = Math.max(baseline?.hours_high ?? baseline?.hours ?? 0, highest_point);
  const spread = Math.max(0, ...solid.map((point) => (hasSpread(point) ? point.p90_hours : 0)));
  return Math.max(peak, Math.min(spread, peak * SPREAD_ROOM));
}

function hasSpread(point: TrendPoint): point is TrendPoint & { p10_hours: number } {
  return point.p10_hours !== undefined;
}

function drawLine(
  { channel, points }: TrendLine<TrendPoint>,
  { statistic, top, count }: { statistic: Statistic; top: number; count: number },
) {
  const y = (hours: number) => fromTop(Math.min(hours, top), top);
  const marks = points.map((point, slot): TrendMark | null => {
    if (!point) return null;
    const hours = statisticOf(point, statistic);
    return {
      x: slotMiddle(slot, count),
      y: y(hours),
      slot,
      hours,
      n: point.n,
      is_small_n: point.is_small_n,
      is_beyond: hours > top,
    };
  });
  const present = marks.filter((mark) => mark !== null);
  const is_alone = (slot: number) => !marks[slot - 1] && !marks[slot + 1];
  return {
    channel,
    path: linePath(marks),
    // A spread of few records says nothing.
    band: bandPath(
      points.map((point, slot) =>
        point && hasSpread(point) && !point.is_small_n
          ? { x: slotMiddle(slot, count), y_low: y(point.p10_hours), y_high: y(point.p90_hours) }
          : null,
      ),
    ),
    // Hollow points for few records; a slot without neighbours has no line and needs its point.
    marks: present.filter(({ slot, is_small_n }) => is_small_n || is_alone(slot)),
    last: present.at(-1) ?? { x: 100, y: 100, slot: 0, hours: 0, n: 0, is_small_n: true, is_beyond: false },
  };
}

function gapsOf({ slots, lines }: TrendInput<TrendPoint>): TrendLayout['gaps'] {
  const is_empty = slots.map((_, index) => lines.every(({ points }) => !points[index]));
  return runs(is_empty).map(({ first, last }) => ({
    left: (first / slots.length) * 100,
    width: ((last - first + 1) / slots.length) * 100,
    from: slots[first]?.from ?? '',
    to: slots[last]?.to ?? '',
  }));
}

/** Names that fit side by side on a wide page, and on a phone. */
const STEPS_WIDE_MAX = 14;
const STEPS_NARROW_MAX = 5;

/** Mondays of a few weeks; else the beginnings of months, quarters or years, as many as fit. */
function stepsOf(grain: Grain, slots: TrendInput['slots']): TrendLayout['steps'] {
  const starts = slots.map(({ from }, index) => ({ from, index, before: slots[index - 1]?.from }));
  const months = starts.filter(({ from, before }) => before?.slice(0, 7) !== from.slice(0, 7));
  // A month that the period cuts is named only where that is its beginning, or all that is drawn of it.
  const begun = months.filter(({ from, index }) => grain === 'month' || index > 0 || from.endsWith('-01'));
  const is_month_of = (every: number) => (one: { from: string }) =>
    (Number(one.from.slice(5, 7)) - 1) % every === 0;
  const mondays = starts.filter(({ from }) => startOf('week', dayNumber(from)) === dayNumber(from));
  const candidates = [
    ...(grain === 'day' && begun.length <= 2 ? [mondays] : []),
    ...[1, 3, 6, 12].map((every) => begun.filter(is_month_of(every))),
  ];
  const chosen =
    candidates.find(({ length }) => length > 1 && length <= STEPS_WIDE_MAX) ??
    (begun.length > 1 ? begun.filter(is_month_of(12)) : starts.filter(({ index }) => index === 0));
  const every = Math.ceil(chosen.length / STEPS_NARROW_MAX);
  return chosen.map(({ from, index }, place) => ({
    x: slotMiddle(index, slots.length),
    day: from,
    year: chosen[place - 1]?.from.slice(0, 4) === from.slice(0, 4) ? null : from.slice(0, 4),
    is_spare: place % every !== 0,
  }));
}

/** In per cent of the width: names that stand closer would touch. */
const NAMES_APART = 22;

/** Events of the period on their days. The launch keeps its name; of the others those that have room. */
function placeEvents(
  events: readonly TrendEvent[],
  slots: readonly { from: string; to: string }[],
): TrendLayout['events'] {
  const placed = events.flatMap((event) => {
    const index = slots.findIndex(({ from, to }) => from <= event.day && event.day <= to);
    const slot = slots[index];
    if (!slot) return [];
    const into = (daysBetween(slot.from, event.day) + 0.5) / (daysBetween(slot.from, slot.to) + 1);
    return [{ ...event, x: ((index + into) / slots.length) * 100 }];
  });
  const named: number[] = placed.filter(({ is_launch }) => is_launch).map(({ x }) => x);
  return placed.map((event) => {
    const is_named = event.is_launch || named.every((x) => Math.abs(x - event.x) >= NAMES_APART);
    if (is_named && !event.is_launch) named.push(event.x);
    return { ...event, is_named };
  });
}
