import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import Provider from 'oidc-provider';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { beginOidc, endOidc, keepOidc } from '#lib/server/accounts/oidc.ts';
import { authenticate } from '#lib/server/accounts/authenticate.ts';
import { createUser, insertPlace } from '#lib/server/accounts/people.ts';
import { beginSecondFactor, confirmSecondFactor } from '#lib/server/accounts/second-factor.ts';
import { switchFirm } from '#lib/server/accounts/session-actor.ts';
import type { App } from '#lib/server/app.ts';
import { actorOf, cookieHeader, PASSWORD, restarted, totp, useDataDir } from '../support/accounts.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm } from '../support/factories.ts';
import { freePort } from '../support/start.ts';

const data_dir = useDataDir();
const database = useDatabase({ DATA_DIR: data_dir, ALLOW_PRIVATE_ADDRESSES: '127.0.0.0/8' });
const ADDRESS = '203.0.113.9';
let app: App;
let firm: Firm;

beforeAll(async () => {
  app = database.current.app;
  firm = await createFirm(database.current.owner);
});

describe("a firm's own sign-in service", () => {
  let server: Server;
  let issuer = '';
  const account = { email: '', email_verified: true };
  const redirect_uri = 'http://127.0.0.1:3000/sso/callback';

  beforeAll(async () => {
    const port = await freePort();
    issuer = `http://127.0.0.1:${port}`;
    const provider = new Provider(issuer, {
      clients: [{ client_id: 'greenlane', client_secret: 'provider-secret', redirect_uris: [redirect_uri] }],
      claims: { email: ['email', 'email_verified'], profile: ['name'] },
      features: { devInteractions: { enabled: true } },
      findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, name: 'Li Wei', ...account }) }),
      pkce: { required: () => true },
    });
    server = createServer((request, response) => void provider.callback()(request, response));
    await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  });
  afterAll(() => new Promise((done) => server.close(done)));

  /** What a browser does there: follows, fills in the forms of the provider, and is sent back. */
  async function visit(location: string): Promise<URL> {
    const jar = new Map<string, string>();
    let request: { url: string; body?: URLSearchParams } = { url: location };
    for (let step = 0; step < 15; step += 1) {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const method = request.body ? 'POST' : 'GET';
      const answer: Response = await fetch(request.url, {
        method,
        body: request.body,
        headers: { cookie },
        redirect: 'manual',
      });
      for (const line of answer.headers.getSetCookie()) {
        const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s);
        jar.set(name, value);
      }
      const to = answer.headers.get('location');
      if (to) {
        const url = new URL(to, request.url);
        if (url.href.startsWith(redirect_uri)) return url;
        request = { url: url.href };
        continue;
      }
      const html = await answer.text();
      const action = /<form[^>]+action="([^"]+)"/.exec(html)?.[1];
      if (!action) throw new Error(html.slice(0, 300));
      const is_login = html.includes('name="login"');
      const body = new URLSearchParams(is_login ? 'prompt=login&login=li&password=x' : 'prompt=consent');
      request = { url: new URL(action, request.url).href, body };
    }
    throw new Error('the provider never sent the browser back');
  }

  const keep = (given: Partial<Parameters<typeof keepOidc>[2]> = {}) =>
    keepOidc(app, firm.id, {
      issuer,
      client_id: 'greenlane',
      client_secret: 'provider-secret',
      domain: 'firm.example',
      ...given,
    });

  async function round() {
    const begun = await beginOidc(app, { slug: firm.slug, redirect_uri, next: '/overview' });
    if (!begun.ok) throw new Error(begun.problem);
    return { cookie: begun.cookie, url: await visit(begun.location) };
  }

  test('lets a person of its domain in, new as one who reads', async () => {
    expect(await keep()).toEqual({ ok: true });
    account.email = 'Li.Wei@firm.example';
    const { cookie, url } = await round();
    const ended = await endOidc(app, { url, cookie });
    if (!ended.ok) throw new Error(ended.problem);
    expect(ended).toMatchObject({ email: 'li.wei@firm.example', next: '/overview' });
    const actor = await actorOf(app, { cookie: cookieHeader(ended.set_cookies) });
    expect(actor).toMatchObject({ name: 'Li Wei', firm: { slug: firm.slug }, role: 'executive' });
    // The same answer again, as somebody who looked over the shoulder would send it.
    expect(await endOidc(app, { url, cookie })).toMatchObject({ ok: false });
    const { rows } = await database.current.owner.pg.query(`select p::text as row from auth.oidc_provider p`);
    expect(JSON.stringify(rows)).not.toContain('provider-secret');
  });

  test('opens the firm alone, also where the person gets in elsewhere afterwards', async () => {
    await keep();
    const email = `p-${randomUUID().slice(0, 8)}@firm.example`;
    Object.assign(account, { email, email_verified: true });
    const { cookie, url } = await round();
    const ended = await endOidc(app, { url, cookie });
    if (!ended.ok) throw new Error(ended.problem);
    const held = cookieHeader(ended.set_cookies);
    const headers = new Headers({ cookie: held });
    const [elsewhere, found] = [
      await createFirm(database.current.owner),
      await actorOf(app, { cookie: held }),
    ];
    await insertPlace(app.db, found?.id ?? '', { firm_id: elsewhere.id, role: 'owner' });
    await insertPlace(app.db, found?.id ?? '', { operator_role: 'admin' });
    const later = restarted(app, () => new Date(Date.now() + 10_000));
    const actor = await actorOf(later, { cookie: held });
    expect(actor).toMatchObject({ memberships: [{ firm: { id: firm.id } }], operator_scopes: [] });
    expect(await switchFirm(later, headers, elsewhere.slug)).toBe(false);
    // A second factor that is set up within makes a new session, which opens no more than the old one.
    const given = { headers, email, address: ADDRESS };
    const begun = await beginSecondFactor(app, { ...given, password: '' });
    if (!begun.ok) throw new Error(begun.problem);
    const turned_on = await confirmSecondFactor(app, { ...given, code: totp(begun.secret) });
    if (!turned_on.ok) throw new Error(turned_on.problem);
    const renewed = await authenticate(
      later,
      new Request('http://127.0.0.1:3000/', { headers: { cookie: cookieHeader(turned_on.set_cookies) } }),
    );
    expect(renewed).toMatchObject({ session: { provider_firm_id: firm.id }, actor: { operator_scopes: [] } });
  });

  test.each([
    ['of another domain', { email: 'boss@other.example', email_verified: true }],
    ['of a domain that only ends alike', { email: 'boss@evilfirm.example', email_verified: true }],
    ['whose address it did not verify', { email: 'boss@firm.example', email_verified: false }],
  ])('lets nobody in %s', async (_what, claims) => {
    await keep();
    Object.assign(account, claims);
    const { cookie, url } = await round();
    expect(await endOidc(app, { url, cookie })).toMatchObject({ code: 'oidc_person' });
  });

  test('opens no account that is somebody else’s too, or never joined the firm', async () => {
    await keep();
    const elsewhere = await createFirm(database.current.owner);
    const places = [{ operator_role: 'admin' }, { firm_slug: elsewhere.slug, role: 'owner' }];
    for (const place of places) {
      const email = `p-${randomUUID().slice(0, 8)}@firm.example`;
      await createUser(app, { email, password: PASSWORD, ...place });
      Object.assign(account, { email, email_verified: true });
      const { cookie, url } = await round();
      expect(await endOidc(app, { url, cookie })).toMatchObject({ code: 'oidc_elsewhere' });
    }
  });

  test('refuses an answer to another question, and a cookie that is not ours', async () => {
    await keep();
    Object.assign(account, { email: 'li@firm.example', email_verified: true });
    const [one, two] = [await round(), await round()];
    expect(await endOidc(app, { url: one.url, cookie: two.cookie })).toMatchObject({ code: 'oidc_refused' });
    expect(await endOidc(app, { url: one.url, cookie: 'AAAA' })).toMatchObject({ code: 'oidc_refused' });
  });

  test('is not kept when it does not answer, and is not asked where it may not be', async () => {
    expect(await keep({ issuer: 'http://127.0.0.1:9' })).toMatchObject({ code: 'oidc_refused' });
    const guarded = { ...app, config: { ...app.config, allow_private_addresses: [] } };
    const given = { issuer, client_id: 'greenlane', client_secret: 'x', domain: 'firm.example' };
    expect(await keepOidc(guarded, firm.id, given)).toMatchObject({ code: 'oidc_refused' });
    expect(await keep({ domain: 'firm' })).toMatchObject({ code: 'oidc_settings', field: 'domain' });
  });
});
