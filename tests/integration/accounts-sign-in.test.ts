import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { createUser } from '#lib/server/accounts/people.ts';
import { signIn } from '#lib/server/accounts/sign-in.ts';
import { isDatabaseLost } from '#lib/server/db/lost-database.ts';
import { createApp } from '#lib/server/app.ts';
import { actorOf, cookieHeader, cookieOf, PASSWORD, restarted, useDataDir } from '../support/accounts.ts';
import { useDatabase } from '../support/database.ts';

const data_dir = useDataDir();
const database = useDatabase({ DATA_DIR: data_dir });
const EMAIL = 'li@example.com';
const ADDRESS = '203.0.113.7';

beforeEach(async () => {
  await sql`delete from auth.sign_in_attempt`.execute(database.current.owner.db);
  await sql`delete from auth."user"`.execute(database.current.owner.db);
  await createUser(database.current.app, { email: EMAIL, password: PASSWORD, operator_role: 'admin' });
});

async function guess(times: number, given: { email?: string; address?: string } = {}): Promise<string[]> {
  const codes: string[] = [];
  for (let count = 0; count < times; count += 1) {
    const answer = await signIn(database.current.app, {
      email: given.email ?? EMAIL,
      password: 'a wrong guess at it',
      address: given.address ?? ADDRESS,
    });
    codes.push(answer.ok ? 'in' : answer.code);
  }
  return codes;
}

describe('signing in', () => {
  it('gives an unknown address the answer of a wrong password', async () => {
    const { app } = database.current;
    const answers = await Promise.all(
      [EMAIL, 'nobody@example.com', 'no address', ''].map((email) =>
        signIn(app, { email, password: 'a wrong guess at it', address: ADDRESS }),
      ),
    );
    for (const answer of answers) expect(answer).toMatchObject({ ok: false, code: 'credentials' });
  });

  it('sets one cookie that scripts and other sites cannot use', async () => {
    const answer = await signIn(database.current.app, { email: EMAIL, password: PASSWORD, address: ADDRESS });
    expect(answer.ok && answer.set_cookies).toHaveLength(1);
    const cookie = answer.ok ? (answer.set_cookies[0] ?? '') : '';
    expect(cookie).toMatch(/^greenlane\.session_token=/);
    for (const attribute of ['HttpOnly', 'SameSite=Lax', 'Path=/']) expect(cookie).toContain(attribute);
    expect(cookie).not.toContain('Secure');
  });

  it('sets a secure cookie when people come by https', async () => {
    const { app } = database.current;
    const https = restarted({ ...app, config: { ...app.config, origin: 'https://greenlane.example.org' } });
    const answer = await signIn(https, { email: EMAIL, password: PASSWORD, address: ADDRESS });
    const cookies = answer.ok ? answer.set_cookies : [];
    expect(cookies[0]).toMatch(/^__Secure-greenlane\.session_token=.*; Secure/);
    expect(await actorOf(https, { cookie: cookieHeader(cookies) })).toMatchObject({ email: EMAIL });
  });

  it('refuses a cookie that was changed, or signed by another installation', async () => {
    const { app } = database.current;
    const cookie = await cookieOf(app, EMAIL);
    expect(await actorOf(app, { cookie: `${cookie.slice(0, -6)}AAAAAA` })).toBeNull();
    const other = restarted({ ...app, config: { ...app.config, data_dir: `${data_dir}/other` } });
    expect(await actorOf(other, { cookie })).toBeNull();
  });

  it('keeps no password in clear', async () => {
    const { rows } = await sql<{ password: string }>`select password from auth.account`.execute(
      database.current.owner.db,
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.password).not.toContain(PASSWORD);
  });
});

describe('a session', () => {
  it('is looked up again after five seconds, so that a removed person is out', async () => {
    const { app, owner } = database.current;
    let now = new Date();
    const clocked = restarted(app, () => now);
    const cookie = await cookieOf(clocked, EMAIL);
    expect(await actorOf(clocked, { cookie })).not.toBeNull();
    await sql`delete from auth."user"`.execute(owner.db);
    now = new Date(now.getTime() + 4_900);
    expect(await actorOf(clocked, { cookie })).not.toBeNull();
    now = new Date(now.getTime() + 200);
    expect(await actorOf(clocked, { cookie })).toBeNull();
  });

  it('ends by itself', async () => {
    const { app, owner } = database.current;
    const cookie = await cookieOf(app, EMAIL);
    await sql`update auth.session set expires_at = now() - interval '1 second'`.execute(owner.db);
    expect(await actorOf(app, { cookie })).toBeNull();
  });
});

describe('guessing', () => {
  it('waits after five wrong passwords for one e-mail, whatever its spelling and wherever from', async () => {
    const { app } = database.current;
    expect(await guess(4)).toEqual(Array(4).fill('credentials'));
    expect(await guess(2, { email: ' LI@Example.com', address: '198.51.100.9' })).toEqual([
      'credentials',
      'wait',
    ]);
    const right = await signIn(app, { email: EMAIL, password: PASSWORD, address: ADDRESS });
    expect(right).toMatchObject({ ok: false, code: 'wait' });
    expect(right.ok ? '' : right.problem).toMatch(/Try again in 15 minutes\./);
  });

  it('goes on waiting after a restart, and ends after fifteen minutes', async () => {
    const { app } = database.current;
    await guess(5);
    const signInAfter = (minutes: number) => {
      const later = new Date(app.now().getTime() + minutes * 60_000);
      return signIn(
        restarted(app, () => later),
        { email: EMAIL, password: PASSWORD, address: ADDRESS },
      );
    };
    expect(await signInAfter(14)).toMatchObject({ ok: false, code: 'wait' });
    expect(await signInAfter(16)).toMatchObject({ ok: true });
  });

  it('cannot slip through by asking many times at once', async () => {
    const codes = (await Promise.all(Array.from({ length: 12 }, () => guess(1)))).flat();
    expect(codes.filter((code) => code === 'credentials')).toHaveLength(5);
    expect(codes.filter((code) => code === 'wait')).toHaveLength(7);
  });

  it('waits after many e-mail addresses from one network address', async () => {
    const codes: string[] = [];
    for (let person = 0; person < 26; person += 1)
      codes.push(
        ...(await guess(1, { email: `p${person}@example.com`, address: `2001:db8:0:1::${person + 1}` })),
      );
    expect(codes.slice(0, 25)).toEqual(Array(25).fill('credentials'));
    expect(codes[25]).toBe('wait');
    expect(await guess(1, { address: '2001:db8:0:2::1' })).toEqual(['credentials']);
  });

  it('forgets the failures of a person who then signs in', async () => {
    await guess(4);
    await cookieOf(database.current.app, EMAIL);
    expect(await guess(5)).toEqual(Array(5).fill('credentials'));
  });
});

it('tells a lost database from a mistake of ours', async () => {
  const { app } = database.current;
  const config = { ...app.config, database_url: 'postgres://nobody@127.0.0.1:1/none' };
  const lost = createApp(config, 'test');
  const failure = await signIn(lost, { email: EMAIL, password: PASSWORD, address: ADDRESS }).catch(
    (cause: unknown) => cause,
  );
  expect(isDatabaseLost(failure)).toBe(true);
  const headers = { cookie: await cookieOf(app, EMAIL) };
  const session_failure = await actorOf(lost, headers).catch((cause: unknown) => cause);
  expect(isDatabaseLost(session_failure)).toBe(true);
  const mistake = await sql`select from nowhere`.execute(app.db).catch((cause: unknown) => cause);
  expect(isDatabaseLost(mistake)).toBe(false);
  await lost.close();
});
