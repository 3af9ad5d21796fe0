import { createHash, randomBytes } from 'node:crypto';
import { isScope, type Scope } from '#lib/domain/accounts/actor.ts';
import { isUuid } from '#lib/domain/text/uuid.ts';
import type { App } from '#lib/server/app.ts';
import { firmBySlug } from './firms.ts';
import { refusal, type Refusal } from './refusal.ts';

export type KeyOwner = { firm_slug: string } | { operator: true };
export type KeyInput = KeyOwner & {
  scopes: readonly string[];
  expires_days?: number | null;
  name?: string | null;
  requests_per_minute?: number | null;
  /** The person who asks, and what they may hand on; absent on the command line. */
  created_by?: { user_id: string; scopes: readonly Scope[] };
};
export type KeyState = 'active' | 'expired' | 'revoked';
export type ListedKey = {
  id: string;
  name: string;
  prefix: string;
  scopes: string[];
  state: KeyState;
  created_at: Date;
  expires_at: Date;
  last_used_at: Date | null;
  last_used_address: string | null;
  requests_per_minute: number | null;
  revoked_at: Date | null;
};

/** `glk_` and 32 random bytes in base64url. */
export const SECRET = /^glk_[A-Za-z0-9_-]{43}$/;
const SECRET_BYTES = 32;
/** Enough to tell keys apart, nothing to guess the rest from. */
const PREFIX_LENGTH = 'glk_'.length + 6;
const EXPIRES_DAYS_DEFAULT = 365;
/** Ten years: longer than the systems that hold a key. */
const EXPIRES_DAYS_MAX = 3650;
const NAME_LENGTH_MAX = 100;
const REQUESTS_PER_MINUTE_MAX = 1_000_000;
/** How long the old key goes on beside the new one: nobody changes every system in the same minute. */
export const OVERLAP_DAYS = [1, 7, 30] as const;
const LISTED_MAX = 500;
const DAY_MS = 86_400_000;

/** Creates a key. Its secret is in this answer and nowhere else; the database keeps its hash. */
export async function createKey(
  app: App,
  input: KeyInput,
): Promise<{ ok: true; id: string; name: string; secret: string; expires_at: Date } | Refusal> {
  const scopes = checkScopes(input);
  if ('ok' in scopes) return scopes;
  const expires_days = input.expires_days ?? EXPIRES_DAYS_DEFAULT;
  if (!Number.isInteger(expires_days) || expires_days < 1 || expires_days > EXPIRES_DAYS_MAX)
    return refusal('expiry_range', 'expires_days', { max: EXPIRES_DAYS_MAX });
  const name = input.name?.normalize('NFC').trim() || scopes.join(', ').slice(0, NAME_LENGTH_MAX);
  if (name.length > NAME_LENGTH_MAX) return refusal('key_name_long', 'name', { max: NAME_LENGTH_MAX });
  const limit = input.requests_per_minute ?? null;
  if (limit !== null && (!Number.isInteger(limit) || limit < 1 || limit > REQUESTS_PER_MINUTE_MAX))
    return refusal('key_limit', 'requests_per_minute', { max: REQUESTS_PER_MINUTE_MAX });
  const owner = await ownerOf(app, input);
  if ('ok' in owner) return owner;
  const secret = `glk_${randomBytes(SECRET_BYTES).toString('base64url')}`;
  const { id, expires_at } = await app.db
    .insertInto('auth.api_key')
    .values({
      firm_id: owner.firm_id,
      name,
      prefix: secret.slice(0, PREFIX_LENGTH),
      sha256: hashSecret(secret),
      scopes,
      expires_at: new Date(app.now().getTime() + expires_days * DAY_MS),
      created_by: input.created_by?.user_id ?? null,
      requests_per_minute: limit,
    })
    .returning(['id', 'expires_at'])
    .executeTakeFirstOrThrow();
  return { ok: true, id, name, secret, expires_at };
}

/** The keys of a firm or of the operator, newest first. */
export async function listKeys(
  app: App,
  owner: KeyOwner,
): Promise<{ ok: true; keys: ListedKey[] } | Refusal> {
  const found = await ownerOf(app, owner);
  if ('ok' in found) return found;
  const rows = await app.db
    .selectFrom('auth.api_key')
    .select(['id', 'name', 'prefix', 'scopes', 'created_at', 'expires_at', 'last_used_at', 'revoked_at'])
    .select(['last_used_address', 'requests_per_minute'])
    .where('firm_id', found.firm_id === null ? 'is' : '=', found.firm_id)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(LISTED_MAX)
    .execute();
  const now = app.now();
  return { ok: true, keys: rows.map((row) => ({ ...row, state: stateOf(row, now) })) };
}

