import { sql } from 'kysely';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { EXPIRY_STEPS_DAYS, expiryStep } from '#lib/domain/eligibility/expiry.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { appendEvent } from '#lib/server/events/append.ts';

type Expiring = {
  id: string;
  report_no: string;
  issued_on: string;
  product_id: string | null;
  product_code: string | null;
  product_name: string | null;
  category: string | null;
};

/** Reports that come near their end within one month. */
const REPORTS_MAX = 5_000;

/**
 * Tells, once for each step, of confirmed reports that come near their last day; not of those that another report
 * replaces, and not where the product has a newer one. Gives how many were told.
 */
export async function warnOfExpiry(
  tx: Tx,
  firm: Pick<Firm, 'id'>,
  at: { today: string; report_age_days: number },
): Promise<number> {
  const { rows } = await sql<Expiring>`
    select r.id, r.report_no, r.issued_on::text, r.product_id, p.code as product_code, p.name as product_name,
           coalesce(p.category, r.category) as category
    from report r left join product p on p.id = r.product_id
    where r.state = 'confirmed'
      and r.issued_on between ${at.today}::date - ${at.report_age_days}::int
        and ${at.today}::date - ${at.report_age_days}::int + ${EXPIRY_STEPS_DAYS[0]}::int
      and not exists (
        select from report later
        where later.state = 'confirmed' and later.id <> r.id
          and ((later.replaces_key = r.report_no_key and later.lab_cnas_id is not distinct from r.lab_cnas_id)
               or (later.product_id = r.product_id and later.issued_on > r.issued_on)))
    order by r.issued_on, r.id limit ${REPORTS_MAX}`.execute(tx);
  let told = 0;
  for (const { id, report_no, issued_on, category, ...product } of rows) {
    const reached = expiryStep(issued_on, at);
    if (!reached) continue;
    const { last_day, days_left, step } = reached;
    const event = await appendEvent(tx, {
      kind: 'report.expiring',
      audience: { firm_id: firm.id },
      subject_id: id,
      unique_key: `report.expiring:${id}:${last_day}:${step}`,
      data: { report_no, issued_on, last_day, days_left, step, ...product },
      ...(category === null ? {} : { about: { categories: [category] } }),
    });
    told += event ? 1 : 0;
  }
  return told;
}
