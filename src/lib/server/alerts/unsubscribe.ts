import { createHmac, timingSafeEqual } from 'node:crypto';
import { firmById } from '#lib/server/accounts/firms.ts';
import { mailboxesOf } from '#lib/server/accounts/mailboxes.ts';
import { madeOfSecret } from '#lib/server/accounts/secret.ts';
import type { App } from '#lib/server/app.ts';
import type { Config } from '#lib/server/config.ts';
import { asOwner } from '#lib/server/db/tenancy.ts';
import type { Recipient } from './recipient.ts';

const NOBODY = '-';
const TOKEN = /^(?<firm>-|[0-9a-f]{32})\.(?<user>-|[0-9a-f]{32})\.(?<mac>[A-Za-z0-9_-]{43})$/;

const signerOf = madeOfSecret(
  (secret) =>
    (named: string): string =>
      createHmac('sha256', secret).update(`unsubscribe ${named}`).digest('base64url'),
);

/** A link that stops the mails of one firm to one person, for mail programs that cannot sign in. It never expires. */
export async function unsubscribeToken(
  config: Pick<Config, 'data_dir'>,
  { firm_id, user_id }: Recipient,
): Promise<string> {
  const named = `${compact(firm_id)}.${compact(user_id)}`;
  const sign = await signerOf(config.data_dir);
  return `${named}.${sign(named)}`;
}

/** Whose mails a token stops; null when it was not made here. */
export async function readUnsubscribeToken(
  config: Pick<Config, 'data_dir'>,
  token: string,
): Promise<Recipient | null> {
  const found = TOKEN.exec(token)?.groups;
  if (!found) return null;
  const { firm = NOBODY, user = NOBODY, mac = '' } = found;
  const sign = await signerOf(config.data_dir);
  const expected = sign(`${firm}.${user}`);
  if (!timingSafeEqual(Buffer.from(mac), Buffer.from(expected))) return null;
  return { firm_id: expanded(firm), user_id: expanded(user) };
}

/** Whose mails a link stops, as its page says it; null for a link that is not valid. */
export async function describeUnsubscribe(
  app: App,
  token: string,
): Promise<{ recipient: Recipient; firm: string | null; who: string } | null> {
  const recipient = await readUnsubscribeToken(app.config, token);
  if (!recipient?.user_id) return null;
  const { firm_id, user_id } = recipient;
  const [mailbox] = await mailboxesOf(app.db, [{ firm_id, user_id }]);
  if (!mailbox) return null;
  const firm = firm_id === null ? null : await firmById(app, firm_id);
  return { recipient, firm: firm?.name ?? null, who: mailbox.email };
}

/** From now on no mail of this firm goes there; what waits is cancelled when its turn comes. */
export async function stopMail(app: App, { firm_id, user_id }: Recipient): Promise<void> {
  await asOwner(app.db, firm_id, (tx) =>
    tx
      .insertInto('mail_stop')
      .values({ firm_id, user_id, reason: 'unsubscribed' })
      .onConflict((conflict) => conflict.constraint('mail_stop_once').doNothing())
      .execute(),
  );
}

export async function resumeMail(app: App, { firm_id, user_id }: Recipient): Promise<void> {
  await asOwner(app.db, firm_id, (tx) =>
    tx
      .deleteFrom('mail_stop')
      .where('user_id', user_id === null ? 'is' : '=', user_id)
      .execute(),
  );
}

function compact(id: string | null): string {
  return id === null ? NOBODY : id.replaceAll('-', '');
}

function expanded(text: string): string | null {
  return text === NOBODY ? null : text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
