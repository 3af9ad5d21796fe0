import { timingSafeEqual } from 'node:crypto';
import { sql } from 'kysely';
import { Webhook } from 'standardwebhooks';
import { sealOf } from '#lib/server/seal.ts';
import { newSecret } from '#lib/server/alerts/sign.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';

export type Platform = { id: string; name: string; created_at: Date; last_event_at: Date | null };

/** A firm clears through a few platforms. */
export const PLATFORMS_MAX = 20;
/** Standard Webhooks: an older or younger timestamp is a replay, or a clock that is wrong. */
const TOLERANCE_SECONDS = 5 * 60;

/** Platforms that may send, the newest first. */
export function platformsOf(tx: Tx): Promise<Platform[]> {
  return tx
    .selectFrom('code_platform')
    .select(['id', 'name', 'created_at', 'last_event_at'])
    .where('revoked_at', 'is', null)
    .orderBy('created_at', 'desc')
    .limit(PLATFORMS_MAX)
    .execute();
}

/** The secret stands in this answer and nowhere else that can be read. Null where there are too many. */
export async function addPlatform(
  app: App,
  firm_id: string,
  name: string,
): Promise<{ id: string; secret: string; path: string } | null> {
  const secret = newSecret();
  const seal = await sealOf(app.config);
  const id = await inFirm(app.db, firm_id, async (tx) => {
    if ((await platformsOf(tx)).length >= PLATFORMS_MAX) return null;
    const made = await tx
      .insertInto('code_platform')
      .values({ firm_id, name, secret_sealed: seal.close(secret) })
      .returning('id')
      .executeTakeFirstOrThrow();
    return made.id;
  });
  return id === null ? null : { id, secret, path: `/api/v1/codes/events/${addressOf(firm_id, id)}` };
}

/** From then on its events are refused; what it sent stays. */
export async function revokePlatform(tx: Tx, id: string, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('code_platform')
    .set({ revoked_at: now })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** The firm first, so that the platform is looked up among the rows of that firm alone. It is no secret. */
function addressOf(firm_id: string, id: string): string {
  return `${firm_id}${id}`.replaceAll('-', '');
}

function idsOf(address: string): { firm_id: string; id: string } | null {
  if (!/^[0-9a-f]{64}$/.test(address)) return null;
  const uuid = (hex: string) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { firm_id: uuid(address.slice(0, 32)), id: uuid(address.slice(32)) };
}

export type SignedBody = {
  id: string | null;
  timestamp: string | null;
  signatures: string | null;
  body: string;
};

/** The platform that signed this body as Standard Webhooks has it; null where none did, or not lately. */
export async function platformOf(
  app: App,
  address: string,
  signed: SignedBody,
): Promise<{ firm_id: string; platform_id: string } | null> {
  const ids = idsOf(address);
  if (!ids) return null;
  const row = await inFirm(app.db, ids.firm_id, async (tx) => {
    const { rows } = await sql<{ secret_sealed: Buffer }>`
      select secret_sealed from code_platform where id = ${ids.id} and revoked_at is null limit 1`.execute(
      tx,
    );
    return rows[0];
  });
  if (!row) return null;
  const secret = (await sealOf(app.config)).open(row.secret_sealed);
  return isSigned(secret, signed, app.now()) ? { firm_id: ids.firm_id, platform_id: ids.id } : null;
}

/** By our own clock and not that of the library, which reads the machine's. */
function isSigned(secret: string, { id, timestamp, signatures, body }: SignedBody, now: Date): boolean {
  if (!id || !signatures || !timestamp || !/^\d{1,12}$/.test(timestamp)) return false;
  const at = new Date(Number(timestamp) * 1000);
  if (Math.abs(now.getTime() - at.getTime()) > TOLERANCE_SECONDS * 1000) return false;
  const expected = Buffer.from(new Webhook(secret).sign(id, at, body));
  return signatures.split(' ').some((signature) => {
    const sent = Buffer.from(signature);
    return sent.length === expected.length && timingSafeEqual(sent, expected);
  });
}

export async function noteEvent(tx: Tx, platform_id: string, now: Date): Promise<void> {
  await tx.updateTable('code_platform').set({ last_event_at: now }).where('id', '=', platform_id).execute();
}
