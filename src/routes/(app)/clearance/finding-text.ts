import type { TotalPanel } from '#lib/domain/clearance/dashboard.ts';
import type { Measure } from '#lib/domain/clearance/measure.ts';
import type { Formats } from '#lib/i18n/format.ts';
import { MEASURE_NAME } from '#lib/i18n/names.ts';
import type { Text } from '#lib/i18n/text.ts';
import type { Finding } from '../finding.ts';

/** A finding in one sentence, the same on the page and on what is taken from it. */
export function findingText(
  finding: Finding,
  about: { measure: Measure; span: string },
  { text, format }: { text: Text; format: Formats },
): string {
  const measure = text(MEASURE_NAME[about.measure]);
  switch (finding.kind) {
    case 'nothing':
      return text('clearance.page.finding.nothing', { span: about.span });
    case 'few':
      return text('clearance.page.finding.few', {
        measure,
        n: finding.n,
        hours: format.hours(finding.hours),
      });
    case 'not_compared':
      return text('clearance.page.finding.not_compared', { measure, hours: format.hours(finding.hours) });
    case 'same':
      return text('clearance.page.finding.same', { measure, hours: format.hours(finding.hours) });
    case 'faster':
    case 'slower':
      return text(
        finding.kind === 'faster' ? 'clearance.page.finding.faster' : 'clearance.page.finding.slower',
        {
          measure,
          hours: format.hours(finding.hours),
          percent: format.decimal(finding.percent, 0),
        },
      );
    default:
      return finding satisfies never;
  }
}

/** What the hours are beside what is compared; null where nothing is, or too few records to compare. */
export function comparedText(
  { now, then }: TotalPanel,
  beside: string | null,
  { text, format }: { text: Text; format: Formats },
): string | null {
  if (!now || !then || beside === null || now.is_small_n) return null;
  if (then.is_small_n) return text('dashboard.finding.then_few', { beside, n: then.n });
  // A difference that rounds to nothing is none.
  const change = Number((now.mean_hours - then.mean_hours).toFixed(1));
  const params = { beside, hours: format.hours(Math.abs(change)), then: format.hours(then.mean_hours) };
  if (change === 0) return text('dashboard.finding.same', params);
  return text(change < 0 ? 'dashboard.finding.less' : 'dashboard.finding.more', params);
}
