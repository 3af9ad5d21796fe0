import { randomUUID } from 'node:crypto';
import {
  error,
  isHttpError,
  redirect,
  type Handle,
  type HandleServerError,
  type ServerInit,
} from '@sveltejs/kit';
import { sequence } from '@sveltejs/kit/hooks';
import { building } from '$app/environment';
import { LANGUAGES, negotiateLanguage } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { authenticate } from '#lib/server/accounts/authenticate.ts';
import { isProven } from '#lib/server/accounts/proof.ts';
import { auditRequest, fieldsTold } from '#lib/server/audit/request.ts';
import { createApp, type App } from '#lib/server/app.ts';
import { parseConfig } from '#lib/server/config.ts';
import { isDatabaseLost } from '#lib/server/db/lost-database.ts';
import { discardRest } from '#lib/server/http/body.ts';
import { boundForm } from '#lib/server/http/form-body.ts';
import { observeRequest } from '#lib/server/http/metrics.ts';
import { notAllowedText } from '#lib/server/http/not-allowed.ts';
import { admit, roleGiver, wantsProof } from '#lib/server/http/page-rules.ts';
import { problem, problemResponse } from '#lib/server/http/problem.ts';

let app: App;

export const init: ServerInit = () => {
  if (building) return;
  const parsed = parseConfig(process.env);
  if (!parsed.ok) throw new Error(parsed.problems.join(' '));
  const { database_url } = parsed.config;
  if (!database_url) throw new Error('DATABASE_URL is empty. Use npm start, which brings a database.');
  app = createApp({ ...parsed.config, database_url }, 'web');
  process.once('sveltekit:shutdown', () => void app.close());
};

/** Outermost: names the request, and afterwards logs, measures and secures whatever the answer is. */
const observe: Handle = async ({ event, resolve }) => {
  const started_ms = performance.now();
  const { locals, request, url, route } = event;
  locals.app = app;
  locals.request_id = newRequestId();
  locals.actor = null;
  locals.session = null;
  locals.set_cookies = [];
  locals.audit = null;
  locals.is_database_lost = false;
  locals.may_keep_page = false;
  let status = 500;
  try {
    const response = finish(await resolve(event), url, locals);
    ({ status } = response);
    return response;
  } catch (cause) {
    if (isHttpError(cause)) ({ status } = cause);
    throw cause;
  } finally {
    const ms = performance.now() - started_ms;
    observeRequest({ method: request.method, route: route.id, status, seconds: ms / 1000 });
    // The route and not the address: set-up links and feeds carry their token in it.
    app.log.info(
      {
        request_id: locals.request_id,
        method: request.method,
        route: route.id,
        status,
        ms: Math.round(ms),
        actor_id: event.locals.actor?.id,
      },
      'request',
    );
  }
};

const chooseView: Handle = ({ event, resolve }) => {
  const { cookies, locals, request } = event;
  const chosen = cookies.get('language');
  locals.language =
    LANGUAGES.find((language) => language === chosen) ??
    negotiateLanguage(request.headers.get('accept-language'));
  const theme = cookies.get('theme');
  locals.theme = theme === 'light' || theme === 'dark' ? theme : null;
  const attributes = locals.theme ? `data-theme="${locals.theme}"` : '';
  return resolve(event, {
    transformPageChunk: ({ html }) =>
      html.replace('%greenlane.lang%', locals.language).replace('%greenlane.theme%', attributes),
  });
};

const identify: Handle = async ({ event, resolve }) => {
  const { locals, request, route, url } = event;
  // Whatever credentials come with it: health is the process's own, and never waits for the database.
  if (route.id === '/healthz') return resolve(event);
  let found;
  try {
    found = await authenticate(app, request, event.getClientAddress());
  } catch (cause) {
    if (!isDatabaseLost(cause)) throw cause;
    app.log.error({ err: cause, request_id: locals.request_id }, 'database lost');
    if (isApi(url)) return problemResponse(databaseProblem(locals), locals.request_id);
    error(503, { message: databaseMessage(locals), request_id: locals.request_id });
  }
  if (!found.ok) {
    await discardRest(request);
    return problemResponse(found.problem, locals.request_id);
  }
  locals.actor = found.actor;
  locals.session = found.session;
  locals.set_cookies.push(...found.set_cookies);
  return resolve(event);
};

