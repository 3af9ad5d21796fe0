import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Actor, Firm } from '#lib/domain/accounts/actor.ts';
import type { App } from '#lib/server/app.ts';
import { asOwner } from '#lib/server/db/tenancy.ts';
import { recipientOf } from './recipient.ts';
import { alertRefusal, type AlertRefusal } from './refusal.ts';

export type ListedFeed = { id: string; prefix: string; created_at: Date };

/** `glf_`, the firm, and 32 random bytes: the firm says under whose policies the rest is looked up. */
const TOKEN = /^glf_([0-9a-f]{32})_([A-Za-z0-9_-]{43})$/;
const SECRET_BYTES = 32;
const PREFIX_LENGTH = 6;
const FEEDS_MAX = 100;

type Who = { actor: Actor; firm: Firm };

/** A token for programs that read feeds and cannot sign in. It is in this answer and nowhere else. */
export async function createFeedToken(
  app: App,
  { actor, firm }: Who,
): Promise<{ id: string; token: string; created_at: Date }> {
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  const { user_id } = recipientOf(actor, firm);
  const made = await asOwner(app.db, firm.id, (tx) =>
    tx
      .insertInto('feed_token')
      .values({ firm_id: firm.id, user_id, sha256: sha256(secret), prefix: secret.slice(0, PREFIX_LENGTH) })
      .returning(['id', 'created_at'])
      .executeTakeFirstOrThrow(),
  );
  return { ...made, token: `glf_${firm.id.replaceAll('-', '')}_${secret}` };
}

export async function listFeedTokens(app: App, { firm }: Pick<Who, 'firm'>): Promise<ListedFeed[]> {
  return asOwner(app.db, firm.id, (tx) =>
    tx
      .selectFrom('feed_token')
      .select(['id', 'prefix', 'created_at'])
      .where('revoked_at', 'is', null)
      .orderBy('created_at', 'desc')
      .limit(FEEDS_MAX)
      .execute(),
  );
}

/** From now on the token opens nothing. */
export async function revokeFeedToken(
  app: App,
  { firm }: Pick<Who, 'firm'>,
  id: string,
): Promise<{ ok: true } | AlertRefusal> {
  const { numUpdatedRows } = await asOwner(app.db, firm.id, (tx) =>
    tx
      .updateTable('feed_token')
      .set({ revoked_at: sql<Date>`now()` })
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .executeTakeFirst(),
  );
  return numUpdatedRows > 0n ? { ok: true } : alertRefusal('feed_unknown');
}

/** The firm whose feed a token opens; null for one that was revoked or never made. */
export async function firmOfFeedToken(app: App, token: string): Promise<string | null> {
  const [, firm = '', secret = ''] = TOKEN.exec(token) ?? [];
  if (firm === '') return null;
  const firm_id = firm.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const found = await asOwner(app.db, firm_id, (tx) =>
    tx
      .selectFrom('feed_token')
      .select('firm_id')
      .where('sha256', '=', sha256(secret))
      .where('revoked_at', 'is', null)
      .limit(1)
      .executeTakeFirst(),
  );
  return found?.firm_id ?? null;
}

function sha256(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
