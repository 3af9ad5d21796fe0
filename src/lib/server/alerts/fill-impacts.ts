import { sql } from 'kysely';
import { firmById } from '#lib/server/accounts/firms.ts';
import type { App } from '#lib/server/app.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { impactBasis, ImpactJudge } from '#lib/server/eligibility/impact-judge.ts';

/** Alerts completed in one run; the next tick goes on. */
const ALERTS_PER_RUN = 200;

type Open = { id: string; firm_id: string; kind: string; version_id: string };

/**
 * Completes alerts about a version whose impact was not worked out when they were written: of a withdrawal, and of
 * a firm whose products were changed while it was published.
 */
export async function fillImpacts(app: Pick<App, 'db' | 'firm_pool'>): Promise<{ filled: number }> {
  const { rows } = await sql<Open>`
    select a.id, a.firm_id, e.kind, e.subject_id as version_id
    from event e join alert a on a.event_id = e.id
    where e.kind in ('rule.published', 'rule.withdrawn') and e.occurred_at > now() - interval '2 days'
      and e.data ->> 'is_judged' = 'true' and a.impact is null and a.firm_id is not null
    order by e.id, a.id limit ${ALERTS_PER_RUN}`.execute(app.db);
  const { db } = app.firm_pool;
  const judges = new Map<string, ImpactJudge | null>();
  let filled = 0;
  for (const { id, firm_id, kind, version_id } of rows) {
    const change = kind === 'rule.withdrawn' ? 'withdrawal' : 'publication';
    const key = `${change} ${version_id}`;
    if (!judges.has(key)) {
      const basis = await asOperator(db, (tx) => impactBasis(tx, version_id));
      judges.set(key, basis && new ImpactJudge(db, basis, change));
    }
    const judge = judges.get(key);
    const firm = await firmById({ db }, firm_id);
    if (!judge || !firm) continue;
    const impact = await judge.ofFirm(firm);
    await sql`
      update alert set impact = ${JSON.stringify(impact)}::jsonb where id = ${id} and impact is null`.execute(
      app.db,
    );
    filled += 1;
  }
  return { filled };
}
