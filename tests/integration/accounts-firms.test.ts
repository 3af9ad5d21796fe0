import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, test } from 'vitest';
import { scopesOfFirmRole, type Firm } from '#lib/domain/accounts/actor.ts';
import { authenticate } from '#lib/server/accounts/authenticate.ts';
import { grantFirm, homeFirmOf, revokeGrant } from '#lib/server/accounts/grants.ts';
import { auditRequest } from '#lib/server/audit/request.ts';
import { auditEntries } from '#lib/server/audit/list.ts';
import { requireSecondFactor, suspendFirm } from '#lib/server/accounts/firms.ts';
import {
  acceptInvitation,
  invite,
  openInvitations,
  readInvitation,
  revokeInvitation,
} from '#lib/server/accounts/invitations.ts';
import { createKey, revokeKey } from '#lib/server/accounts/keys.ts';
import { changeRole, membersOf, removeMember, transferOwnership } from '#lib/server/accounts/members.ts';
import { createUser } from '#lib/server/accounts/people.ts';
import { switchFirm } from '#lib/server/accounts/session-actor.ts';
import { signOut } from '#lib/server/accounts/sign-in.ts';
import { endSupportAccess, giveSupportAccess } from '#lib/server/accounts/support.ts';
import type { App } from '#lib/server/app.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { appendEvent } from '#lib/server/events/append.ts';
import { createTail } from '#lib/server/events/tail.ts';
import { createMailer } from '#lib/server/mail/mailer.ts';
import { actorOf, cookieOf, PASSWORD, refusalOf, restarted, useDataDir } from '../support/accounts.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm } from '../support/factories.ts';
import { useMailServer } from '../support/mail-server.ts';

const data_dir = useDataDir();
const database = useDatabase({ DATA_DIR: data_dir });
const mails = useMailServer();
let app: App;
let firm: Firm;
let owner: { id: string; name: string; email: string };

const mailbox = () => `p-${randomUUID().slice(0, 8)}@example.org`;

async function person(role: string, in_firm = firm): Promise<{ id: string; name: string; email: string }> {
  const email = mailbox();
  const made = await createUser(app, {
    email,
    name: 'Ann',
    password: PASSWORD,
    firm_slug: in_firm.slug,
    role,
  });
  if (!made.ok) throw new Error(made.problem);
  return { id: made.user_id, name: 'Ann', email };
}

beforeAll(async () => {
  const mailer = createMailer({ smtp_url: mails.url, mail_from: 'greenlane@example.org' });
  app = { ...database.current.app, mailer };
  firm = await createFirm(database.current.owner);
  owner = await person('owner');
});

async function invited(email = mailbox(), role = 'executive') {
  const made = await invite(
    app,
    { firm, by: owner },
    { email, role, language: 'en', origin: 'http://127.0.0.1:3000' },
  );
  if (!made.ok) throw new Error(made.problem);
  return { email, token: new URL(made.link).searchParams.get('token') ?? '', ...made };
}

