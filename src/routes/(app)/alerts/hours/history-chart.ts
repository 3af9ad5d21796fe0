import { fromTop, hoursAxis, linePath, slotMiddle } from '#lib/charts/geometry.ts';
import {
  limitHours,
  type JudgedPeriod,
  type MetricAlert,
  type MetricPeriod,
} from '#lib/domain/alerts/metric-alert.ts';

export type HistoryChart = {
  ticks: { y: number; hours: number }[];
  steps: { x: number; period: string; is_spare: boolean }[];
  /** Breaks where there are no data. */
  hours_path: string;
  limit_path: string;
  marks: { x: number; y: number; period: string; told: 'fired' | 'recovered' }[];
  fired: number;
  without_data: number;
  with_data: number;
  judged: Omit<JudgedPeriod, 'to'>[];
};

const NAMES_MAX = 8;

/** The hours of each period, the limit over it, and where it would have told. */
export function historyChart(
  alert: MetricAlert,
  history: { periods: readonly MetricPeriod[]; judged: readonly JudgedPeriod[] },
): HistoryChart {
  // What lies before the first record is no gap.
  const first = Math.max(
    0,
    history.judged.findIndex(({ n }) => n > 0),
  );
  const judged = history.judged.slice(first);
  const limits = history.periods
    .map((one, index) => limitHours(alert, one, history.periods[index - 1] ?? null))
    .slice(first);
  const hours = judged.map((one) => (one.n === 0 ? null : one.hours));
  const highest = Math.max(1, ...[...hours, ...limits].flatMap((value) => value ?? []));
  const { top, ticks } = hoursAxis(highest);
  const pathOf = (values: readonly (number | null)[]) =>
    linePath(
      values.map((value, index) =>
        value === null
          ? null
          : { x: slotMiddle(index, values.length), y: fromTop(Math.min(value, top), top) },
      ),
    );
  const every = Math.max(1, Math.ceil(judged.length / NAMES_MAX));
  return {
    ticks: ticks.map((tick) => ({ y: fromTop(tick, top), hours: tick })),
    steps: judged.flatMap(({ period }, index) =>
      index % every === 0
        ? [{ x: slotMiddle(index, judged.length), period, is_spare: (index / every) % 2 === 1 }]
        : [],
    ),
    hours_path: pathOf(hours),
    limit_path: pathOf(limits),
    marks: judged.flatMap(({ told, period, hours: at }, index) =>
      told === null
        ? []
        : [{ x: slotMiddle(index, judged.length), y: fromTop(Math.min(at ?? 0, top), top), period, told }],
    ),
    fired: judged.filter(({ told }) => told === 'fired').length,
    without_data: judged.filter(({ is_no_data }) => is_no_data).length,
    with_data: judged.filter(({ is_no_data }) => !is_no_data).length,
    judged: judged.map(({ to: _, ...one }) => one),
  };
}
