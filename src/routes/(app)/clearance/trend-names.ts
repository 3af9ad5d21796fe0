import type { TrendLayout } from '#lib/charts/trend-geometry.ts';
import { channelNameKey } from '#lib/i18n/names.ts';
import type { View } from '#lib/i18n/view.ts';

/** What the lines of a trend are called, each list in the order of the lines. */
export type TrendNames = { lines: string[]; compared: string[]; baseline: string };

/** A line is named by its channel; what stands beside it by what it is, and by its channel if there are several. */
export function trendNames(
  trend: Pick<TrendLayout, 'lines' | 'compared' | 'baseline'>,
  beside: string,
  { text, format }: Pick<View, 'text' | 'format'>,
): TrendNames {
  return {
    lines: trend.lines.map(({ channel }) => text(channelNameKey(channel))),
    compared: trend.compared.map(({ channel }) =>
      trend.lines.length + trend.compared.length <= 2
        ? beside
        : text('dashboard.trend.compared', { beside, channel: text(channelNameKey(channel)) }),
    ),
    baseline: trend.baseline
      ? text('overview.trend.national', { hours: format.decimal(trend.baseline.hours, 2) })
      : '',
  };
}
