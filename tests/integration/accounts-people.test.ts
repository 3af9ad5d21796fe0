import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { createFirm } from '#lib/server/accounts/firms.ts';
import { createUser, hasUsers } from '#lib/server/accounts/people.ts';
import { resolveSecret } from '#lib/server/accounts/secret.ts';
import { switchFirm } from '#lib/server/accounts/session-actor.ts';
import { createSetupLink, ensureFirstAdmin, problemOfSetupLink, setUp } from '#lib/server/accounts/setup.ts';
import { signOut } from '#lib/server/accounts/sign-in.ts';
import { mayDecide, mayDraft } from '#lib/server/rules/rule-actor.ts';
import { actorOf, cookieOf, PASSWORD, restarted, useDataDir } from '../support/accounts.ts';
import { useDatabase } from '../support/database.ts';

const data_dir = useDataDir();
const database = useDatabase({ DATA_DIR: data_dir });

beforeEach(async () => {
  // No truncate: it would cascade to records that are append-only, and be refused.
  const { pg } = database.current.owner;
  await pg.query('delete from auth.api_key; delete from auth.firm_grant; delete from auth.member');
  await pg.query('delete from auth."user"; delete from auth.firm; delete from auth.setup_link');
  await pg.query('delete from auth.sign_in_attempt');
});

const wanted = {
  name: 'Li Wei',
  email: 'Li.Wei@Example.com ',
  password: PASSWORD,
  firm_name: 'Ningbo Sample Cribs',
};

async function token(): Promise<string> {
  const made = await createSetupLink(database.current.app);
  if (!made) throw new Error('no link was made');
  return made;
}

describe('set-up', () => {
  it('makes an administrator who owns the first firm, and signs in by the folded address', async () => {
    const { app } = database.current;
    expect(await setUp(app, { ...wanted, token: await token() })).toMatchObject({
      ok: true,
      email: 'li.wei@example.com',
      firm_slug: 'ningbo-sample-cribs',
    });
    const actor = await actorOf(app, { cookie: await cookieOf(app, 'LI.WEI@example.com') });
    expect(actor).toMatchObject({
      kind: 'person',
      name: 'Li Wei',
      firm: { slug: 'ningbo-sample-cribs' },
      role: 'owner',
      operator_roles: ['admin'],
    });
  });

  it('gives the administrator the roles for rules that were ticked, and no others', async () => {
    const { app } = database.current;
    await setUp(app, { ...wanted, token: await token(), operator_roles: ['analyst'] });
    const actor = await actorOf(app, { cookie: await cookieOf(app, 'li.wei@example.com') });
    if (actor?.kind !== 'person') throw new Error('nobody signed in');
    expect(actor.operator_roles.toSorted()).toEqual(['admin', 'analyst']);
    expect([mayDraft(actor), mayDecide(actor)]).toMatchObject([null, { code: 'may_not_decide' }]);
  });

  it('uses a link once', async () => {
    const { app } = database.current;
    const link = await token();
    await setUp(app, { ...wanted, token: link });
    const again = await setUp(app, { ...wanted, email: 'second@example.com', token: link });
    expect(again).toMatchObject({ ok: false, refusals: [{ code: 'setup_done' }] });
    expect(await createSetupLink(app)).toBeNull();
  });

  it('lets one of two win who use the link at the same moment', async () => {
    const { app } = database.current;
    const link = await token();
    const answers = await Promise.all(
      ['first', 'second'].map((name) =>
        setUp(app, { ...wanted, token: link, email: `${name}@example.com`, firm_name: name }),
      ),
    );
    expect(answers.map(({ ok }) => ok).sort()).toEqual([false, true]);
    const { rows } = await sql<{ people: string; firms: string }>`
      select (select count(*) from auth."user") as people, (select count(*) from auth.firm) as firms`.execute(
      database.current.owner.db,
    );
    expect(rows).toEqual([{ people: '1', firms: '1' }]);
  });

  it('ends earlier links when a new one is made, and keeps none in clear', async () => {
    const { app, owner } = database.current;
    const first = await token();
    const second = await token();
    expect(await problemOfSetupLink(app, first)).toMatchObject({ code: 'setup_token' });
    expect(await problemOfSetupLink(app, second)).toBeNull();
    const { rows } = await sql<{ row: string }>`select setup_link::text as row from auth.setup_link`.execute(
      owner.db,
    );
    expect(JSON.stringify(rows)).not.toContain(second);
  });

  it('keeps the link when something typed is wrong, and names every field', async () => {
    const { app } = database.current;
    const link = await token();
    const answer = await setUp(app, {
      token: link,
      name: ' ',
      email: 'nobody',
      password: 'short',
      firm_name: '',
      firm_slug: 'No Slug!',
      uscc: '123',
    });
    expect(answer).toMatchObject({ ok: false });
    expect(answer.ok ? [] : answer.refusals.map(({ field }) => field)).toEqual([
      'name',
      'email',
      'password',
      'firm_name',
      'firm_slug',
      'uscc',
    ]);
    expect(await setUp(app, { ...wanted, token: link })).toMatchObject({ ok: true });
  });

  it('takes the administrator of the environment once', async () => {
    const { app } = database.current;
    const configured = {
      ...app,
      config: { ...app.config, admin: { email: 'admin@example.com', password: PASSWORD } },
    };
    expect(await ensureFirstAdmin(configured)).toEqual({ ok: true, is_new: true });
    expect(await ensureFirstAdmin(configured)).toEqual({ ok: true, is_new: false });
    const actor = await actorOf(app, { cookie: await cookieOf(app, 'admin@example.com') });
    expect(actor?.firm).toBeNull();
    const roles = actor?.kind === 'person' ? [...actor.operator_roles].sort() : [];
    expect(roles).toEqual(['admin', 'analyst', 'approver']);
  });
});

