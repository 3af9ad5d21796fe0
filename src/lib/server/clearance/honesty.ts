import type { Firm } from '#lib/domain/accounts/actor.ts';
import { mergeCells } from '#lib/domain/clearance/cell.ts';
import { sharesOf, type Honesty } from '#lib/domain/clearance/honesty.ts';
import { outliersOf } from '#lib/domain/clearance/outliers.ts';
import type { App } from '#lib/server/app.ts';
import { inFirmClient } from '#lib/server/db/copy.ts';
import { programmes } from '#lib/server/reference/read.ts';
import type { DayReads } from './day-reads.ts';
import { daysOf, minimumOf, type HoursQuery } from './metrics.ts';
import { readSlices } from './slices.ts';
import { talliesOf } from './tallies.ts';

/** What has to be known beside the hours of these records of a firm to judge them. */
export async function honestyOf(
  app: App,
  firm: Firm,
  query: HoursQuery & { day_reads?: DayReads },
): Promise<Honesty> {
  const days = daysOf(query);
  const launched = (await programmes(app.db)).flatMap(({ state, district_code, started_on }) =>
    state === 'launched' && started_on !== null ? [{ district_code, started_on }] : [],
  );
  const { slices, tallies, min_n } = await inFirmClient(app.pool.pg, firm.id, async (client) => ({
    slices: await readSlices(client, firm.id, { ...query, ...days, group_by: [] }),
    tallies: await talliesOf(client, firm.id, { ...query, ...days, launched }),
    min_n: await minimumOf(client, firm.id),
  }));
  const cell = mergeCells(slices.map((slice) => slice.cell));
  const n = cell?.n ?? 0;
  return {
    measure: query.measure,
    direction: query.direction,
    from: query.from,
    to: query.to,
    n,
    min_n,
    is_small_n: n < min_n,
    outliers: cell && outliersOf(cell),
    ...sharesOf(tallies),
  };
}