describe('an invitation', () => {
  test('comes by mail and makes somebody new a member, once', async () => {
    const { email, token, is_mailed } = await invited();
    expect(is_mailed).toBe(true);
    expect(mails.take(email).text).toContain(`/invite?token=${token}`);
    const accepted = await acceptInvitation(app, token, { name: 'Li', password: PASSWORD });
    expect(accepted).toMatchObject({ ok: true, email });
    const actor = await actorOf(app, { cookie: await cookieOf(app, email) });
    expect(actor).toMatchObject({ firm: { slug: firm.slug }, role: 'executive' });
    expect(await readInvitation(app, token)).toMatchObject({ ok: false, code: 'invitation_over' });
    expect(await acceptInvitation(app, token, { name: 'Eve', password: PASSWORD })).toMatchObject({
      ok: false,
    });
  });

  test('is accepted by one of two who use it at once', async () => {
    const { token } = await invited();
    const results = await Promise.all(
      [1, 2].map(() => acceptInvitation(app, token, { name: 'Li', password: PASSWORD })),
    );
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
  });

  test('ends after a week, when it is ended, and when the person is invited again', async () => {
    const first = await invited();
    const second = await invited(first.email);
    expect(await readInvitation(app, first.token)).toMatchObject({ ok: false });
    expect(await readInvitation(app, second.token)).toMatchObject({ ok: true });
    const later = restarted(app, () => new Date(Date.now() + 7 * 86_400_000 + 1_000));
    expect(await readInvitation(later, second.token)).toMatchObject({ ok: false });
    const other = await createFirm(database.current.owner);
    expect(await revokeInvitation(app, other.id, second.id)).toMatchObject({ ok: false });
    expect(await revokeInvitation(app, firm.id, second.id)).toEqual({ ok: true });
    expect((await openInvitations(app, firm.id)).map(({ id }) => id)).not.toContain(second.id);
  });

  test('of somebody who has an account is theirs alone, and asks them to sign in', async () => {
    const other = await createFirm(database.current.owner);
    const known = await person('owner', other);
    const { token } = await invited(known.email);
    expect(await acceptInvitation(app, token, { name: 'Eve', password: PASSWORD })).toMatchObject({
      ok: false,
      refusals: [{ code: 'invitation_sign_in' }],
    });
    const stranger = await actorOf(app, { cookie: await cookieOf(app, owner.email) });
    if (!stranger) throw new Error('the owner is signed in');
    expect(await acceptInvitation(app, token, { actor: stranger })).toMatchObject({
      refusals: [{ code: 'invitation_of_another' }],
    });
    const cookie = await cookieOf(app, known.email);
    const actor = await actorOf(app, { cookie });
    if (!actor) throw new Error('the person is signed in');
    expect(await acceptInvitation(app, token, { actor })).toMatchObject({ ok: true });
    expect(await switchFirm(app, new Headers({ cookie }), firm.slug)).toBe(true);
    expect(await actorOf(app, { cookie })).toMatchObject({ firm: { slug: firm.slug }, role: 'executive' });
  });

  test('keeps no token, and a key of a firm is no role in it', async () => {
    const { token } = await invited();
    const { rows } = await database.current.owner.pg.query(`select i::text as row from auth.invitation i`);
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(
      await invite(
        app,
        { firm, by: owner },
        { email: mailbox(), role: 'admin', language: 'en', origin: 'http://x' },
      ),
    ).toMatchObject({ ok: false, code: 'firm_role_unknown' });
  });
});

describe('the people of a firm', () => {
  test('change roles and leave, but never the last owner', async () => {
    const manager = await person('compliance_manager');
    expect(await changeRole(app, firm.id, { user_id: owner.id, role: 'executive' })).toMatchObject({
      code: 'last_owner',
    });
    expect(await removeMember(app, firm.id, owner.id)).toMatchObject({ code: 'last_owner' });
    const cookie = await cookieOf(app, manager.email);
    expect(await actorOf(app, { cookie })).toMatchObject({ role: 'compliance_manager' });
    expect(await changeRole(app, firm.id, { user_id: manager.id, role: 'executive' })).toEqual({ ok: true });
    expect(await actorOf(app, { cookie })).toMatchObject({ role: 'executive' });
    expect(await removeMember(app, firm.id, manager.id)).toEqual({ ok: true });
    expect(await actorOf(app, { cookie })).toMatchObject({ firm: null, firm_scopes: [] });
  });

  test('hand the firm over', async () => {
    const own = await createFirm(database.current.owner);
    const [first, second] = [await person('owner', own), await person('executive', own)];
    expect(await transferOwnership(app, own.id, { from: first.id, to: randomUUID() })).toMatchObject({
      ok: false,
    });
    expect(await transferOwnership(app, own.id, { from: first.id, to: second.id })).toEqual({ ok: true });
    const roles = new Map((await membersOf(app, own.id)).map(({ user_id, role }) => [user_id, role]));
    expect([roles.get(first.id), roles.get(second.id)]).toEqual(['compliance_manager', 'owner']);
  });

  test('hand it to one, when an owner hands it to two at once', async () => {
    const own = await createFirm(database.current.owner);
    const [first, second, third] = [
      await person('owner', own),
      await person('executive', own),
      await person('executive', own),
    ];
    const handed = await Promise.all(
      [second, third].map(({ id }) => transferOwnership(app, own.id, { from: first.id, to: id })),
    );
    expect(handed.filter(({ ok }) => ok)).toHaveLength(1);
    expect((await membersOf(app, own.id)).filter(({ role }) => role === 'owner')).toHaveLength(1);
  });

  test('keep an owner when two step down at once', async () => {
    const own = await createFirm(database.current.owner);
    const owners = [await person('owner', own), await person('owner', own)];
    const results = await Promise.all(owners.map(({ id }) => removeMember(app, own.id, id)));
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
  });
});

