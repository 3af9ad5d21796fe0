import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { requireSecondFactor } from '#lib/server/accounts/firms.ts';
import { askForReset, changePassword, isResetOpen, resetPassword } from '#lib/server/accounts/passwords.ts';
import { authenticate } from '#lib/server/accounts/authenticate.ts';
import { createUser } from '#lib/server/accounts/people.ts';
import { isProven, proveByPassword } from '#lib/server/accounts/proof.ts';
import {
  beginSecondFactor,
  confirmSecondFactor,
  endSecondFactor,
  secondStep,
} from '#lib/server/accounts/second-factor.ts';
import { endOtherSessions, endSession, sessionsOf } from '#lib/server/accounts/sessions.ts';
import { signIn } from '#lib/server/accounts/sign-in.ts';
import { readSession } from '#lib/server/accounts/session-actor.ts';
import { mailVerification, requireVerifiedEmail, verifyEmail } from '#lib/server/accounts/verify-email.ts';
import type { App } from '#lib/server/app.ts';
import { createMailer } from '#lib/server/mail/mailer.ts';
import {
  actorOf,
  cookieHeader,
  cookieOf,
  PASSWORD,
  restarted,
  totp,
  useDataDir,
} from '../support/accounts.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm } from '../support/factories.ts';
import { useMailServer } from '../support/mail-server.ts';

const data_dir = useDataDir();
const database = useDatabase({ DATA_DIR: data_dir, ALLOW_PRIVATE_ADDRESSES: '127.0.0.0/8' });
const mails = useMailServer();
const ADDRESS = '203.0.113.9';
const NEW_PASSWORD = 'yangtze delta ferry 7';
let app: App;
let firm: Firm;

beforeAll(async () => {
  app = {
    ...database.current.app,
    mailer: createMailer({ smtp_url: mails.url, mail_from: 'g@example.org' }),
  };
  firm = await createFirm(database.current.owner);
});

async function person(): Promise<{ id: string; email: string; cookie: string; headers: Headers }> {
  const email = `p-${randomUUID().slice(0, 8)}@example.org`;
  const made = await createUser(app, {
    email,
    name: 'Ann',
    password: PASSWORD,
    firm_slug: firm.slug,
    role: 'owner',
  });
  if (!made.ok) throw new Error(made.problem);
  const cookie = await cookieOf(app, email);
  return { id: made.user_id, email, cookie, headers: new Headers({ cookie }) };
}

describe('a forgotten password', () => {
  test('is set anew by a mailed link, once, and ends every sign-in', async () => {
    const { email, cookie } = await person();
    const ask = { email, address: ADDRESS, language: 'en', origin: 'http://127.0.0.1:3000' } as const;
    expect(await askForReset(app, ask)).toEqual({ ok: true });
    await expect.poll(() => mails.all(email).length).toBe(1);
    const link = /http\S+/.exec(mails.take(email).text)?.[0] ?? '';
    const token = new URL(link).searchParams.get('token') ?? '';
    const { rows } = await database.current.owner.pg.query(`select identifier, value from auth.verification`);
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(await isResetOpen(app, token)).toBe(true);
    expect(await resetPassword(app, token, 'password1234')).toMatchObject({ code: 'password_common' });
    expect(await resetPassword(app, token, NEW_PASSWORD)).toEqual({ ok: true });
    expect(await isResetOpen(app, token)).toBe(false);
    expect(await resetPassword(app, token, `${NEW_PASSWORD}8`)).toMatchObject({ code: 'reset_over' });
    expect(await actorOf(app, { cookie })).toBeNull();
    expect(await signIn(app, { email, password: NEW_PASSWORD, address: ADDRESS })).toMatchObject({
      ok: true,
    });
  });

  test('of an address without an account is asked for in the same words, and mails nobody', async () => {
    const email = 'nobody@example.org';
    expect(await askForReset(app, { email, address: ADDRESS, language: 'en', origin: 'http://x' })).toEqual({
      ok: true,
    });
    expect(() => mails.take(email)).toThrow('no mail');
  });
});

