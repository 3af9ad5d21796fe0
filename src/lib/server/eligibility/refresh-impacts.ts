import { sql } from 'kysely';
import { firmById } from '#lib/server/accounts/firms.ts';
import type { App } from '#lib/server/app.ts';
import type { Db } from '#lib/server/db/connect.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { versionRows } from '#lib/server/rules/version.ts';
import { impactBasis, ImpactJudge } from './impact-judge.ts';

/** Approved versions wait for their publication for days at most. */
const VERSIONS_MAX = 100;
/** Firms looked at in one run of the job; the next tick goes on. */
const FIRMS_PER_RUN = 500;

/**
 * Works out what approved versions do to the products of firms, as far as anything has changed since it was last
 * worked out: the version, the law, a register, the day, or the firm's own portfolio.
 */
export async function refreshImpacts(
  app: Pick<App, 'firm_pool'>,
): Promise<{ versions: number; firms: number }> {
  const { db } = app.firm_pool;
  const approved = await asOperator(db, (tx) => versionRows(tx, sql`v.state = 'approved'`));
  let [versions, firms] = [0, 0];
  for (const { id } of approved.slice(0, VERSIONS_MAX)) {
    const done = await refreshImpact(db, id, { firms_max: FIRMS_PER_RUN - firms });
    versions += done > 0 ? 1 : 0;
    firms += done;
    if (firms >= FIRMS_PER_RUN) break;
  }
  return { versions, firms };
}

/**
 * The same for one version, until nothing waits or the limits are reached; gives how many firms were worked out.
 * Somebody who publishes waits for it, so that the alerts name what was changed a second ago.
 */
export async function refreshImpact(
  db: Db,
  version_id: string,
  limits: { firms_max: number; until?: number },
): Promise<number> {
  const basis = await asOperator(db, (tx) => impactBasis(tx, version_id));
  if (!basis) return 0;
  const judge = new ImpactJudge(db, basis);
  const asked = new Set<string>();
  const waiting = await waitingFirms(db, basis, limits.firms_max);
  for (const id of waiting) {
    if (limits.until !== undefined && performance.now() > limits.until) break;
    const firm = await firmById({ db }, id);
    if (!firm) continue;
    await judge.keepOfFirm(firm);
    asked.add(id);
  }
  return asked.size;
}

async function waitingFirms(
  db: Db,
  basis: { version: { id: string }; text: string },
  firms_max: number,
): Promise<string[]> {
  const { rows } = await sql<{ ids: string[] }>`
    select impact_waiting(${basis.version.id}, ${basis.text}, ${firms_max}) as ids`.execute(db);
  return rows[0]?.ids ?? [];
}
