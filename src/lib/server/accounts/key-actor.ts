import {
  isFirmRole,
  isScope,
  scopesOfFirmRole,
  type Actor,
  type Firm,
  type Scope,
} from '#lib/domain/accounts/actor.ts';
import { sql } from 'kysely';
import type { App } from '#lib/server/app.ts';
import { problem, type Problem } from '#lib/server/http/problem.ts';
import { countGuess, guessesFrom } from './attempts.ts';
import { FIRM_COLUMNS } from './firms.ts';
import { hashSecret, SECRET } from './keys.ts';

type KeyActor = Extract<Actor, { kind: 'key' }>;
type Held = { ok: true; actor: KeyActor; key: Key } | { ok: false; problem: Problem };
type Found = { ok: true; actor: KeyActor } | { ok: false; problem: Problem };

const MINUTE_MS = 60_000;

/** The actor behind a key's secret; `slug` is the firm it wants to act for, null for its own. */
export async function actorOfKey(
  app: App,
  secret: string,
  asked: { slug: string | null; address: string },
): Promise<Found> {
  const { slug, address } = asked;
  const guesses = await guessesFrom(app, 'key', address);
  if (guesses > 0)
    return {
      ok: false,
      problem: problem(
        429,
        'Too many keys that do not hold came from this network address. Wait, and check the key that your program sends.',
        undefined,
        { 'retry-after': String(guesses) },
      ),
    };
  const found = await holderOf(app, secret, slug);
  if (found.ok) return limited(app, found, address);
  if (found.problem.status === 401) {
    await countGuess(app, 'key', address);
    // The beginning tells an owner which program goes wrong, and nobody the rest.
    app.log.warn({ address, key_prefix: secret.slice(0, 10), reason: found.problem.detail }, 'key refused');
  }
  return found;
}

async function holderOf(app: App, secret: string, slug: string | null): Promise<Held> {
  if (!SECRET.test(secret))
    return unauthorized('This is no key of Greenlane: a key begins with glk_ and has 47 characters.');
  const key = await keyOf(app, secret);
  if (!key)
    return unauthorized('This key is not known here. Check that it was copied whole, or create another.');
  const now = app.now();
  if (key.revoked_at)
    return unauthorized(
      `This key was revoked on ${dayOf(key.revoked_at)}. Ask an owner or administrator for another.`,
    );
  if (key.expires_at <= now)
    return unauthorized(
      `This key expired on ${dayOf(key.expires_at)}. Ask an owner or administrator for another.`,
    );
  if (key.is_suspended)
    return {
      ok: false,
      problem: problem(403, 'The operator has suspended this firm. Ask the operator why.'),
    };
  const own: KeyActor = {
    kind: 'key',
    id: key.id,
    name: key.name,
    firm: key.firm,
    firm_scopes: key.firm ? key.scopes : [],
    operator_scopes: key.firm ? [] : key.scopes,
  };
  const acting =
    slug === null || slug === key.firm?.slug
      ? { ok: true as const, actor: own }
      : await forClient(app, own, slug);
  return acting.ok ? { ...acting, key } : acting;
}

