import type { StagesPanel } from '#lib/domain/clearance/dashboard.ts';
import type { ComparedBaseline } from '#lib/domain/clearance/overview.ts';
import { STATISTIC_NAME } from '#lib/i18n/names.ts';
import type { View } from '#lib/i18n/view.ts';
import type { HeatLayout } from './panels.ts';
import type { ClearanceQuery } from './query.ts';

// How each chart is read, in the same sentences on the page and in its picture.

type Reader = Pick<View, 'text' | 'format'>;

/** How to read the trend, and why a published figure is not drawn on its axis. */
export function trendReading(
  about: {
    /** Null where none is comparable. */
    baseline: ComparedBaseline | null;
    aside: ComparedBaseline | null;
    query: Pick<ClearanceQuery, 'statistic'>;
    min_n: number;
    not_drawn: number;
  },
  { text, format }: Reader,
): string {
  const { baseline, aside, query, min_n, not_drawn } = about;
  return format.sentences(
    text('dashboard.trend.reading', { min_n }),
    not_drawn > 0 && text('dashboard.not_drawn', { n: not_drawn }),
    baseline?.is_derived &&
      baseline.hours_low !== null &&
      baseline.hours_high !== null &&
      text('dashboard.trend.baseline', {
        low: format.decimal(baseline.hours_low, 2),
        high: format.decimal(baseline.hours_high, 2),
      }),
    baseline && query.statistic !== 'mean' && text('dashboard.trend.not_an_average'),
    aside &&
      text('dashboard.trend.aside', {
        hours: format.decimal(aside.hours, 2),
        year: (aside.period_to ?? '').slice(0, 4),
      }),
  );
}

export function heatReading(
  heat: HeatLayout,
  { statistic }: Pick<ClearanceQuery, 'statistic'>,
  { text, format }: Reader,
): string {
  const { centre, months_left_out } = heat;
  return format.sentences(
    text(centre.is_baseline ? 'dashboard.heat.around_baseline' : 'dashboard.heat.around_own', {
      hours: format.decimal(centre.hours, 2),
      statistic: text(STATISTIC_NAME[statistic]),
    }),
    text('dashboard.heat.reading'),
    months_left_out > 0 && text('dashboard.heat.months_left_out', { n: months_left_out }),
  );
}

export function stagesReading(stages: StagesPanel, min_n: number, { text, format }: Reader): string {
  const early = stages.declared_to_arrived;
  const known = (early?.n ?? 0) + (stages.arrived_to_declared?.n ?? 0);
  return format.sentences(
    early &&
      text('dashboard.stages.prior', {
        percent: format.percent(early.n / known),
        n: early.n,
        known,
        hours: format.hours(early.p50_hours),
      }),
    text('dashboard.stages.reading', { min_n }),
  );
}
