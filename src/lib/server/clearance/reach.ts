import type { Firm } from '#lib/domain/accounts/actor.ts';
import { dayOfInstant, dayToText } from '#lib/domain/text/calendar-day.ts';
import type { Reach } from '#lib/domain/clearance/time-range.ts';
import type { App } from '#lib/server/app.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { programmes } from '#lib/server/reference/read.ts';
import { sql } from 'kysely';

/**
 * How far the periods of a firm reach: the days of declaration on file, of either direction, and the launch of
 * the first programme. Without a record everything is today, and `has_records` says so.
 */
export async function reachOf(
  app: App,
  firm: Firm,
): Promise<Reach & { has_records: boolean; programme_district: string | null }> {
  const [known, { rows }] = await Promise.all([
    programmes(app.db),
    inFirm(app.db, firm.id, (tx) =>
      sql<{ first: Date | null; newest: Date | null }>`
        select min(declared_at) as first, max(declared_at) as newest from clearance
        where firm_id = ${firm.id}`.execute(tx),
    ),
  ]);
  const { first, newest } = rows[0] ?? { first: null, newest: null };
  const programme = known.find(({ state }) => state === 'launched');
  const day = (at: Date | null) => dayToText(dayOfInstant((at ?? app.now()).getTime()));
  return {
    first: day(first),
    newest: day(newest),
    has_records: newest !== null,
    programme_start: programme?.started_on ?? null,
    programme_district: programme?.district_code ?? null,
  };
}