/** Whoever may not open a page or send its form is told so before either runs; each also checks by itself. */
const guardPages: Handle = async ({ event, resolve }) => {
  const { locals, request, route, url } = event;
  if (route.id === null || isApi(url)) return resolve(event);
  const { actor } = locals;
  const asked = { route_id: route.id, method: request.method, search: url.search };
  const admitted = admit(asked, actor);
  if (
    admitted.is_admitted &&
    actor?.kind === 'person' &&
    wantsProof(asked) &&
    !(await isProven(app, locals))
  ) {
    await discardRest(request);
    locals.audit = { kind: 'write', outcome: 'refused', detail: { asked: 'proof' } };
    redirect(303, `/confirm?${new URLSearchParams({ next: withoutForm(url) }).toString()}`);
  }
  // The layout asks a stranger to sign in, and remembers where they wanted to go.
  if (admitted.is_admitted || (actor === null && request.method === 'GET')) return resolve(event);
  await discardRest(request);
  // What is thrown here would be the bare page of errors: a reader is answered inside of the program's own.
  if (actor && !event.isDataRequest && !request.headers.has('x-sveltekit-action'))
    return event.fetch(
      `/refused?${new URLSearchParams({ of: url.pathname, ask: roleGiver(asked) }).toString()}`,
    );
  const message = notAllowedText(roleGiver(asked), locals.language);
  error(actor ? 403 : 401, { message, request_id: locals.request_id });
};

/** Reads the form of a page within its limit, once it is known who sends it. */
const boundForms: Handle = async ({ event, resolve }) => {
  const { locals, request, route, url } = event;
  if (route.id === null || isApi(url) || request.method === 'GET' || request.method === 'HEAD')
    return resolve(event);
  const bound = await boundForm(request, route.id);
  if (!bound.ok) {
    if (bound.reason === 'broken') return new Response(null, { status: 400 });
    await discardRest(request);
    const { request_id, language } = locals;
    error(413, { message: textsOf(language)('accounts.request.too_large', { mb: bound.mb }), request_id });
  }
  event.request = bound.request;
  return resolve(event);
};

/** Outside of whatever may refuse: what was tried is written down as well as what was done. */
const audit: Handle = async ({ event, resolve }) => {
  const { locals, request, route, url, params } = event;
  if (route.id === '/healthz') return resolve(event);
  // What is typed before anybody is known may be a password in the wrong field.
  const fields = route.id?.startsWith('/(auth)/') ? {} : await fieldsTold(request);
  const response = await resolve(event);
  const { actor, request_id, audit: note } = locals;
  const admitted =
    route.id === null || isApi(url)
      ? null
      : admit({ route_id: route.id, method: request.method, search: url.search }, actor);
  const side = admitted?.is_admitted ? admitted.side : actor?.firm ? 'firm' : 'operator';
  const client_address = event.getClientAddress();
  const asked = { request, url, route_id: route.id, params, actor, side, request_id, client_address, note };
  await auditRequest(app, asked, { response, fields });
  return response;
};

/** Programs get problem+json for what the framework itself refuses: an unknown path, a wrong method. */
const answerPrograms: Handle = async ({ event, resolve }) => {
  const { locals, route, request, url } = event;
  if (!isApi(url)) return resolve(event);
  const no_such_path = problem(
    404,
    'There is nothing at this address. What there is stands in /api/v1/openapi.json.',
  );
  if (route.id === null) return problemResponse(no_such_path, locals.request_id);
  const response = await resolve(event);
  const allow = response.headers.get('allow');
  if (response.status !== 405 || !allow) return response;
  const sentence = `${request.method} is not possible here; ${allow} is.`;
  return problemResponse(problem(405, sentence, undefined, { allow }), locals.request_id);
};