describe('people of a broker', () => {
  async function broker(role: string, granted: 'compliance_manager' | 'executive') {
    const [client, own] = [
      await createFirm(database.current.owner, { name: 'Client' }),
      await createFirm(database.current.owner, { name: 'Broker' }),
    ];
    const { id, email } = await person(role, own);
    const cookie = await cookieOf(app, email);
    await grantFirm(app, { firm_slug: client.slug, grantee_slug: own.slug, role: granted });
    return { client, own, id, cookie, headers: new Headers({ cookie }) };
  }

  test.each([
    ['owner', 'compliance_manager', 'compliance_manager'],
    ['owner', 'executive', 'executive'],
    ['executive', 'compliance_manager', 'executive'],
  ] as const)('as %s work in a client that granted %s as %s, never unasked', async (role, granted, as) => {
    const { client, own, cookie, headers } = await broker(role, granted);
    expect(await actorOf(app, { cookie })).toMatchObject({ firm: { id: own.id }, role, through: undefined });
    expect(await switchFirm(app, headers, client.slug)).toBe(true);
    const acting = await actorOf(app, { cookie });
    expect(acting).toMatchObject({ firm: { id: client.id }, role: as, through: { slug: own.slug } });
    expect(acting?.firm_scopes).toEqual(scopesOfFirmRole(as));
    expect(await homeFirmOf(app, acting ?? nobody())).toBe(own.id);

    const url = new URL('http://127.0.0.1:3000/settings');
    const asked = { request: new Request(url, { method: 'POST' }), url, params: {}, note: null };
    const rest = { side: 'firm', request_id: 'R-1', client_address: '203.0.113.7' } as const;
    await auditRequest(
      app,
      { ...asked, ...rest, route_id: '/(app)/settings', actor: acting },
      { response: new Response('done'), fields: {} },
    );
    const all = { kind: null, outcome: null, from: null, to: null, q: own.slug, limit: 9, after: null };
    expect((await auditEntries(app, client.id, all)).items).toMatchObject([
      { action: 'POST /settings', detail: { through: own.slug } },
    ]);
  });

  test('stay out of a client that granted nothing, or asks for a second factor that they have not', async () => {
    const { client, headers } = await broker('owner', 'executive');
    const stranger = await createFirm(database.current.owner);
    expect(await switchFirm(app, headers, stranger.slug)).toBe(false);
    await requireSecondFactor(app, client.id, true);
    expect(await switchFirm(app, headers, client.slug)).toBe(false);
  });

  /** Each way in which a right to listen ends. */
  const ENDS: Record<string, (given: Awaited<ReturnType<typeof broker>>) => Promise<unknown>> = {
    'the grant is ended': ({ client, own }) =>
      revokeGrant(app, { firm_slug: client.slug, grantee_slug: own.slug }),
    'the session ends': ({ headers }) => signOut(app, headers),
    'the person leaves the broker': async ({ own, id }) => {
      await person('owner', own);
      return removeMember(app, own.id, id);
    },
    'the broker is suspended': ({ own }) => suspendFirm(app, { slug: own.slug, is_suspended: true }),
    'the client asks for a second factor': ({ client }) => requireSecondFactor(app, client.id, true),
  };
  test.each(Object.entries(ENDS))('see and hear nothing from the moment when %s', async (_name, end) => {
    const given = await broker('owner', 'compliance_manager');
    const { client, cookie, headers, id } = given;
    await switchFirm(app, headers, client.slug);
    const found = await authenticate(app, new Request('http://127.0.0.1:3000/', { headers }));
    const session_id = found.ok ? (found.session?.id ?? null) : null;
    const tail = createTail(app);
    const holder = { kind: 'person', id, session_id, firm_id: client.id } as const;
    const [stream, other] = [
      await tail.open({ firm_id: client.id, holder }, null),
      await tail.open({ firm_id: client.id }, null),
    ];
    const [theirs, own] = [text(stream ?? new ReadableStream()), firstEvent(other)];
    await tells(client, 'before');
    expect(await own).toContain('before');
    await end(given);
    expect((await actorOf(app, { cookie }))?.firm?.id).not.toBe(client.id);
    await tells(client, 'after');
    const heard = await theirs;
    tail.close();
    expect(heard).toContain('before');
    expect(heard).not.toContain('after');
  });

  test('lose an open stream with the key that asked for it', async () => {
    const key = await createKey(app, { firm_slug: firm.slug, scopes: ['alerts:read'] });
    if (!key.ok) throw new Error(key.problem);
    const tail = createTail(app);
    const holder = { kind: 'key', id: key.id, session_id: null, firm_id: firm.id } as const;
    const stream = await tail.open({ firm_id: firm.id, holder }, null);
    await revokeKey(app, { firm_slug: firm.slug, id: key.id });
    const heard = text(stream ?? new ReadableStream());
    await tells(firm, 'after');
    expect(await heard).not.toContain('after');
    tail.close();
  });
});