describe('a second factor', () => {
  // A code holds for its half minute and the ones beside it, however long the test takes.
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
  afterEach(() => void vi.useRealTimers());

  test('is asked for after the password, by a code or a recovery code that holds once', async () => {
    const { id, email, headers } = await person();
    const given = { headers, email, address: ADDRESS };
    // An empty field is no password either, although people without one need none.
    expect(await beginSecondFactor(app, { ...given, password: '' })).toMatchObject({
      code: 'password_wrong',
    });
    expect(await beginSecondFactor(app, { ...given, password: 'wrong password 12' })).toMatchObject({
      code: 'password_wrong',
    });
    const begun = await beginSecondFactor(app, { ...given, password: PASSWORD });
    if (!begun.ok) throw new Error(begun.problem);
    expect(begun.qr_svg).toMatch(/^<svg/);
    expect(await confirmSecondFactor(app, { ...given, code: '000000' })).toMatchObject({
      code: 'code_wrong',
    });
    // Until the first code nothing is asked for: a phone that was never set up shuts nobody out.
    expect(await signIn(app, { email, password: PASSWORD, address: ADDRESS })).toMatchObject({
      needs_second_step: false,
    });
    const confirmed_at = Date.now();
    expect(
      await confirmSecondFactor(app, { ...given, code: totp(begun.secret, confirmed_at) }),
    ).toMatchObject({ ok: true });

    const first = await signIn(app, { email, password: PASSWORD, address: ADDRESS });
    if (!first.ok) throw new Error(first.problem);
    expect(first.needs_second_step).toBe(true);
    const half = cookieHeader(first.set_cookies);
    expect(await actorOf(app, { cookie: half })).toBeNull();
    const [code = ''] = begun.recovery_codes;
    const stepped = await secondStep(app, new Headers({ cookie: half }), { code, is_recovery: true });
    if (!stepped.ok) throw new Error(stepped.problem);
    const whole = cookieHeader(stepped.set_cookies);
    expect(await actorOf(app, { cookie: whole })).toMatchObject({ email });

    const again = await signIn(app, { email, password: PASSWORD, address: ADDRESS });
    if (!again.ok) throw new Error(again.problem);
    const next = new Headers({ cookie: cookieHeader(again.set_cookies) });
    expect(await secondStep(app, next, { code, is_recovery: true })).toMatchObject({ code: 'code_wrong' });
    // The code that turned the factor on was used: whoever saw it typed gets in by the next one only.
    const used = { code: totp(begun.secret, confirmed_at), is_recovery: false };
    expect(await secondStep(app, next, used)).toMatchObject({ code: 'code_used' });
    const later = await signIn(app, { email, password: PASSWORD, address: ADDRESS });
    if (!later.ok) throw new Error(later.problem);
    const third = new Headers({ cookie: cookieHeader(later.set_cookies) });
    const fresh = { code: totp(begun.secret, confirmed_at + 30_000), is_recovery: false };
    expect(await secondStep(app, third, fresh)).toMatchObject({ ok: true });
    const sessions = await sessionsOf(app, id, null);
    expect(await secondStep(app, third, fresh)).toMatchObject({ ok: false });
    expect(await sessionsOf(app, id, null)).toHaveLength(sessions.length);

    const { rows } = await database.current.owner.pg.query(
      `select secret, backup_codes from auth.two_factor`,
    );
    expect(JSON.stringify(rows)).not.toContain(code);
    expect(JSON.stringify(rows)).not.toContain(begun.secret);
    expect(
      await endSecondFactor(app, { ...given, headers: new Headers({ cookie: whole }), password: PASSWORD }),
    ).toMatchObject({ ok: true });
    expect(await signIn(app, { email, password: PASSWORD, address: ADDRESS })).toMatchObject({
      needs_second_step: false,
    });
  });

  test('that a firm requires shuts the firm to whoever has none', async () => {
    const { cookie } = await person();
    expect(await actorOf(app, { cookie })).toMatchObject({ firm: { slug: firm.slug } });
    await requireSecondFactor(app, firm.id, true);
    expect(await actorOf(app, { cookie })).toMatchObject({ firm: null, firm_scopes: [] });
    await requireSecondFactor(app, firm.id, false);
    expect(await actorOf(app, { cookie })).toMatchObject({ firm: { slug: firm.slug } });
  });
});

describe('sign-ins', () => {
  test('are listed and ended, one or all others', async () => {
    const { id, email, headers } = await person();
    const [phone, tablet] = [await cookieOf(app, email), await cookieOf(app, email)];
    const { session } = await readSession(app, headers);
    const listed = await sessionsOf(app, id, session?.id ?? null);
    expect(listed.map(({ is_current }) => is_current).sort()).toEqual([false, false, true]);
    const phone_id = (await readSession(app, new Headers({ cookie: phone }))).session?.id ?? '';
    expect(await endSession(app, randomUUID(), phone_id)).toMatchObject({ ok: false });
    expect(await endSession(app, id, phone_id)).toEqual({ ok: true });
    expect(await actorOf(app, { cookie: phone })).toBeNull();
    await endOtherSessions(app, id, session?.id ?? '');
    expect(await actorOf(app, { cookie: tablet })).toBeNull();
    expect(await readSession(app, headers)).toMatchObject({ session: { user: { email } } });
  });

  test('end after a month, however much they are used', async () => {
    const { id, cookie } = await person();
    const begun = (days: number) =>
      database.current.owner.pg.query(
        `update auth.session set created_at = now() - make_interval(days => $2) where user_id = $1`,
        [id, days],
      );
    await begun(29);
    expect(await actorOf(restarted(app), { cookie })).toMatchObject({ id });
    await begun(31);
    expect(await actorOf(restarted(app), { cookie })).toBeNull();
    expect(await sessionsOf(app, id, null)).toEqual([]);
  });

  test('of others end when the password is changed, which takes the old one', async () => {
    const { email, cookie, headers } = await person();
    const change = { headers, email, address: ADDRESS, password: NEW_PASSWORD };
    expect(await changePassword(app, { ...change, current: 'wrong password 12' })).toMatchObject({
      code: 'password_wrong',
    });
    expect(await changePassword(app, { ...change, current: PASSWORD, password: 'short' })).toMatchObject({
      ok: false,
    });
    expect(await changePassword(app, { ...change, current: PASSWORD })).toMatchObject({ ok: true });
    expect(await actorOf(app, { cookie })).toBeNull();
  });
});

