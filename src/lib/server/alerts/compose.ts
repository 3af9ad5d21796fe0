import { sql } from 'kysely';
import type { Language } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import type { App } from '#lib/server/app.ts';
import { addressesOf } from '#lib/server/supervisor/address.ts';
import type { Claimed } from './claim.ts';
import { impactOf, reasonsOf, type Contents, type EventRow } from './content.ts';
import { DIGEST_MESSAGES_MAX, type Letter } from './letter.ts';
import { messageOf, type Message } from './message.ts';
import type { Templates } from './templates.ts';

/** What a delivery says, made anew from rows that do not change, so that every attempt says the same. */
export async function letterOf(
  app: App,
  { contents, templates }: { contents: Contents; templates: Templates },
  claimed: Claimed,
): Promise<Letter> {
  const { address } = addressesOf(app.config);
  const id = `msg_${claimed.id}`;
  const template = await templateFor(templates, claimed);
  if (claimed.digest_id !== null) return digestLetter(app, contents, { claimed, address, id, template });
  const row = eventRowOf(claimed);
  const message = messageOf(await contents.of(row), {
    alert_id: claimed.alert_id ?? '',
    language: claimed.language,
    address,
    reasons: reasonsFor(claimed, claimed.reasons),
    impact: impactOf(claimed.impact),
  });
  return {
    template,
    id,
    language: claimed.language,
    title: message.title,
    at: row.occurred_at,
    messages: [message],
    digest: null,
    url: message.url,
  };
}

/** Programs read a shape of their own, and a push is a line: nothing is worded there. */
function templateFor(templates: Templates, claimed: Claimed): Promise<Letter['template']> {
  const { language, firm_id, digest_id } = claimed;
  if (claimed.channel === 'push' || claimed.format === 'standard') return Promise.resolve(null);
  const channel = claimed.channel === 'email' ? 'email' : 'robot';
  return templates.of({ firm_id, language, channel: digest_id === null ? channel : `${channel}_digest` });
}

function eventRowOf({ event_id, kind, occurred_at, subject_id, data }: Claimed): EventRow {
  if (event_id === null || kind === null || occurred_at === null)
    throw new Error('a delivery of an alert has its event');
  return { event_id, kind, occurred_at, subject_id, data };
}

/** A person is told by their own subscriptions and the firm's; an endpoint by the firm's. */
function reasonsFor({ user_id }: Claimed, stored: unknown) {
  return reasonsOf(stored).filter((reason) => reason.user_id === null || reason.user_id === user_id);
}

type Entry = EventRow & { alert_id: string; reasons: unknown; impact: unknown };

async function digestLetter(
  app: App,
  contents: Contents,
  {
    claimed,
    address,
    id,
    template,
  }: { claimed: Claimed; address: string; id: string; template: Letter['template'] },
): Promise<Letter> {
  const { language, digest_id } = claimed;
  const digest = await app.db
    .selectFrom('digest')
    .leftJoin('auth.firm', 'auth.firm.id', 'digest.firm_id')
    .select(['digest.mode', 'digest.period_end', 'auth.firm.time_zone'])
    .where('digest.id', '=', digest_id)
    .executeTakeFirstOrThrow();
  const { rows } = await sql<Entry & { total: string }>`
    select a.id as alert_id, a.reasons, a.impact, e.id as event_id, e.kind, e.occurred_at, e.subject_id, e.data,
           count(*) over () as total
    from digest_entry n join alert a on a.id = n.alert_id join event e on e.id = a.event_id
    where n.digest_id = ${digest_id} order by e.transaction_id, e.id limit ${DIGEST_MESSAGES_MAX}`.execute(
    app.db,
  );
  const messages: Message[] = [];
  for (const { alert_id, reasons, impact, ...row } of rows)
    messages.push(
      messageOf(await contents.of(row), {
        alert_id,
        language,
        address,
        reasons: reasonsFor(claimed, reasons),
        impact: impactOf(impact),
      }),
    );
  const count = Number(rows[0]?.total ?? 0);
  return {
    id,
    language,
    ...digestParts(language, { count, ...digest }),
    at: digest.period_end,
    messages,
    url: `${address}/alerts`,
    template,
  };
}

/** The title of a digest and what is said of its period. */
export function digestParts(
  language: Language,
  {
    count,
    mode,
    period_end,
    time_zone,
  }: { count: number; mode: string; period_end: Date; time_zone: string | null },
): Pick<Letter, 'title' | 'digest'> {
  const until = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: time_zone ?? 'Asia/Shanghai',
  }).format(period_end);
  const title = textsOf(language)('alerts.digest.title', { n: count, at: until });
  return { title, digest: { mode, period_end, count, until } };
}
