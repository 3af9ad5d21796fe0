import type { Firm } from '#lib/domain/accounts/actor.ts';
import type { Outcome } from '#lib/domain/eligibility/engine/verdict.ts';
import { addDays, dayInChina } from '#lib/domain/text/calendar-day.ts';
import type { App } from '#lib/server/app.ts';
import { metricsOf } from '#lib/server/clearance/metrics.ts';

/** Hours that the firm's own goods took of late; null where they are too few to say. */
export type ExpectedHours = {
  p50: number;
  p90: number;
  basis: {
    channel: 'green' | 'ordinary';
    customs_office: string | null;
    measure: 'declared_to_released';
    from: string;
    to: string;
    n: number;
    quantiles: 'exact' | 'sketch';
  };
};

/** Twelve weeks: recent enough to be the present, long enough for a number. */
const DAYS = 84;

/**
 * What the firm's own clearance numbers say of goods with this outcome: the green channel for green ones, the
 * ordinary one for those that go to review or are not eligible, at the office of declaration or else at all of
 * the firm's offices. Null for unknown, and where fewer declarations stand behind it than the firm's minimum.
 */
export async function expectedHours(
  app: App,
  firm: Firm,
  asked: { outcome: Outcome; customs_office: string },
): Promise<ExpectedHours | null> {
  if (asked.outcome === 'unknown') return null;
  const channel = asked.outcome === 'green' ? 'green' : 'ordinary';
  const to = dayInChina(app.now());
  const period = { from: addDays(to, 1 - DAYS), to };
  for (const customs_office of [asked.customs_office, null]) {
    const { rows } = await metricsOf(app, firm, {
      ...period,
      measure: 'declared_to_released',
      direction: 'export',
      channel,
      group_by: [],
      ...(customs_office === null ? {} : { customs_office }),
    });
    const [row] = rows;
    if (row && !row.is_small_n)
      return {
        p50: row.p50_hours,
        p90: row.p90_hours,
        basis: {
          channel,
          customs_office,
          measure: 'declared_to_released',
          ...period,
          n: row.n,
          quantiles: row.quantiles,
        },
      };
  }
  return null;
}
