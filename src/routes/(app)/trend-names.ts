import type { TrendLayout } from '#lib/charts/trend-geometry.ts';
import type { Grain } from '#lib/domain/clearance/period.ts';
import { channelNameKey } from '#lib/i18n/names.ts';
import type { TextKey } from '#lib/i18n/text.ts';
import type { View } from '#lib/i18n/view.ts';

/** What the lines of a trend are called, each list in the order of the lines. */
export type TrendNames = { lines: string[]; compared: string[]; baseline: string };

export const TREND_TITLE = {
  day: 'dashboard.trend.by_day',
  week: 'overview.trend.title',
  month: 'dashboard.trend.by_month',
} satisfies Record<Grain, TextKey>;

type Reader = Pick<View, 'text' | 'format'>;

/** A line is named by its channel; what stands beside it by what it is, and by its channel if there are several. */
export function trendNames(
  trend: Pick<TrendLayout, 'lines' | 'compared' | 'baseline'>,
  beside: string,
  { text, format }: Reader,
): TrendNames {
  return {
    lines: trend.lines.map(({ channel }) => text(channelNameKey(channel))),
    compared: trend.compared.map(({ channel }) =>
      isSingle(trend)
        ? beside
        : text('dashboard.trend.compared', { beside, channel: text(channelNameKey(channel)) }),
    ),
    baseline: trend.baseline
      ? text('overview.trend.national', { hours: format.decimal(trend.baseline.hours, 2) })
      : '',
  };
}

/** What stands at the end of each line, in two lines of little room. */
export function trendEnds(
  trend: Pick<TrendLayout, 'lines' | 'compared' | 'baseline'>,
  about: { beside: string; is_derived: boolean },
  reader: Reader,
) {
  const { text, format } = reader;
  const names = trendNames(trend, about.beside, reader);
  return {
    lines: trend.lines.map(({ last }, index) => ({
      name: names.lines[index] ?? '',
      detail: text('dashboard.trend.last', { hours: format.hours(last.hours) }),
    })),
    compared: trend.compared.map(({ channel }) =>
      isSingle(trend)
        ? { name: about.beside, detail: null }
        : { name: text(channelNameKey(channel)), detail: about.beside },
    ),
    baseline: { name: names.baseline, detail: about.is_derived ? text('overview.trend.derived') : null },
  };
}

/** The names of the axes of a trend. */
export function trendAxes(
  trend: Pick<TrendLayout, 'steps' | 'ticks'>,
  grain: Grain,
  { text, format }: Reader,
) {
  return {
    unit: text('overview.unit.hours'),
    ticks: trend.ticks.map(({ hours, y }) => ({ y, shown: String(hours) })),
    steps: trend.steps.map(({ x, day, year, is_spare }) => ({
      x,
      shown: grain === 'day' ? format.day(day, 'never') : format.month(day),
      under: year,
      is_spare,
    })),
  };
}

function isSingle({ lines, compared }: Pick<TrendLayout, 'lines' | 'compared'>): boolean {
  return lines.length + compared.length <= 2;
}
