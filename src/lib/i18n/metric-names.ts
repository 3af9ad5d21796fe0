import type { Comparison, MetricAlert, MetricState, Statistic } from '#lib/domain/alerts/metric-alert.ts';
import type { Grain } from '#lib/domain/clearance/period.ts';
import type { Text, TextKey } from './text.ts';

export const METRIC_STATISTIC_NAME = {
  mean: 'metric.statistic.mean',
  p50: 'metric.statistic.p50',
  p90: 'metric.statistic.p90',
} as const satisfies Record<Statistic, TextKey>;

export const METRIC_GRAIN_NAME = {
  day: 'metric.grain.day',
  week: 'metric.grain.week',
  month: 'metric.grain.month',
} as const satisfies Record<Grain, TextKey>;

export const COMPARISON_NAME = {
  threshold: 'metric.comparison.threshold',
  baseline: 'metric.comparison.baseline',
  previous: 'metric.comparison.previous',
} as const satisfies Record<Comparison, TextKey>;

export const METRIC_STATE = {
  ok: { name: 'metric.state.ok', look: 'good' },
  pending: { name: 'metric.state.pending', look: 'warn' },
  firing: { name: 'metric.state.firing', look: 'bad' },
} as const satisfies Record<MetricState, { name: TextKey; look: string }>;

export const METRIC_TOLD = {
  fired: 'metric.told.fired',
  recovered: 'metric.told.recovered',
} as const satisfies Record<string, TextKey>;

/** Says numbers with one digit. */
type Reader = { text: Text; format: { decimal: (value: number, digits: 1) => string } };

/** Hours, or per cent over what is compared with. */
export function valueText(comparison: Comparison, value: number, { text, format }: Reader): string {
  const shown = format.decimal(value, 1);
  return comparison === 'threshold'
    ? text('metric.value.hours', { hours: shown })
    : text('metric.value.percent', { percent: value > 0 ? `+${shown}` : shown });
}

/** The limit with the one that it recovers at. */
export function limitText(
  alert: Pick<MetricAlert, 'comparison' | 'fire_above' | 'recover_at' | 'pending_periods'>,
  reader: Reader,
): string {
  const { comparison, pending_periods: n } = alert;
  const above = valueText(comparison, alert.fire_above, reader);
  const back = valueText(comparison, alert.recover_at, reader);
  return n === 1
    ? reader.text('metric.limit.once', { above, back })
    : reader.text('metric.limit.held', { above, back, n });
}