/** The dateline tells the minute, hence a page of another minute is another page. */
const MINUTE_MS = 60_000;

/** Renders the overview of a firm once for each reader's view and state of the data. */
const keepOverview: Handle = async ({ event, resolve }) => {
  const { locals, request, route, url } = event;
  const { actor, language, theme, request_id } = locals;
  const is_page = request.method === 'GET' && !event.isDataRequest && route.id === '/(app)/overview';
  if (!is_page || actor?.kind !== 'person' || !actor.firm) return resolve(event);
  const minute = Math.floor(app.now().getTime() / MINUTE_MS);
  let version: string;
  try {
    version = await app.overview_versions.ask(actor.firm.id);
  } catch (cause) {
    if (!isDatabaseLost(cause)) throw cause;
    // The page says so itself, in the program's own frame; thrown here it would be the bare page of errors.
    return resolve(event);
  }
  return app.pages.answer({
    key: JSON.stringify([actor.firm.id, actor, language, theme, minute, url.href]),
    version,
    request_id,
    render: async () => ({ response: await resolve(event), may_keep: locals.may_keep_page }),
  });
};

export const handle = sequence(
  observe,
  chooseView,
  audit,
  identify,
  guardPages,
  boundForms,
  answerPrograms,
  keepOverview,
);

export const handleError: HandleServerError = ({ error: cause, event, status }) => {
  const { request_id, language } = event.locals;
  const text = textsOf(language ?? 'en');
  if (status === 404) return { message: text('accounts.request.not_found'), request_id };
  event.locals.is_database_lost = isDatabaseLost(cause);
  app.log.error({ err: cause, request_id, route: event.route.id }, 'request failed');
  if (event.locals.is_database_lost)
    return { message: databaseMessage(event.locals), request_id, is_database_lost: true };
  return { message: text('accounts.request.failed', { request_id }), request_id };
};

const HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};
const HSTS = 'max-age=31536000';
const RETRY_SECONDS = '5';

function finish(answer: Response, url: URL, locals: Locals): Response {
  const is_lost = answer.status === 500 && locals.is_database_lost;
  const response = is_lost
    ? new Response(answer.body, { status: 503, headers: new Headers(answer.headers) })
    : answer;
  if (is_lost) response.headers.set('retry-after', RETRY_SECONDS);
  for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value);
  // What was made for somebody stays with nobody else, nor in the browser after they signed out.
  if (locals.actor && !response.headers.has('cache-control'))
    response.headers.set('cache-control', 'private, no-store');
  if (url.protocol === 'https:') response.headers.set('strict-transport-security', HSTS);
  for (const cookie of locals.set_cookies) response.headers.append('set-cookie', cookie);
  return response;
}

type Locals = globalThis.App.Locals;

function databaseProblem(locals: Locals) {
  const sentence = `The database cannot be reached just now. Try again; if it happens again, quote ${locals.request_id}.`;
  return problem(503, sentence, undefined, { 'retry-after': RETRY_SECONDS });
}

function databaseMessage(locals: Locals): string {
  return textsOf(locals.language)('accounts.request.database_lost', { request_id: locals.request_id });
}

/** The page that a form was sent from. */
function withoutForm(url: URL): string {
  const query = new URLSearchParams([...url.searchParams].filter(([name]) => !name.startsWith('/')));
  return query.size > 0 ? `${url.pathname}?${query.toString()}` : url.pathname;
}

function isApi(url: URL): boolean {
  return url.pathname === '/api' || url.pathname.startsWith('/api/');
}

/** Crockford's base 32: read aloud and typed without mistaking one character for another. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The last 48 bits of a UUID are random, and the generator is asked for many of them at once. */
function newRequestId(): string {
  let bits = parseInt(randomUUID().slice(24), 16);
  let id = 'R-';
  for (let at = 0; at < 8; at += 1) {
    id += ALPHABET.charAt(bits % 32);
    bits = Math.floor(bits / 32);
  }
  return id;
}
