import { sql } from 'kysely';
import type { Language, TextKey } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import type { App } from '#lib/server/app.ts';
import { asOwner } from '#lib/server/db/tenancy.ts';
import type { Row, Sheet } from '#lib/server/exports/sheet.ts';
import { recipientOf, type Who } from './recipient.ts';

/** A version of a rule that somebody was told of. */
export type ToldVersion = { version_id: string; title: string; label: string };

type ToldRow = {
  at: Date;
  kind: string;
  what: 'inbox' | 'email' | 'webhook' | 'push' | 'acknowledged' | 'withheld';
  to_whom: string | null;
  state: string;
  attempts: number | null;
  finished_at: Date | null;
  problem: string | null;
  is_digest: boolean;
  message_id: string | null;
};

const VERSIONS_MAX = 200;
/** One firm or the operator: people, addresses and their receipts, far below this. */
const ROWS_MAX = 100_000;

/** The versions that the inbox or a delivery of somebody names, the newest first. */
export async function toldVersions(app: App, { actor, firm }: Who): Promise<ToldVersion[]> {
  const { rows } = await asOwner(app.db, recipientOf(actor, firm).firm_id, (tx) =>
    sql<ToldVersion>`
      select e.subject_id as version_id, (array_agg(e.data ->> 'title'))[1] as title, (array_agg(e.data ->> 'label'))[1] as label
      from event e
      join (select a.event_id, a.created_at from alert a union all select w.event_id, w.at from alert_withheld w) a
        on a.event_id = e.id
      where e.kind in ('rule.published', 'rule.withdrawn') and e.subject_id is not null
      group by e.subject_id order by max(a.created_at) desc limit ${VERSIONS_MAX}`.execute(tx),
  );
  return rows;
}

/** Who was told what of a version and when, by which way, and who said that they had read it. */
export async function toldSheet(
  app: App,
  { actor, firm }: Who,
  { version, language }: { version: ToldVersion; language: Language },
): Promise<Sheet> {
  const text = textsOf(language);
  const rows = await asOwner(app.db, recipientOf(actor, firm).firm_id, async (tx) => {
    const found = await sql<ToldRow>`
      with told as (
        select a.id, a.created_at, a.in_inbox, e.kind from alert a join event e on e.id = a.event_id
        where e.subject_id = ${version.version_id} and e.kind in ('rule.published', 'rule.withdrawn')
      ), sent as (
        select t.kind, d.*, false as is_digest from told t join delivery d on d.alert_id = t.id
        union all
        select t.kind, d.*, true from told t join digest_entry n on n.alert_id = t.id
        join delivery d on d.digest_id = n.digest_id
      )
      select t.created_at as at, t.kind, 'inbox' as what, null as to_whom, 'delivered' as state, null::int as attempts,
             t.created_at as finished_at, null as problem, false as is_digest, null as message_id
      from told t where t.in_inbox
      union all
      select s.created_at, s.kind, s.channel, coalesce(u.name || ' <' || u.email || '>', p.url), s.state,
             (select count(*)::int from delivery_attempt r where r.delivery_id = s.id), s.finished_at, s.problem,
             s.is_digest, 'msg_' || s.id
      from sent s left join auth."user" u on u.id = s.user_id left join endpoint p on p.id = s.endpoint_id
      union all
      select c.at, t.kind, 'acknowledged', c.actor_name, 'acknowledged', null, c.at, null, false, null
      from told t join alert_act c on c.alert_id = t.id and c.act = 'acknowledged'
      union all
      -- Who was left out, and because of what: a person by their own subscription, else the firm.
      select w.at, e.kind, 'withheld', u.name || ' <' || u.email || '>', 'withheld', null, w.at,
             concat_ws(': ', x.created_by, x.reason), false, null
      from alert_withheld w join event e on e.id = w.event_id join subscription_exclusion x on x.id = w.exclusion_id
      join subscription s on s.id = w.subscription_id left join auth."user" u on u.id = s.user_id
      where e.subject_id = ${version.version_id} and e.kind in ('rule.published', 'rule.withdrawn')
      order by 1, 3, 4 limit ${ROWS_MAX}`.execute(tx);
    return found.rows;
  });
  const whole = text('deliveries.told.whole');
  return {
    columns: [
      { head: text('deliveries.told.at'), kind: 'instant' },
      { head: text('deliveries.told.event'), kind: 'text' },
      { head: text('deliveries.told.version'), kind: 'text' },
      { head: text('deliveries.told.way'), kind: 'text' },
      { head: text('deliveries.told.whom'), kind: 'text' },
      { head: text('deliveries.told.state'), kind: 'text' },
      { head: text('deliveries.told.finished'), kind: 'instant' },
      { head: text('deliveries.told.attempts'), kind: 'count' },
      { head: text('deliveries.told.problem'), kind: 'text' },
      { head: text('deliveries.told.digest'), kind: 'text' },
      { head: text('deliveries.told.message'), kind: 'text' },
    ],
    rows: [
      rows.map((row): Row => {
        const state = STATE_NAME[row.state];
        return [
          row.at,
          text(row.kind === 'rule.withdrawn' ? 'deliveries.told.withdrawn' : 'deliveries.told.published'),
          `${version.title}, ${version.label}`,
          text(WAY_NAME[row.what]),
          row.to_whom ?? whole,
          state ? text(state) : row.state,
          row.finished_at,
          row.attempts,
          row.problem,
          text(row.is_digest ? 'deliveries.told.yes' : 'deliveries.told.no'),
          row.message_id,
        ];
      }),
    ],
    about: (rows_written) => [
      [text('deliveries.told.title'), text('deliveries.told.about', { rows: rows_written })],
      [text('deliveries.told.version'), `${version.title}, ${version.label} (${version.version_id})`],
      [text('deliveries.told.of'), firm?.name ?? text('alerts.unsubscribed.operator')],
    ],
  };
}

const WAY_NAME = {
  inbox: 'alerts.subscriptions.inbox',
  email: 'alerts.subscriptions.email',
  webhook: 'alerts.subscriptions.webhook',
  push: 'alerts.subscriptions.push',
  acknowledged: 'deliveries.told.acknowledged',
  withheld: 'exclusions.way',
} as const satisfies Record<ToldRow['what'], TextKey>;

const STATE_NAME: Readonly<Record<string, TextKey>> = {
  pending: 'deliveries.state.pending',
  delivered: 'deliveries.state.delivered',
  dead: 'deliveries.state.dead',
  cancelled: 'deliveries.state.cancelled',
  acknowledged: 'deliveries.told.acknowledged',
  withheld: 'exclusions.left_out',
};
