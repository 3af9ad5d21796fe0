import type { LawInterval } from '#lib/domain/rules/in-force.ts';
import { addDays, daysBetween } from '#lib/domain/text/calendar-day.ts';

type Version = { id: string; label: string };

/** One stretch of law as it is drawn: places in per cent of the width. */
export type TimelineBar = {
  left: number;
  width: number;
  kind: 'past' | 'now' | 'future' | 'none';
  label: string | null;
  from: string | null;
  version_id: string | null;
};
export type LaidTimeline = {
  bars: TimelineBar[];
  today: number;
  as_of: number;
  ticks: { left: number; day: string }[];
};

/** Shown before the first and after the last dated day, so that the ends do not touch the edge. */
const MARGIN_DAYS = 60;
const TICKS = 4;

/** Places the law of all days on one line. Open ends run to the edge; a stretch without law is dashed. */
export function layoutTimeline<V extends Version>(
  intervals: readonly (Omit<LawInterval, 'law'> & {
    law: { state: string } & ({ version: V } | { first: unknown });
  })[],
  { today, as_of }: { today: string; as_of: string },
): LaidTimeline {
  const days = [today, as_of, ...intervals.flatMap(({ from }) => (from === null ? [] : [from]))].sort();
  const start = addDays(days[0] ?? today, -MARGIN_DAYS);
  const end = addDays(days.at(-1) ?? today, MARGIN_DAYS);
  const total = Math.max(1, daysBetween(start, end));
  const place = (day: string) => Math.min(100, Math.max(0, (100 * daysBetween(start, day)) / total));
  const bars = intervals.map(({ from, to, law }): TimelineBar => {
    const left = from === null ? 0 : place(from);
    const right = to === null ? 100 : place(addDays(to, 1));
    const version = 'version' in law ? law.version : null;
    const is_law = law.state === 'in_force';
    return {
      left,
      width: right - left,
      kind: !is_law
        ? 'none'
        : from !== null && from > today
          ? 'future'
          : to !== null && to < today
            ? 'past'
            : 'now',
      label: version?.label ?? null,
      from,
      version_id: version?.id ?? null,
    };
  });
  const ticks = Array.from({ length: TICKS }, (_, index) => {
    const day = addDays(start, Math.round((total * (index + 0.5)) / TICKS));
    return { left: place(day), day };
  });
  return { bars, today: place(today), as_of: place(as_of), ticks };
}