describe('a proof of who one is', () => {
  const at = (minutes: number) => restarted(app, () => new Date(Date.now() + minutes * 60_000));
  const sessionOf = async (by: App, cookie: string) => {
    const found = await authenticate(by, new Request('http://127.0.0.1:3000/', { headers: { cookie } }));
    return { session: found.ok ? found.session : null };
  };

  test('holds for a quarter of an hour after signing in, and again after the password', async () => {
    const { email, cookie, headers } = await person();
    expect(await isProven(app, await sessionOf(app, cookie))).toBe(true);
    const later = at(16);
    const stale = await sessionOf(later, cookie);
    expect(await isProven(later, stale)).toBe(false);
    const { session } = stale;
    if (!session) throw new Error('nobody is signed in');
    const given = { headers, session, email, address: ADDRESS };
    expect(await proveByPassword(later, { ...given, password: 'wrong password 12' })).toMatchObject({
      code: 'password_wrong',
    });
    expect(await isProven(later, await sessionOf(later, cookie))).toBe(false);
    expect(await proveByPassword(later, { ...given, password: PASSWORD })).toEqual({ ok: true });
    // Another process, which remembers the session as it was, asks the database before it asks the person.
    expect(await isProven(at(17), stale)).toBe(true);
    expect(await isProven(at(40), stale)).toBe(false);
  });
});

describe('a verified e-mail address', () => {
  const verify = { address: ADDRESS, language: 'en', origin: 'http://127.0.0.1:3000' } as const;

  test('is asked for where the operator says so and has a mail server, of whoever knows the password', async () => {
    const { id, email } = await person();
    const by = { id, name: 'Ann' };
    const sign = (password = PASSWORD, to = app) => signIn(to, { email, password, address: ADDRESS });
    const mute = { ...app, mailer: createMailer({ smtp_url: null, mail_from: 'g@example.org' }) };
    expect(await sign()).toMatchObject({ ok: true });
    expect(await requireVerifiedEmail(mute, { by, is_required: true })).toMatchObject({ code: 'no_mail' });
    expect(await requireVerifiedEmail(app, { by, is_required: true })).toMatchObject({
      code: 'verify_first',
    });
    const admin = await person();
    await database.current.owner.pg.query('update auth."user" set email_verified = true where id = $1', [
      admin.id,
    ]);
    const required = { by: { id: admin.id, name: 'Op' }, is_required: true };
    expect(await requireVerifiedEmail(app, required)).toEqual({ ok: true });
    try {
      const before = await sessionsOf(app, id, null);
      expect(await sign()).toMatchObject({ ok: false, code: 'email_unverified' });
      expect(await sessionsOf(app, id, null)).toHaveLength(before.length);
      expect(await sign('wrong password 12')).toMatchObject({ code: 'credentials' });
      expect(await sign(PASSWORD, mute)).toMatchObject({ ok: true });

      expect(await mailVerification(app, { ...verify, email })).toEqual({ ok: true });
      await expect.poll(() => mails.all(email).length).toBe(1);
      const link = /http\S+/.exec(mails.take(email).text)?.[0] ?? '';
      const token = new URL(link).searchParams.get('token') ?? '';
      expect(await verifyEmail(app, `${token}x`)).toMatchObject({ code: 'verify_over' });
      expect(await sign()).toMatchObject({ code: 'email_unverified' });
      expect(await verifyEmail(app, token)).toEqual({ ok: true });
      expect(await sign()).toMatchObject({ ok: true });
      // Of whom needs none, or is nobody, it is asked for in the same words.
      for (const other of [email, 'nobody-there@example.org'])
        expect(await mailVerification(app, { ...verify, email: other })).toEqual({ ok: true });
      expect(() => mails.take('nobody-there@example.org')).toThrow('no mail');
    } finally {
      await requireVerifiedEmail(app, { ...required, is_required: false });
    }
  });
});