describe('firms and people', () => {
  it('keeps a social credit code with a wrong check character, with a warning', async () => {
    const { app } = database.current;
    const firm = await createFirm(app, { slug: 'xiamen', name: 'Xiamen', uscc: '91350203m0001qay9b' });
    expect(firm).toMatchObject({ ok: true, firm: { uscc: '91350203M0001QAY9B' } });
    expect(firm.ok && firm.warnings).toHaveLength(1);
    const malformed = await createFirm(app, { slug: 'other', name: 'Other', uscc: '91350203' });
    expect(malformed).toMatchObject({ ok: false, field: 'uscc' });
  });

  it('refuses a slug twice and an unknown firm or role', async () => {
    const { app } = database.current;
    await createFirm(app, { slug: 'a', name: 'A' });
    expect(await createFirm(app, { slug: 'a', name: 'B' })).toMatchObject({ ok: false, code: 'slug_taken' });
    const person = { email: 'li@example.com', password: PASSWORD };
    expect(await createUser(app, { ...person, firm_slug: 'b', role: 'owner' })).toMatchObject({
      code: 'firm_unknown',
    });
    expect(await createUser(app, { ...person, firm_slug: 'a', role: 'boss' })).toMatchObject({
      code: 'firm_role_unknown',
    });
    expect(
      await createUser(app, { ...person, password: 'password1234', firm_slug: 'a', role: 'owner' }),
    ).toMatchObject({ code: 'password_common', field: 'password' });
    expect(await hasUsers(app)).toBe(false);
  });

  it('adds a person to a second firm by their own password only', async () => {
    const { app } = database.current;
    for (const slug of ['a', 'b']) await createFirm(app, { slug, name: slug });
    const person = { email: 'li@example.com', password: PASSWORD };
    const first = await createUser(app, { ...person, firm_slug: 'a', role: 'owner' });
    expect(first).toMatchObject({ ok: true, is_new: true });
    expect(await createUser(app, { ...person, firm_slug: 'b', role: 'executive' })).toMatchObject({
      ok: true,
      is_new: false,
    });
    expect(
      await createUser(app, { ...person, password: 'another harbour crane', firm_slug: 'b', role: 'owner' }),
    ).toMatchObject({ ok: false, code: 'email_taken' });
    const actor = await actorOf(app, { cookie: await cookieOf(app, person.email) });
    expect(actor?.kind === 'person' && actor.memberships.map(({ firm, role }) => [firm.slug, role])).toEqual([
      ['a', 'owner'],
      ['b', 'executive'],
    ]);
  });

  it('lets a person of two firms work in one at a time, and remembers which', async () => {
    const { app } = database.current;
    for (const slug of ['a', 'b', 'c']) await createFirm(app, { slug, name: slug });
    const person = { email: 'li@example.com', password: PASSWORD };
    await createUser(app, { ...person, firm_slug: 'a', role: 'owner' });
    await createUser(app, { ...person, firm_slug: 'b', role: 'executive' });
    const cookie = await cookieOf(app, person.email);
    expect(await actorOf(app, { cookie })).toMatchObject({ firm: { slug: 'a' }, role: 'owner' });

    expect(await switchFirm(app, new Headers({ cookie }), 'c')).toBe(false);
    expect(await switchFirm(app, new Headers({ cookie }), 'b')).toBe(true);

    for (const process of [app, restarted(app)]) {
      const actor = await actorOf(process, { cookie });
      expect(actor).toMatchObject({ firm: { slug: 'b' }, role: 'executive' });
      expect(actor?.firm_scopes).not.toContain('clearance:write');
    }
    expect(await actorOf(app, { cookie, 'greenlane-firm': 'a' })).toMatchObject({ role: 'owner' });
  });

  it('keeps what is done for the operator apart from what is done for a firm', async () => {
    const { app } = database.current;
    await createFirm(app, { slug: 'a', name: 'A' });
    const person = { email: 'li@example.com', password: PASSWORD };
    await createUser(app, { ...person, firm_slug: 'a', role: 'executive' });
    await createUser(app, { ...person, operator_role: 'analyst' });
    const actor = await actorOf(app, { cookie: await cookieOf(app, person.email) });
    expect(actor?.firm_scopes).not.toContain('clearance:write');
    expect(actor?.operator_scopes).toContain('clearance:write');
  });
});