/**
 * A new key with the name, scopes, limit and span of an old one, which goes on for the overlap and then ends by
 * itself. Once for each key; a successor is rotated in its turn.
 */
export async function rotateKey(
  app: App,
  key: KeyOwner & { id: string; overlap_days: number; by: string },
): Promise<{ ok: true; id: string; name: string; secret: string; old_ends_at: Date } | Refusal> {
  const overlap = OVERLAP_DAYS.find((days) => days === key.overlap_days);
  if (!overlap) return refusal('key_overlap', 'overlap_days');
  const owner = await ownerOf(app, key);
  if ('ok' in owner) return owner;
  if (!isUuid(key.id)) return refusal('key_unknown', 'id');
  const now = app.now();
  const secret = `glk_${randomBytes(SECRET_BYTES).toString('base64url')}`;
  return app.db.transaction().execute(async (tx) => {
    const old = await tx
      .selectFrom('auth.api_key')
      .select(['id', 'firm_id', 'name', 'scopes', 'created_at', 'expires_at', 'requests_per_minute'])
      .where('id', '=', key.id)
      .where('firm_id', owner.firm_id === null ? 'is' : '=', owner.firm_id)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', now)
      .forUpdate()
      .executeTakeFirst();
    if (!old) return refusal('key_unknown', 'id');
    const followed = await tx
      .selectFrom('auth.api_key')
      .select('id')
      .where('replaces', '=', old.id)
      .executeTakeFirst();
    if (followed) return refusal('key_rotated', 'id');
    const span_ms = old.expires_at.getTime() - old.created_at.getTime();
    const { id } = await tx
      .insertInto('auth.api_key')
      .values({
        ...{
          firm_id: old.firm_id,
          name: old.name,
          scopes: old.scopes,
          requests_per_minute: old.requests_per_minute,
        },
        ...{
          prefix: secret.slice(0, PREFIX_LENGTH),
          sha256: hashSecret(secret),
          replaces: old.id,
          created_by: key.by,
        },
        ...{ created_at: now, expires_at: new Date(now.getTime() + span_ms) },
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const old_ends_at = new Date(Math.min(old.expires_at.getTime(), now.getTime() + overlap * DAY_MS));
    await tx.updateTable('auth.api_key').set({ expires_at: old_ends_at }).where('id', '=', old.id).execute();
    return { ok: true, id, name: old.name, secret, old_ends_at };
  });
}

/** Ends a key at once and for good. */
export async function revokeKey(
  app: App,
  key: KeyOwner & { id: string },
): Promise<{ ok: true; name: string } | Refusal> {
  const owner = await ownerOf(app, key);
  if ('ok' in owner) return owner;
  if (!isUuid(key.id)) return refusal('key_unknown', 'id');
  const revoked = await app.db
    .updateTable('auth.api_key')
    .set({ revoked_at: app.now() })
    .where('id', '=', key.id)
    .where('firm_id', owner.firm_id === null ? 'is' : '=', owner.firm_id)
    .where('revoked_at', 'is', null)
    .returning('name')
    .executeTakeFirst();
  return revoked ? { ok: true, name: revoked.name } : refusal('key_unknown', 'id');
}

export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function checkScopes(input: KeyInput): Scope[] | Refusal {
  const scopes = [...new Set(input.scopes.map((scope) => scope.trim()).filter(Boolean))];
  if (scopes.length === 0) return refusal('scopes_missing', 'scopes');
  const known = scopes.filter(isScope);
  const unknown = scopes.find((scope) => !isScope(scope));
  if (unknown !== undefined) return refusal('scope_unknown', 'scopes', { scope: unknown });
  const beyond = input.created_by && known.find((scope) => !input.created_by?.scopes.includes(scope));
  return beyond ? refusal('scope_beyond', 'scopes', { scope: beyond }) : known;
}

async function ownerOf(app: App, owner: KeyOwner): Promise<{ firm_id: string | null } | Refusal> {
  if ('operator' in owner) return { firm_id: null };
  const firm = await firmBySlug(app, owner.firm_slug);
  return firm ? { firm_id: firm.id } : refusal('firm_unknown', 'firm', { slug: owner.firm_slug });
}

function stateOf(key: { revoked_at: Date | null; expires_at: Date }, now: Date): KeyState {
  if (key.revoked_at) return 'revoked';
  return key.expires_at <= now ? 'expired' : 'active';
}