/** The key of a broker for a firm that granted the broker's firm a role: what both carry. */
async function forClient(app: App, own: KeyActor, slug: string): Promise<Found> {
  if (!own.firm)
    return {
      ok: false,
      problem: problem(
        403,
        'A key of the operator acts for no firm. Use a key of the firm, or of a firm that it granted a role.',
      ),
    };
  const grant = await app.db
    .selectFrom('auth.firm_grant')
    .innerJoin('auth.firm', 'auth.firm.id', 'auth.firm_grant.firm_id')
    .select([...FIRM_COLUMNS, 'auth.firm_grant.role'])
    .where('auth.firm.slug', '=', slug)
    .where('auth.firm_grant.grantee_firm_id', '=', own.firm.id)
    .where('auth.firm_grant.revoked_at', 'is', null)
    .where('auth.firm.suspended_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  // Unknown and ungranted get one answer: who is a client of this installation is nobody's business.
  if (!grant || !isFirmRole(grant.role))
    return {
      ok: false,
      problem: problem(
        404,
        `No firm with the slug "${slug.slice(0, 63)}" has granted ${own.firm.slug} a role.`,
      ),
    };
  const { role, ...firm } = grant;
  const granted = isFirmRole(role) ? scopesOfFirmRole(role) : [];
  return {
    ok: true,
    actor: { ...own, firm, firm_scopes: own.firm_scopes.filter((scope) => granted.includes(scope)) },
  };
}

type Key = {
  id: string;
  name: string;
  scopes: Scope[];
  expires_at: Date;
  revoked_at: Date | null;
  last_used_at: Date | null;
  firm: Firm | null;
  is_suspended: boolean;
  requests_per_minute: number | null;
};

async function keyOf(app: App, secret: string): Promise<Key | null> {
  const key = await app.db
    .selectFrom('auth.api_key')
    .select(['id', 'name', 'scopes', 'expires_at', 'revoked_at', 'last_used_at', 'firm_id'])
    .select('requests_per_minute')
    .where('sha256', '=', hashSecret(secret))
    .limit(1)
    .executeTakeFirst();
  if (!key) return null;
  const { firm_id, scopes, ...rest } = key;
  const found = firm_id === null ? null : await firmById(app, firm_id);
  const { suspended_at = null, ...firm } = found ?? {};
  return {
    ...rest,
    scopes: scopes.filter(isScope),
    firm: 'id' in firm ? firm : null,
    is_suspended: suspended_at !== null,
  };
}

async function firmById(app: App, id: string): Promise<Firm & { suspended_at: Date | null }> {
  return app.db
    .selectFrom('auth.firm')
    .select([...FIRM_COLUMNS, 'auth.firm.suspended_at'])
    .where('id', '=', id)
    .limit(1)
    .executeTakeFirstOrThrow();
}

/** Counts a request of a key that has a limit, over all processes; and remembers when and where a key was used. */
async function limited(
  app: App,
  { actor, key }: Extract<Held, { ok: true }>,
  address: string,
): Promise<Found> {
  const now = app.now();
  const { requests_per_minute } = key;
  if (requests_per_minute !== null) {
    const minute = new Date(Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS);
    const requests = await countUse(app, key.id, minute);
    if (requests > requests_per_minute) {
      const wait = String(Math.max(1, Math.ceil((minute.getTime() + MINUTE_MS - now.getTime()) / 1000)));
      const sentence = `This key may ask ${requests_per_minute} times a minute. Ask again in ${wait} s.`;
      return { ok: false, problem: problem(429, sentence, undefined, { 'retry-after': wait }) };
    }
  }
  await touch(app, { id: key.id, last_used_at: key.last_used_at, address, now });
  return { ok: true, actor };
}

async function countUse(app: App, key_id: string, minute: Date): Promise<number> {
  const { rows } = await sql<{ requests: number }>`
    insert into auth.key_use as used (key_id, minute, requests) values (${key_id}, ${minute}, 1)
    on conflict (key_id) do update set
      requests = case when used.minute = excluded.minute then used.requests + 1 else 1 end, minute = excluded.minute
    returning requests`.execute(app.db);
  return rows[0]?.requests ?? 0;
}

type Touched = { id: string; last_used_at: Date | null; address: string; now: Date };

/** Once a minute is exact enough for "last used", and a busy key does not write at every request. */
async function touch(app: App, { id, last_used_at, address, now }: Touched): Promise<void> {
  if (last_used_at && now.getTime() - last_used_at.getTime() < MINUTE_MS) return;
  const last_used_address = address.slice(0, 100) || null;
  await app.db
    .updateTable('auth.api_key')
    .set({ last_used_at: now, last_used_address })
    .where('id', '=', id)
    .execute();
}

function unauthorized(sentence: string): { ok: false; problem: Problem } {
  return {
    ok: false,
    problem: problem(401, sentence, undefined, {
      'www-authenticate': 'Bearer realm="greenlane", error="invalid_token"',
    }),
  };
}

function dayOf(instant: Date): string {
  return instant.toISOString().slice(0, 10);
}
