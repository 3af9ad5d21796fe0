import { sql } from 'kysely';
import type { z } from 'zod';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import {
  metricAlertSchema,
  type metricAlertPatch,
  type MetricAlert,
  type MetricState,
} from '#lib/domain/alerts/metric-alert.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { alertRefusal, type AlertRefusal } from './refusal.ts';

export type StoredMetricAlert = {
  id: string;
  content: MetricAlert;
  state: MetricState;
  /** The period in which it came to this state; null before the first look. */
  state_since: string | null;
  is_told: boolean;
  told_count: number;
  last_period: string | null;
  last_value: number | null;
  no_data_since: string | null;
  evaluated_at: Date | null;
  revision: number;
  key: string;
};

/** Each is looked at every quarter of an hour. */
export const METRIC_ALERTS_MAX = 100;

const columns = sql`
  m.id, m.content, m.state, m.state_since, m.is_told, m.told_count, m.last_period, m.last_value, m.no_data_since,
  m.evaluated_at, m.revision, m.created_at::text as key`;

type Row = Omit<StoredMetricAlert, 'content'> & { content: unknown };

function storedOf({ content, ...row }: Row): StoredMetricAlert {
  return { ...row, content: metricAlertSchema.parse(content) };
}

export async function listMetricAlerts(
  app: App,
  firm: Firm,
  page: { limit: number; after?: readonly [string, string] | undefined },
): Promise<StoredMetricAlert[]> {
  const { after, limit } = page;
  return inFirm(app.db, firm.id, async (tx) => {
    const { rows } = await sql<Row>`
      select ${columns} from metric_alert m
      where ${after ? sql`(m.created_at, m.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : sql`true`}
      order by m.created_at desc, m.id desc limit ${limit}`.execute(tx);
    return rows.map(storedOf);
  });
}

type Found = { ok: true; metric_alert: StoredMetricAlert } | AlertRefusal;

export async function findMetricAlert(app: App, firm: Firm, id: string): Promise<Found> {
  return inFirm(app.db, firm.id, (tx) => readMetricAlert(tx, id));
}

export async function readMetricAlert(tx: Tx, id: string): Promise<Found> {
  const { rows } = await sql<Row>`select ${columns} from metric_alert m where m.id = ${id} limit 1`.execute(
    tx,
  );
  const [row] = rows;
  return row ? { ok: true, metric_alert: storedOf(row) } : alertRefusal('metric_unknown');
}

export async function createMetricAlert(app: App, firm: Firm, content: MetricAlert): Promise<Found> {
  return inFirm(app.db, firm.id, async (tx) => {
    const { rows: counted } = await sql<{
      count: number;
    }>`select count(*)::int as count from metric_alert`.execute(tx);
    if ((counted[0]?.count ?? 0) >= METRIC_ALERTS_MAX)
      return alertRefusal('metrics_many', undefined, { max: METRIC_ALERTS_MAX });
    const { id } = await tx
      .insertInto('metric_alert')
      .values({ firm_id: firm.id, content: JSON.stringify(content), is_enabled: content.is_enabled })
      .returning('id')
      .executeTakeFirstOrThrow();
    return readMetricAlert(tx, id);
  });
}

/**
 * Changes what is asked. It begins anew: what the old question was told of is no part of the new one, but for
 * switching off and on and its name.
 */
export async function changeMetricAlert(
  app: App,
  firm: Firm,
  { id, change }: { id: string; change: z.infer<typeof metricAlertPatch> },
): Promise<Found | { ok: false; issues: string }> {
  return inFirm(app.db, firm.id, async (tx) => {
    await sql`select from metric_alert where id = ${id} for update`.execute(tx);
    const found = await readMetricAlert(tx, id);
    if (!found.ok) return found;
    const read = metricAlertSchema.safeParse({ ...found.metric_alert.content, ...change });
    if (!read.success) return { ok: false, issues: read.error.issues[0]?.message ?? '' };
    const is_new = Object.keys(change).some((field) => field !== 'is_enabled' && field !== 'name');
    await sql`
      update metric_alert
      set content = ${JSON.stringify(read.data)}::jsonb, is_enabled = ${read.data.is_enabled}, revision = revision + 1,
          updated_at = now(), evaluated_at = null
          ${is_new ? sql`, state = 'ok', state_since = null, is_told = false, last_period = null, last_value = null, no_data_since = null` : sql``}
      where id = ${id}`.execute(tx);
    return readMetricAlert(tx, id);
  });
}

export async function deleteMetricAlert(
  app: App,
  firm: Firm,
  id: string,
): Promise<{ ok: true } | AlertRefusal> {
  return inFirm(app.db, firm.id, async (tx) => {
    const gone = await tx.deleteFrom('metric_alert').where('id', '=', id).executeTakeFirst();
    return gone.numDeletedRows > 0n ? { ok: true } : alertRefusal('metric_unknown');
  });
}
