import type { Firm } from '#lib/domain/accounts/actor.ts';
import {
  judgePeriods,
  type JudgedPeriod,
  type MetricAlert,
  type MetricPeriod,
} from '#lib/domain/alerts/metric-alert.ts';
import { endOf, labelOf, periodsOf, startOf } from '#lib/domain/clearance/period.ts';
import { dayFromText, dayInChina, dayToText } from '#lib/domain/text/calendar-day.ts';
import type { App } from '#lib/server/app.ts';
import { baselines, chooseBaseline } from '#lib/server/clearance/baselines.ts';
import { metricsOf } from '#lib/server/clearance/metrics.ts';

/** Whole periods that are looked back on: enough for a pending period of 12 and to see what is usual. */
export const PERIODS_BACK = { day: 60, week: 53, month: 24 } as const;

export type MetricHistory = { periods: MetricPeriod[]; judged: JudgedPeriod[] };

/** The firm's hours in whole periods up to yesterday in China, and what the alert would have made of them. */
export async function metricHistory(app: App, firm: Firm, alert: MetricAlert): Promise<MetricHistory> {
  const periods = await periodsBack(app, firm, alert);
  return { periods, judged: judgePeriods(alert, periods) };
}

async function periodsBack(app: App, firm: Firm, alert: MetricAlert): Promise<MetricPeriod[]> {
  const { grain, measure, direction, customs_office, category, channel, statistic } = alert;
  const today = dayFromText(dayInChina(app.now())) ?? 0;
  const starts = wholePeriods(grain, today);
  const [first] = starts;
  if (first === undefined) return [];
  const filter = {
    direction,
    ...(customs_office === null ? {} : { customs_office }),
    ...(category === null ? {} : { category }),
    ...(channel === null ? {} : { channel }),
  };
  const to = dayToText(startOf(grain, today) - 1);
  const query = { ...filter, measure, from: dayToText(first), to, group_by: [grain] };
  const baseline = chooseBaseline(await baselines(app.db), { measure, direction });
  const baseline_hours = baseline?.comparable ? baseline.hours : null;
  const { rows } = await metricsOf(app, firm, query);
  const by_period = new Map(rows.map((row) => [row[grain] ?? '', row]));
  return starts.map((start) => {
    const period = labelOf(grain, start);
    const row = by_period.get(period);
    const hours = row ? row[`${statistic}_hours`] : null;
    return { period, to: dayToText(endOf(grain, start) - 1), n: row?.n ?? 0, hours, baseline_hours };
  });
}

/** Only whole periods: one that is not over looks better or worse than it will be. */
function wholePeriods(grain: MetricAlert['grain'], today: number): number[] {
  const end = startOf(grain, today);
  const widest = { day: 1, week: 7, month: 31 }[grain] * PERIODS_BACK[grain];
  return periodsOf(grain, end - widest, end - 1).slice(-PERIODS_BACK[grain]);
}
