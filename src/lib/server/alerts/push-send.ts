import { sql } from 'kysely';
import type { Dispatcher } from 'undici';
import { z } from 'zod';
import { mailboxesOf } from '#lib/server/accounts/mailboxes.ts';
import type { App } from '#lib/server/app.ts';
import type { Seal } from '#lib/server/seal.ts';
import type { Claimed } from './claim.ts';
import type { Letter } from './letter.ts';
import { addressesOf } from '#lib/server/supervisor/address.ts';
import { vapidPair } from './push-browsers.ts';
import { encryptPush, vapidHeader } from './push-crypto.ts';
import { post, type Outcome } from './transport.ts';

/** A push service keeps a message for a browser that is off this long: as long as a mail is tried. */
const KEPT_SECONDS = 3 * 86_400;
/** Of a title so much is shown anywhere; the message has to fit one record. */
const TITLE_LENGTH_MAX = 300;
/** What push services answer of a browser that is no more. */
const GONE = new Set([404, 410]);
const BROWSERS_MAX = 20;

const keys = z.object({ p256dh: z.string(), auth: z.string() });
type Deps = { app: App; agent: Dispatcher; seal: Seal; deadline_ms: number };

/**
 * Tells every browser of a person: a title and where it leads, and nothing else. One that takes it is enough; those
 * that are gone are forgotten, and with the last of them the delivery ends.
 */
export async function sendPush(
  { app, agent, seal, deadline_ms }: Deps,
  claimed: Claimed,
  { letter, at }: { letter: Letter; at: Date },
): Promise<Outcome | 'cancelled'> {
  const { firm_id, user_id } = claimed;
  // Who left the firm is told nothing of it any more.
  if (user_id === null || (await mailboxesOf(app.firm_pool.db, [{ firm_id, user_id }])).length === 0)
    return 'cancelled';
  const { rows } = await sql<{ id: string; endpoint: string; keys_sealed: Buffer }>`
    select b.id, b.endpoint, b.keys_sealed from push_browser b
    where b.user_id = ${user_id} and b.firm_id is not distinct from ${firm_id}
    order by b.created_at limit ${BROWSERS_MAX}`.execute(app.db);
  const pair = await vapidPair(app);
  const text = JSON.stringify({
    title: letter.title.slice(0, TITLE_LENGTH_MAX),
    url: urlOf(app, letter),
    tag: letter.id,
  });
  const signal = AbortSignal.timeout(deadline_ms);
  const outcomes = await Promise.all(
    rows.map(async ({ id, endpoint, keys_sealed }) => {
      const body = encryptPush(text, keys.parse(JSON.parse(seal.open(keys_sealed))));
      const subject = mailtoOf(app.config.mail_from);
      const headers = {
        'content-type': 'application/octet-stream',
        'content-encoding': 'aes128gcm',
        ttl: String(KEPT_SECONDS),
        urgency: 'normal',
        authorization: vapidHeader(endpoint, pair, { at, subject }),
      };
      const outcome = await post(agent, { url: endpoint, headers, body }, { format: 'standard', signal });
      if (outcome.status !== null && GONE.has(outcome.status)) {
        await sql`delete from push_browser where id = ${id}`.execute(app.db);
        return null;
      }
      if (outcome.is_success)
        await sql`update push_browser set last_success_at = ${at} where id = ${id}`.execute(app.db);
      return outcome;
    }),
  );
  const there = outcomes.filter((outcome) => outcome !== null);
  return there.find(({ is_success }) => is_success) ?? there[0] ?? 'cancelled';
}

/** The alert itself, where the reason stands and it can be acknowledged; its evidence is a click further. */
function urlOf({ config }: App, { messages: [message], digest, url }: Letter): string {
  return message && !digest ? `${addressesOf(config).address}/alerts?id=${message.alert_id}` : url;
}

/** How the people of a push service reach those who run this. */
function mailtoOf(mail_from: string): string {
  const address = /[^\s<>]+@[^\s<>]+/.exec(mail_from)?.[0] ?? 'greenlane@localhost';
  return `mailto:${address}`;
}
