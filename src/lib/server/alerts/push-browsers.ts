import { sql } from 'kysely';
import type { App } from '#lib/server/app.ts';
import { asOwner } from '#lib/server/db/tenancy.ts';
import { isUrlAllowed } from '#lib/server/net/url-allowed.ts';
import { sealOf } from '#lib/server/seal.ts';
import { newVapidPair, type PushTarget, type VapidPair } from './push-crypto.ts';
import { recipientOf, type Who } from './recipient.ts';
import { alertRefusal, type AlertRefusal } from './refusal.ts';

export type PushBrowser = { id: string; host: string; created_at: Date; last_success_at: Date | null };

/** A person has a few devices. */
const BROWSERS_MAX = 20;

/** The pair of this installation, made when it is first asked for; two that ask at once get the same. */
export async function vapidPair(app: Pick<App, 'db' | 'config'>): Promise<VapidPair> {
  const seal = await sealOf(app.config);
  const read = async () => {
    const row = await app.db
      .selectFrom('push_key')
      .select(['public_key', 'private_key_sealed'])
      .executeTakeFirst();
    return row && { public_key: row.public_key, private_key: seal.open(row.private_key_sealed) };
  };
  const known = await read();
  if (known) return known;
  const { public_key, private_key } = newVapidPair();
  await app.db
    .insertInto('push_key')
    .values({ public_key, private_key_sealed: seal.close(private_key) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const made = await read();
  if (!made) throw new Error('the pair for browser push was not kept');
  return made;
}

/** A browser of the person who asks, in the firm that they work in. */
export async function addBrowser(
  app: App,
  { actor, firm }: Who,
  { endpoint, p256dh, auth }: PushTarget,
): Promise<{ ok: true; id: string } | AlertRefusal> {
  const { firm_id, user_id } = recipientOf(actor, firm);
  if (user_id === null) return alertRefusal('push_is_personal');
  const allowed = await isUrlAllowed(endpoint, app.config.allow_private_addresses);
  if (allowed === 'bad_url') return alertRefusal('address_unusable', 'endpoint');
  if (allowed === 'address_not_allowed') return alertRefusal('address_not_allowed', 'endpoint');
  const keys_sealed = (await sealOf(app.config)).close(JSON.stringify({ p256dh, auth }));
  return asOwner(app.db, firm_id, async (tx) => {
    const { rows: known } =
      await sql`select id from push_browser where user_id = ${user_id} and endpoint <> ${endpoint}`.execute(
        tx,
      );
    if (known.length >= BROWSERS_MAX) return alertRefusal('browsers_many', undefined, { max: BROWSERS_MAX });
    const { id } = await tx
      .insertInto('push_browser')
      .values({ firm_id, user_id, endpoint, keys_sealed })
      .onConflict((conflict) => conflict.constraint('push_browser_once').doUpdateSet({ keys_sealed }))
      .returning('id')
      .executeTakeFirstOrThrow();
    return { ok: true, id };
  });
}

/** One's own browsers; of each only the host of its push service is shown. */
export async function listBrowsers(app: App, { actor, firm }: Who): Promise<PushBrowser[]> {
  const { firm_id, user_id } = recipientOf(actor, firm);
  if (user_id === null) return [];
  const rows = await asOwner(app.db, firm_id, (tx) =>
    tx
      .selectFrom('push_browser')
      .select(['id', 'endpoint', 'created_at', 'last_success_at'])
      .where('user_id', '=', user_id)
      .orderBy('created_at', 'desc')
      .limit(BROWSERS_MAX)
      .execute(),
  );
  return rows.map(({ endpoint, ...row }) => ({ ...row, host: new URL(endpoint).host }));
}

export async function removeBrowser(
  app: App,
  { actor, firm }: Who,
  id: string,
): Promise<{ ok: true } | AlertRefusal> {
  const { firm_id, user_id } = recipientOf(actor, firm);
  const { numDeletedRows } = await asOwner(app.db, firm_id, (tx) =>
    tx
      .deleteFrom('push_browser')
      .where('id', '=', id)
      .where('user_id', '=', user_id)
      .executeTakeFirstOrThrow(),
  );
  return numDeletedRows > 0n ? { ok: true } : alertRefusal('browser_unknown');
}
