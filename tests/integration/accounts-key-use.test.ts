import { beforeAll, expect, test } from 'vitest';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { authenticate } from '#lib/server/accounts/authenticate.ts';
import { createKey, listKeys, rotateKey } from '#lib/server/accounts/keys.ts';
import { createUser } from '#lib/server/accounts/people.ts';
import { PASSWORD, restarted, useDataDir } from '../support/accounts.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm } from '../support/factories.ts';

const data_dir = useDataDir();
const database = useDatabase({ DATA_DIR: data_dir });
const DAY_MS = 86_400_000;
let firm: Firm;
let by = '';

beforeAll(async () => {
  firm = await createFirm(database.current.owner);
  const person = { email: 'k@example.org', password: PASSWORD, firm_slug: firm.slug, role: 'owner' };
  const made = await createUser(database.current.app, person);
  if (!made.ok) throw new Error(made.problem);
  by = made.user_id;
});

async function status(secret: string, address = '203.0.113.5', app = database.current.app): Promise<number> {
  const request = new Request('http://127.0.0.1:3000/', { headers: { authorization: `Bearer ${secret}` } });
  const found = await authenticate(app, request, address);
  return found.ok ? 200 : found.problem.status;
}

async function key(given: { requests_per_minute?: number } = {}) {
  const made = await createKey(database.current.app, {
    firm_slug: firm.slug,
    scopes: ['rules:read'],
    ...given,
  });
  if (!made.ok) throw new Error(made.problem);
  return made;
}

test('a key is replaced with an overlap, after which the old one ends by itself', async () => {
  const { app } = database.current;
  const old = await key({ requests_per_minute: 500 });
  const rotated = await rotateKey(app, { firm_slug: firm.slug, id: old.id, overlap_days: 7, by });
  if (!rotated.ok) throw new Error(rotated.problem);
  expect([await status(old.secret), await status(rotated.secret)]).toEqual([200, 200]);
  const later = restarted(app, () => new Date(Date.now() + 7 * DAY_MS + 60_000));
  expect([
    await status(old.secret, undefined, later),
    await status(rotated.secret, undefined, later),
  ]).toEqual([401, 200]);
  const listed = await listKeys(app, { firm_slug: firm.slug });
  const successor = listed.ok ? listed.keys.find(({ id }) => id === rotated.id) : null;
  expect(successor).toMatchObject({
    scopes: ['rules:read'],
    requests_per_minute: 500,
    last_used_address: '203.0.113.5',
  });
  expect(await rotateKey(app, { firm_slug: firm.slug, id: old.id, overlap_days: 7, by })).toMatchObject({
    code: 'key_rotated',
  });
  const other = await createFirm(database.current.owner);
  expect(await rotateKey(app, { firm_slug: other.slug, id: rotated.id, overlap_days: 7, by })).toMatchObject({
    ok: false,
  });
});

test('a key asks as often in a minute as its limit says, over all processes', async () => {
  const { secret } = await key({ requests_per_minute: 3 });
  const at = new Date('2030-01-01T00:00:10Z');
  const { secret: free } = await key();
  const one = restarted(database.current.app, () => at);
  const made = new Date(at.getTime() - 1);
  await database.current.owner.pg.query('update auth.api_key set expires_at = $1', [
    new Date(made.getTime() + DAY_MS * 400),
  ]);
  const asked: number[] = [];
  for (let n = 0; n < 5; n += 1)
    asked.push(await status(secret, undefined, n % 2 ? one : restarted(one, () => at)));
  expect(asked).toEqual([200, 200, 200, 429, 429]);
  expect(await status(free, undefined, one)).toBe(200);
  expect(
    await status(
      secret,
      undefined,
      restarted(one, () => new Date(at.getTime() + 60_000)),
    ),
  ).toBe(200);
});

test('guessing keys is slowed for the network that guesses, also after a restart', async () => {
  const guess = `glk_${'x'.repeat(43)}`;
  const { secret } = await key();
  const from = '198.51.100.77';
  for (let n = 0; n < 100; n += 1) expect(await status(guess, from)).toBe(401);
  expect(await status(guess, from)).toBe(429);
  expect(await status(secret, from, restarted(database.current.app))).toBe(429);
  expect(await status(secret, '198.51.100.78')).toBe(200);
});
