import { sql } from 'kysely';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import type { JudgedPeriod } from '#lib/domain/alerts/metric-alert.ts';
import { firmById } from '#lib/server/accounts/firms.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { appendEvent } from '#lib/server/events/append.ts';
import { readMetricAlert, type StoredMetricAlert } from './metric-alerts.ts';
import { metricHistory } from './metric-history.ts';

/** Looked at in one run; who waits longest is first. */
const PER_RUN = 500;
/** An import changes periods that are over, so that each is judged again this often. */
const EVERY_MINUTES = 15;

/** Judges the alerts on hours that are due, each in its firm, and tells what changed. */
export async function watchHours(app: App): Promise<{ judged: number; told: number }> {
  const { rows } = await sql<{ id: string; firm_id: string }>`
    select m.id, m.firm_id from metric_alert m
    where m.is_enabled and (m.evaluated_at is null or m.evaluated_at < now() - make_interval(mins => ${EVERY_MINUTES}))
    order by m.evaluated_at nulls first limit ${PER_RUN}`.execute(app.db);
  // Numbers are read as the firm's own, under its policies.
  const own: App = { ...app, db: app.firm_pool.db, pool: app.firm_pool };
  let [judged, told] = [0, 0];
  for (const { id, firm_id } of rows) {
    const firm = await firmById(own, firm_id);
    const result = firm && (await judgeOne(own, firm, id));
    if (!result) continue;
    judged += 1;
    told += result.is_told ? 1 : 0;
  }
  return { judged, told };
}

/** Null where it was changed or deleted while its numbers were read: the next run takes it as it is then. */
async function judgeOne(app: App, firm: Firm, id: string): Promise<{ is_told: boolean } | null> {
  const before = await inFirm(app.db, firm.id, (tx) => readMetricAlert(tx, id));
  if (!before.ok) return null;
  const { content, revision } = before.metric_alert;
  const { judged } = await metricHistory(app, firm, content);
  return inFirm(app.db, firm.id, async (tx) => {
    await sql`select from metric_alert where id = ${id} for update`.execute(tx);
    const found = await readMetricAlert(tx, id);
    if (!found.ok || found.metric_alert.revision !== revision) return null;
    return keepJudgement(tx, firm, found.metric_alert, judged);
  });
}

/**
 * What the whole history comes to is kept, and told where it differs from what was told: so an import of last
 * month's records tells once, late, and what has recovered by then is not told at all.
 */
async function keepJudgement(
  tx: Tx,
  firm: Firm,
  alert: StoredMetricAlert,
  judged: readonly JudgedPeriod[],
): Promise<{ is_told: boolean }> {
  const last = judged.at(-1);
  if (!last) return { is_told: false };
  const change = judged.findLast(({ told }) => told !== null);
  const is_told = change?.told === 'fired';
  const has_news = is_told !== alert.is_told && !last.is_muted;
  const known = judged.findLast(({ is_no_data }) => !is_no_data);
  const since = judged.findLast((one, index) => one.state !== (judged[index - 1]?.state ?? null));
  const first_empty = last.is_no_data ? judged[judged.findLastIndex((one) => !one.is_no_data) + 1] : null;
  await sql`
    update metric_alert
    set state = ${last.state}, state_since = ${since?.period ?? null}, last_period = ${known?.period ?? null},
        last_value = ${known?.value ?? null}, no_data_since = ${first_empty?.period ?? null}, evaluated_at = now(),
        is_told = ${has_news ? is_told : alert.is_told}, told_count = told_count + ${has_news ? 1 : 0}
    where id = ${alert.id}`.execute(tx);
  if (!has_news) return { is_told: false };
  const { name, comparison, fire_above, recover_at, customs_office, category, statistic, measure, grain } =
    alert.content;
  await appendEvent(tx, {
    kind: 'clearance.threshold',
    audience: { firm_id: firm.id },
    subject_id: alert.id,
    unique_key: `clearance.threshold:${alert.id}:${alert.told_count + 1}`,
    data: {
      title: name,
      state: is_told ? 'fired' : 'recovered',
      period: change?.period ?? known?.period ?? null,
      value: change?.value ?? known?.value ?? null,
      hours: change?.hours ?? known?.hours ?? null,
      n: change?.n ?? known?.n ?? 0,
      ...{ comparison, fire_above, recover_at, customs_office, category, statistic, measure, grain },
    },
    about: {
      ...(category === null ? {} : { categories: [category] }),
      ...(customs_office === null ? {} : { districts: [`${customs_office.slice(0, 2)}00`] }),
    },
  });
  return { is_told: true };
}
