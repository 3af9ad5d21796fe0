import { layoutTrend } from '#lib/charts/trend.ts';
import { picture } from '#lib/charts/picture/picture.ts';
import { drawTrend } from '#lib/charts/picture/trend-picture.ts';
import { formats } from '#lib/i18n/format.ts';
import { CHANNEL_NAME } from '#lib/i18n/names.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import type { App } from '#lib/server/app.ts';
import type { Taken } from '#lib/server/clearance/export-about.ts';
import { metricsOf } from '#lib/server/clearance/metrics.ts';
import { weeksOf } from '#lib/server/clearance/overview.ts';
import { pictureText } from './picture-text.ts';

/** The weeks of a query as a picture; null when there are fewer than two, because then nothing is drawn. */
export async function trendPicture(app: App, taken: Taken): Promise<string | null> {
  const { firm, query, language } = taken;
  const [total, weeks] = await Promise.all([
    metricsOf(app, firm, { ...query, group_by: [] }),
    metricsOf(app, firm, { ...query, group_by: ['week', 'channel'] }),
  ]);
  const text = textsOf(language);
  const format = formats(language, Number(query.to.slice(0, 4)));
  const baseline = total.rows[0]?.baseline ?? null;
  const trend = layoutTrend(weeksOf(weeks.rows, query.from, query.to), 'mean_hours', baseline);
  if (!trend) return null;
  const said = pictureText(taken, {
    panel: text('exports.picture.trend'),
    total: total.rows[0] ?? null,
    min_n: total.min_n,
    reading: text('overview.trend.note', { min_n: total.min_n }),
  });
  return picture(said, (place) =>
    drawTrend(
      trend,
      {
        unit: text('overview.unit.hours'),
        gap: text('overview.trend.gap'),
        months: trend.months.map(({ monday }) => format.month(monday)),
        series: { green: text(CHANNEL_NAME.green), ordinary: text(CHANNEL_NAME.ordinary) },
        last: (hours) => text('overview.trend.last_week', { hours: format.hours(hours) }),
        baseline: text('overview.trend.national', { hours: format.decimal(baseline?.hours ?? 0, 2) }),
        baseline_detail: baseline?.is_derived ? text('overview.trend.derived') : null,
      },
      place,
    ),
  );
}