async function tells(to: Firm, title: string): Promise<void> {
  await inFirm(app.db, to.id, (tx) =>
    appendEvent(tx, {
      ...{ kind: 'code.changed', audience: { firm_id: to.id }, subject_id: null },
      ...{ unique_key: randomUUID(), data: { title } },
    }),
  );
}

/** The first event of a stream, which then goes on. */
async function firstEvent(stream: ReadableStream<Uint8Array> | null): Promise<string> {
  const reader = stream?.getReader();
  let read = '';
  while (reader && !read.includes('data:')) read += new TextDecoder().decode((await reader.read()).value);
  return read;
}

function nobody(): never {
  throw new Error('nobody is signed in');
}

describe('the operator', () => {
  test('reads for a firm only while the firm lets it, and each page is written down', async () => {
    const email = mailbox();
    const admin = await createUser(app, { email, name: 'Op', password: PASSWORD, operator_role: 'admin' });
    if (!admin.ok) throw new Error(admin.problem);
    const cookie = await cookieOf(app, email);
    const headers = new Headers({ cookie });
    expect(await switchFirm(app, headers, firm.slug)).toBe(false);
    expect(
      await giveSupportAccess(app, { firm_id: firm.id, by: owner.id, hours: 999, reason: 'x' }),
    ).toMatchObject({ ok: false });
    await giveSupportAccess(app, { firm_id: firm.id, by: owner.id, hours: 4, reason: 'Import of May' });
    expect(await switchFirm(app, headers, firm.slug)).toBe(true);
    const actor = await actorOf(app, { cookie });
    expect(actor).toMatchObject({ firm: { slug: firm.slug }, is_support: true, role: 'executive' });
    expect(actor?.firm_scopes).not.toContain('clearance:write');

    const url = new URL('http://127.0.0.1:3000/overview');
    const asked = {
      request: new Request(url),
      url,
      route_id: '/(app)/overview',
      params: {},
      actor,
      note: null,
    };
    const rest = { side: 'firm', request_id: 'R-1', client_address: '203.0.113.7' } as const;
    await auditRequest(app, { ...asked, ...rest }, { response: new Response('page'), fields: {} });
    const all = { kind: null, outcome: null, from: null, to: null, q: 'support', limit: 9, after: null };
    expect((await auditEntries(app, firm.id, all)).items).toMatchObject([
      { action: 'GET /overview', actor_name: 'Op' },
    ]);

    const later = restarted(app, () => new Date(Date.now() + 5 * 3_600_000));
    expect(await actorOf(later, { cookie })).toMatchObject({ firm: null });
    await endSupportAccess(app, firm.id);
    expect(await actorOf(app, { cookie })).toMatchObject({ firm: null, firm_scopes: [] });
  });

  test('keeps people and keys of a suspended firm out, and lets them in again', async () => {
    const own = await createFirm(database.current.owner);
    const one = await person('owner', own);
    const key = await createKey(app, { firm_slug: own.slug, scopes: ['rules:read'] });
    if (!key.ok) throw new Error(key.problem);
    const cookie = await cookieOf(app, one.email);
    const authorization = `Bearer ${key.secret}`;
    expect(await actorOf(app, { authorization })).toMatchObject({ firm: { slug: own.slug } });
    await suspendFirm(app, { slug: own.slug, is_suspended: true });
    expect(await actorOf(app, { cookie })).toMatchObject({ firm: null });
    expect(await refusalOf(app, { authorization })).toMatchObject({ status: 403 });
    await suspendFirm(app, { slug: own.slug, is_suspended: false });
    expect(await actorOf(app, { cookie })).toMatchObject({ firm: { slug: own.slug } });
    expect(await actorOf(app, { authorization })).toMatchObject({ firm: { slug: own.slug } });
  });
});
