import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pino } from 'pino';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import { authenticate } from '#lib/server/accounts/authenticate.ts';
import { createUser } from '#lib/server/accounts/people.ts';
import type { SessionProof } from '#lib/server/accounts/session-cache.ts';
import type { App } from '#lib/server/app.ts';
import { OPERATIONS } from '#lib/server/http/operations.ts';
import { PAGE_RULES } from '#lib/server/http/page-rules.ts';
import { createMailer } from '#lib/server/mail/mailer.ts';
import { cookieOf, PASSWORD, restarted, useDataDir } from '../support/accounts.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm } from '../support/factories.ts';
import { useMailServer } from '../support/mail-server.ts';
import { ROOT } from '../support/run-tool.ts';
import { GUESSES, NO_SECRET, type Guess } from '../support/secret-doors.ts';

/** Guessing at every door that takes a secret is slowed and written down, and a restart forgives nothing. */
const data_dir = useDataDir();
const database = useDatabase({ DATA_DIR: data_dir });
const mails = useMailServer();
const ROUTES = 'src/routes';
const SECRET_FIELD = /['"`](password|current|factor|typed_code|token|secret|client_secret|recovery)['"`]/;
const logged: string[] = [];
let app: App;
let signed_in: { actor: Actor | null; session: SessionProof | null; cookie: string };

beforeAll(async () => {
  const log = pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) });
  const mailer = createMailer({ smtp_url: mails.url, mail_from: 'g@example.org' });
  app = { ...database.current.app, log, mailer };
  const firm = await createFirm(database.current.owner);
  const ann = { email: 'ann@example.org', name: 'Ann', password: PASSWORD };
  const made = await createUser(app, { ...ann, firm_slug: firm.slug, role: 'owner' });
  if (!made.ok) throw new Error(made.problem);
  const cookie = await cookieOf(app, ann.email);
  const found = await authenticate(app, new Request('http://127.0.0.1:3000/', { headers: { cookie } }));
  signed_in = { ...(found.ok ? found : { actor: null, session: null }), cookie };
});

beforeEach(async () => {
  logged.length = 0;
  await database.current.owner.pg.query('delete from auth.sign_in_attempt');
});

const files = globSync(`${ROUTES}/**/+{page.server.ts,server.ts}`, { cwd: ROOT });

function fileOf(route_id: string): string {
  const found = files.find((file) => file.slice(ROUTES.length).replace(/\/\+[^/]+$/, '') === route_id);
  if (!found) throw new Error(`${route_id} has no server code`);
  return found;
}

/** Whoever comes without a name may guess; and so may who names a secret in a form. */
async function doorsToReview(): Promise<string[]> {
  const doors: string[] = [];
  for (const [route_id, { see, send = {} }] of Object.entries(PAGE_RULES)) {
    const file = files.find((one) => one.slice(ROUTES.length).replace(/\/\+[^/]+$/, '') === route_id);
    const names_secret = file ? SECRET_FIELD.test(await readFile(resolve(ROOT, file), 'utf8')) : false;
    if (see === 'anybody' || names_secret) doors.push(`see ${route_id}`);
    for (const [form, access] of Object.entries(send))
      if (access === 'anybody' || names_secret) doors.push(`send ${route_id} ${form}`);
  }
  for (const { method, path, access } of OPERATIONS)
    if (typeof access === 'string') doors.push(`${method.toUpperCase()} ${path}`);
  return doors;
}

test('every door that could be guessed at is reviewed, and no line is left of one that is gone', async () => {
  expect((await doorsToReview()).sort()).toEqual([...Object.keys(GUESSES), ...Object.keys(NO_SECRET)].sort());
});

type Handler = (event: unknown) => unknown;

