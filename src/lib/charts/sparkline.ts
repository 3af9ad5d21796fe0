import type { WeekPoint } from '#lib/domain/clearance/overview.ts';
import { fromTop, hoursAxis, linePath, slotMiddle } from './geometry.ts';

/** A small line of weeks with its scale, in per cent of its plot. */
export type Sparkline = {
  /** Hours at the top; the bottom is zero. */
  top_hours: number;
  /** All weeks, and those of the period once more. */
  path: string;
  period_path: string;
  baseline_y: number | null;
  last: { x: number; y: number; is_small_n: boolean } | null;
  from: string;
};

const WEEKS_MAX = 26;
const WEEKS_MIN = 2;

/** The newest half year; null with fewer than two weeks of records, which are a number and no line. */
export function layoutSparkline(
  weeks: readonly WeekPoint[],
  about: { period_from: string; baseline_hours: number | null },
): Sparkline | null {
  const recent = weeks.slice(-WEEKS_MAX);
  const first = recent.findIndex(({ hours }) => hours);
  const shown = first < 0 ? [] : recent.slice(first);
  const present = shown.filter(({ hours }) => hours);
  if (present.length < WEEKS_MIN) return null;
  // Few records do not set the scale while there are others.
  const solid = present.filter(({ hours }) => !hours?.is_small_n);
  const scaling = solid.length > 0 ? solid : present;
  const { top } = hoursAxis(
    Math.max(about.baseline_hours ?? 0, ...scaling.map(({ hours }) => hours?.mean_hours ?? 0)),
  );
  const points = shown.map(({ hours }, index) =>
    hours ? { x: slotMiddle(index, shown.length), y: fromTop(Math.min(hours.mean_hours, top), top) } : null,
  );
  // The week in which the period begins is part of it.
  const is_in_period = (index: number) => (shown[index + 1]?.monday ?? '9999') > about.period_from;
  const last = points.findLast((point) => point !== null);
  return {
    top_hours: top,
    path: linePath(points),
    period_path: linePath(points.map((point, index) => (is_in_period(index) ? point : null))),
    baseline_y: about.baseline_hours === null ? null : fromTop(about.baseline_hours, top),
    last: last ? { ...last, is_small_n: present.at(-1)?.hours?.is_small_n ?? false } : null,
    from: shown[0]?.monday ?? '',
  };
}