describe('the worker', () => {
  it('may not read the tables of people and keys', async () => {
    const { worker } = database.current;
    for (const table of [
      '"user"',
      'session',
      'account',
      'verification',
      'member',
      'operator_member',
      'api_key',
      'firm_grant',
      'setup_link',
      'sign_in_attempt',
    ])
      await expect(sql`select 1 from auth.${sql.raw(table)}`.execute(worker.db), table).rejects.toThrow(
        /permission denied/,
      );
  });
});

describe('the secret', () => {
  it('is the same for all who ask at once, and readable by its owner alone', async () => {
    const folder = join(data_dir, 'fresh');
    const secrets = await Promise.all(Array.from({ length: 8 }, () => resolveSecret(folder)));
    expect(new Set(secrets).size).toBe(1);
    expect(Buffer.from(secrets[0] ?? '', 'base64url')).toHaveLength(32);
    expect((await stat(join(folder, 'secret'))).mode & 0o777).toBe(0o600);
  });
});

describe('signing out', () => {
  it('ends the session at once, in this process and for good', async () => {
    const { app } = database.current;
    await createFirm(app, { slug: 'a', name: 'A' });
    await createUser(app, { email: 'li@example.com', password: PASSWORD, firm_slug: 'a', role: 'owner' });
    const cookie = await cookieOf(app, 'li@example.com');
    expect(await actorOf(app, { cookie })).not.toBeNull();
    const set_cookies = await signOut(app, new Headers({ cookie }));
    expect(set_cookies.join()).toMatch(/session_token=;.*Max-Age=0/);
    for (const process of [app, restarted(app)]) expect(await actorOf(process, { cookie })).toBeNull();
  });
});