async function handlerOf(door: string): Promise<{ run: Handler; is_page: boolean; is_app: boolean }> {
  const [verb = '', path = '', form = verb] = door.split(' ');
  const is_api = /^[A-Z]+$/.test(verb);
  const route_id = is_api ? `/api/v1${path.replaceAll(/\{(\w+)\}/g, '[$1]')}` : path;
  const file = fileOf(route_id);
  const imported: unknown = await import(resolve(ROOT, file));
  const module = named(imported);
  const actions = named(module.get('actions'));
  const is_page = file.endsWith('+page.server.ts');
  const run = is_page
    ? verb === 'see'
      ? module.get('load')
      : actions.get(form)
    : module.get(verb === 'see' ? 'GET' : form);
  if (!isFunction(run)) throw new Error(`${door} is not found`);
  return { run: (event) => invoke(run, event), is_page, is_app: route_id.startsWith('/(app)/') };
}

function invoke(run: (...given: never[]) => unknown, event: unknown): unknown {
  const called: unknown = Reflect.apply(run, null, [event]);
  return called;
}

function isFunction(value: unknown): value is (...given: never[]) => unknown {
  return typeof value === 'function';
}

function named(value: unknown): Map<string, unknown> {
  return new Map<string, unknown>(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}

/** Whether the door was shut before the guess was looked at. */
async function isSlowed(by: App, door: string, guess: Guess, address: string): Promise<boolean> {
  const { run, is_app } = await handlerOf(door);
  const url = new URL('http://127.0.0.1:3000/x');
  for (const [name, value] of Object.entries(guess.query ?? {})) url.searchParams.set(name, value);
  const body = guess.json === undefined ? new URLSearchParams(guess.form ?? {}) : JSON.stringify(guess.json);
  const cookie = is_app ? signed_in.cookie : '';
  const headers = { cookie, ...(guess.json === undefined ? {} : { 'content-type': 'application/json' }) };
  const request = door.startsWith('see')
    ? new Request(url, { headers })
    : new Request(url, { method: 'POST', body, headers });
  const locals = {
    ...{ app: by, language: 'en', request_id: 'R-1', set_cookies: [], audit: null },
    ...(is_app ? signed_in : { actor: null, session: null }),
  };
  const event = {
    ...{ locals, url, request, params: guess.params ?? {}, getClientAddress: () => address },
    setHeaders: () => {},
    cookies: { get: () => undefined, set: () => {}, delete: () => {} },
  };
  try {
    return statusOf(await run(event)) === 429;
  } catch (cause) {
    const status = statusOf(cause);
    if (status === null) throw cause;
    return status === 429;
  }
}

function statusOf(answer: unknown): number | null {
  if (typeof answer !== 'object' || answer === null || !('status' in answer)) return null;
  return typeof answer.status === 'number' ? answer.status : null;
}

test.each(Object.entries(GUESSES))(
  '%s is shut to whoever guesses, also after a restart',
  async (door, guess) => {
    const [from, elsewhere] = ['198.51.100.7', '198.51.100.8'];
    expect(await isSlowed(app, door, guess, from)).toBe(false);
    // As if the most that any door allows had been guessed: what this one counted is what shuts it.
    await database.current.owner.pg.query('update auth.sign_in_attempt set attempts = attempts + 99');
    expect(await isSlowed(restarted(app), door, guess, from)).toBe(true);
    expect(await isSlowed(app, door, guess, elsewhere)).toBe(guess.is_of_person === true);
    expect(logged.join('')).toContain(from);
    expect(logged.join('')).not.toMatch(/A{43}|wrong password/);
  },
);

test('a key is shut to whoever guesses, at whatever door', async () => {
  const ask = (by: App, address: string) =>
    authenticate(
      by,
      new Request('http://127.0.0.1:3000/', { headers: { authorization: `Bearer glk_${'x'.repeat(43)}` } }),
      address,
    );
  await ask(app, '198.51.100.7');
  await database.current.owner.pg.query('update auth.sign_in_attempt set attempts = attempts + 99');
  expect(await ask(restarted(app), '198.51.100.7')).toMatchObject({ problem: { status: 429 } });
  expect(await ask(app, '198.51.100.8')).toMatchObject({ problem: { status: 401 } });
});
