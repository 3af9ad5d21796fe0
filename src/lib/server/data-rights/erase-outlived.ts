import { sql } from 'kysely';
import type { App } from '#lib/server/app.ts';
import { recordAudit } from '#lib/server/audit/record.ts';
import { eraseOldestMonth } from '#lib/server/clearance/forget-records.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { RETAINED_KINDS, type RetainedKind } from './retention.ts';

type Jobs = Pick<App, 'db' | 'firm_pool'>;
type Asked = { firm_id: string; kind: RetainedKind; until: Date; now: Date };

const ROWS_AT_ONCE = 5_000;
/** A snapshot is looked for in four tables before it goes. */
const SNAPSHOTS_AT_ONCE = 500;
const FIRMS_AT_ONCE = 1_000;
const DAY_MS = 86_400_000;

/**
 * Erases what is past its time, as the worker, a batch of each firm and kind; the next run goes on. Nothing has a
 * time unless somebody said so. What was erased stands in the log of its firm, in counts.
 */
export async function eraseOutlived(app: Jobs, now: Date): Promise<{ erased: number }> {
  const { rows } = await sql<{ firm_id: string; kind: string; keep_days: number }>`
    select firm_id, kind, keep_days from retention order by updated_at, firm_id, kind
    limit ${FIRMS_AT_ONCE * RETAINED_KINDS.length}`.execute(app.db);
  let erased = 0;
  for (const { firm_id, kind: written, keep_days } of rows) {
    const kind = RETAINED_KINDS.find((one) => one === written);
    if (!kind) continue;
    const count = await erase(app, {
      firm_id,
      kind,
      until: new Date(now.getTime() - keep_days * DAY_MS),
      now,
    });
    erased += count;
    if (count > 0) await tellFirm(app, firm_id, { kind, keep_days, count });
  }
  return { erased: erased + (await eraseSnapshots(app)) };
}

function erase(app: Jobs, asked: Asked): Promise<number> {
  const { firm_id, kind, until } = asked;
  const within = (work: (tx: Tx) => Promise<number>) => inFirm(app.firm_pool.db, firm_id, work);
  switch (kind) {
    case 'clearance_records':
      return within((tx) => eraseOldestMonth(tx, firm_id, until));
    case 'decisions':
      return within(eraseDecisions);
    case 'report_files':
      return within((tx) => eraseReportFiles(tx, asked));
    case 'alerts':
      return eraseAlerts(app, asked);
    case 'deliveries':
      return eraseDeliveries(app, asked);
    case 'audit_log':
      return eraseNames(app, asked);
    default:
      return kind satisfies never;
  }
}

async function eraseDecisions(tx: Tx): Promise<number> {
  const { rows } = await sql<{ erased: string }>`
    select erase_outlived_decisions(${ROWS_AT_ONCE}) as erased`.execute(tx);
  return Number(rows[0]?.erased ?? 0);
}

/** Files of reports; what a person confirmed from them stays in the report, and so does the decision. */
async function eraseReportFiles(tx: Tx, { firm_id, until }: Asked): Promise<number> {
  const { rows } = await sql<{ document_id: string }>`
    delete from report_document where (report_id, document_id) in (
      select r.report_id, r.document_id from report_document r join document d on d.id = r.document_id
      where r.firm_id = ${firm_id} and d.created_at < ${until} limit ${ROWS_AT_ONCE})
    returning document_id`.execute(tx);
  const ids = rows.map(({ document_id }) => document_id);
  const { numAffectedRows } = await sql`
    delete from document d where d.firm_id = ${firm_id} and d.id = any(${ids}::uuid[])
      and not exists (select from report_document r where r.document_id = d.id)
      and not exists (select from material_declaration m where m.document_id = d.id)`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

/** Alerts that were dealt with, with what was sent of them. One that still waits for somebody stays. */
async function eraseAlerts(app: Jobs, { firm_id, until }: Asked): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from alert where id in (
      select a.id from alert a
      where a.firm_id = ${firm_id} and a.created_at < ${until}
        and (a.acknowledged_at is not null or a.state in ('done', 'excluded'))
        and not exists (select from delivery d where d.alert_id = a.id and d.state = 'pending')
      order by a.created_at limit ${ROWS_AT_ONCE})`.execute(app.db);
  return Number(numAffectedRows ?? 0);
}

/** Deliveries that came to an end, with their attempts. */
async function eraseDeliveries(app: Jobs, { firm_id, until }: Asked): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from delivery where id in (
      select id from delivery where firm_id = ${firm_id} and created_at < ${until} and state <> 'pending'
      order by created_at limit ${ROWS_AT_ONCE})`.execute(app.db);
  return Number(numAffectedRows ?? 0);
}

/** The rows of the log stay, with their links, and name nobody. */
async function eraseNames(app: Jobs, { firm_id, until, now }: Asked): Promise<number> {
  const { numAffectedRows } = await sql`
    update audit_entry set erased_at = ${now}, actor_id = null, actor_name = null, subject = null, detail = '{}',
      address = null, user_agent = null
    where id in (
      select id from audit_entry where firm_id = ${firm_id} and erased_at is null and sequence is not null
        and actor_kind <> 'system'
        and occurred_at < ${until} order by occurred_at limit ${ROWS_AT_ONCE})`.execute(app.db);
  return Number(numAffectedRows ?? 0);
}

/**
 * What sources answered, by the operator's own setting and the clock of the database: never the newest of an
 * address, and never what an item, a transition, a revision or a version of a rule refers to.
 */
async function eraseSnapshots(app: Jobs): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from snapshot where id in (
      select s.id from snapshot s join operator_retention r on r.kind = 'snapshots'
      where s.fetched_at < now() - make_interval(days => r.keep_days)
        and exists (select from snapshot n where n.source_id = s.source_id and n.url = s.url
                    and (n.fetched_at, n.id) > (s.fetched_at, s.id))
        and not exists (select from item_sighting i where i.snapshot_id = s.id)
        and not exists (select from item_revision i where i.snapshot_id = s.id)
        and not exists (select from item_fetch i where i.snapshot_id = s.id)
        and not exists (select from pending_item_transition t where t.snapshot_id = s.id)
        and not exists (select from rule_version v where v.snapshot_id = s.id)
      order by s.fetched_at limit ${SNAPSHOTS_AT_ONCE})`.execute(app.db);
  const erased = Number(numAffectedRows ?? 0);
  if (erased > 0) await tellFirm(app, null, { kind: 'snapshots', count: erased });
  return erased;
}

async function tellFirm(
  app: Jobs,
  firm_id: string | null,
  { kind, count, keep_days }: { kind: string; count: number; keep_days?: number },
): Promise<void> {
  await recordAudit({ db: app.firm_pool.db }, firm_id, {
    ...{ kind: 'write', outcome: 'done', status: null, action: 'erase outlived', subject: kind },
    actor: { kind: 'system', id: null, name: null },
    detail: { erased: String(count), ...(keep_days === undefined ? {} : { days: String(keep_days) }) },
    ...{ address: null, user_agent: null, request_id: null },
  });
}
