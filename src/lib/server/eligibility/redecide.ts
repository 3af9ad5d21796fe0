import { sql } from 'kysely';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { dayInChina } from '#lib/domain/text/calendar-day.ts';
import { firmById } from '#lib/server/accounts/firms.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { appendEvent } from '#lib/server/events/append.ts';
import { settledKnownAt } from '#lib/server/rules/known-at.ts';
import { decideAgain, decidedAgainSince } from './decide-again.ts';
import { refreshStandings } from './standing-verdicts.ts';
import { warnOfExpiry } from './warn-expiry.ts';

/** Firms looked at in one run; the next tick goes on. */
const FIRMS_PER_RUN = 200;

/** What verdicts rest on beside the firm: the law and the registers, and with them the day. */
type Basis = { law: string; basis: string; today: string; known_at: Date };

/**
 * Decides again for each firm whose law, registers, day, office or products have changed since the last look, and
 * tells what came otherwise: products, decisions that were green and still count, and reports that run out.
 */
export async function redecide(app: App): Promise<{ firms: number; told: number }> {
  const own: App = { ...app, db: app.firm_pool.db, pool: app.firm_pool };
  const now = await own.db.transaction().execute((tx) => basisNow(tx, app.now()));
  const { rows } = await sql<{ id: string }>`
    select f.id from auth.firm f
    join lateral (select p.transaction_id from portfolio_change p where p.firm_id = f.id
                  order by p.transaction_id desc limit 1) c on true
    left join firm_standing s on s.firm_id = f.id
    where s.firm_id is null or s.basis <> ${now.basis} or s.customs_office <> f.customs_office
       or s.horizon <= c.transaction_id
    order by f.id limit ${FIRMS_PER_RUN}`.execute(app.db);
  let told = 0;
  for (const { id } of rows) {
    const firm = await firmById(own, id);
    if (firm) told += await redecideFirm(own, firm, now);
  }
  return { firms: rows.length, told };
}

async function basisNow(tx: Tx, at: Date): Promise<Basis> {
  const known_at = await settledKnownAt(tx, null);
  const today = dayInChina(at);
  const { rows } = await sql<{ law: string }>`
    select md5(concat_ws(' ', ${METHOD}::text, (select sequence from rule_chain_head),
      (select recorded_at from lab_register_head), (select count(*) from category_history))) as law`.execute(
    tx,
  );
  const law = rows[0]?.law ?? '';
  return { law, basis: `${law} ${today}`, today, known_at };
}

/** Counted up when the engine answers otherwise than before. */
const METHOD = 1;

/** Standing and event are of one transaction: what was told is what is kept. */
async function redecideFirm(app: App, firm: Firm, now: Basis): Promise<number> {
  const before = await inFirm(app.db, firm.id, lastLook);
  // The decisions first, in transactions of their own: what a crash keeps from being told is found by its time.
  if (before?.law !== now.law) await decideAgain(app, firm, now);
  return inFirm(app.db, firm.id, async (tx) => {
    await sql`select from firm_standing for update`.execute(tx);
    // Another worker was here meanwhile, and told.
    if ((await lastLook(tx))?.horizon !== before?.horizon) return 0;
    const { rows } = await sql<{ horizon: string }>`
      select pg_snapshot_xmin(pg_current_snapshot())::text as horizon`.execute(tx);
    const horizon = rows[0]?.horizon ?? '0';
    const { impact, report_age_days } = await refreshStandings(tx, firm, now);
    const { decisions, total } = await decidedAgainSince(tx, before?.judged_at ?? null);
    await sql`
      insert into firm_standing as s (firm_id, basis, law, customs_office, horizon)
      values (${firm.id}, ${now.basis}, ${now.law}, ${firm.customs_office}, ${horizon}::xid8)
      on conflict (firm_id) do update
        set basis = excluded.basis, law = excluded.law, customs_office = excluded.customs_office,
            horizon = excluded.horizon, judged_at = now()`.execute(tx);
    let told = 0;
    if (impact.total + total > 0) {
      const cause = before?.law === now.law ? 'day' : 'law';
      await appendEvent(tx, {
        kind: 'decision.changed',
        audience: { firm_id: firm.id },
        subject_id: null,
        unique_key: `decision.changed:${firm.id}:${now.basis}:${horizon}`,
        data: { cause, impact, decisions, decisions_total: total },
      });
      told += 1;
    }
    if (report_age_days !== null) told += await warnOfExpiry(tx, firm, { today: now.today, report_age_days });
    return told;
  });
}

type Look = { basis: string; law: string; horizon: string; judged_at: string };

/** Times as PostgreSQL writes them, with their microseconds. */
async function lastLook(tx: Tx): Promise<Look | null> {
  const { rows } = await sql<Look>`
    select basis, law, horizon::text, judged_at::text from firm_standing limit 1`.execute(tx);
  return rows[0] ?? null;
}
