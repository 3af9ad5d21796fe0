import * as client from 'openid-client';
import { fetch } from 'undici';
import { z } from 'zod';
import { sealOf } from '#lib/server/seal.ts';
import type { App } from '#lib/server/app.ts';
import { createGuardedAgent } from '#lib/server/net/guarded-agent.ts';
import { foldEmail, insertPlace } from './people.ts';
import { refusal, type Refusal } from './refusal.ts';

/** A provider that does not answer in this time does not answer. */
const TIMEOUT_SECONDS = 8;
const SCOPE = 'openid email profile';
/** What a person becomes who signs in by the firm's provider for the first time: one who reads. */
const FIRST_ROLE = 'executive';
const DOMAIN = /^(?=.{4,253}$)[a-z0-9-]+(\.[a-z0-9-]+)+$/;

export type OidcSettings = { issuer: string; client_id: string; domain: string };

/** How a firm's own sign-in is set up; the secret is never shown again. */
export async function oidcSettings(app: App, firm_id: string): Promise<OidcSettings | null> {
  const found = await app.db
    .selectFrom('auth.oidc_provider')
    .select(['issuer', 'client_id', 'domain'])
    .where('firm_id', '=', firm_id)
    .executeTakeFirst();
  return found ?? null;
}

/** Keeps a firm's provider after asking it for its description: one that does not answer is not kept. */
export async function keepOidc(
  app: App,
  firm_id: string,
  input: OidcSettings & { client_secret: string },
): Promise<{ ok: true } | Refusal> {
  const issuer = input.issuer.trim();
  const domain = input.domain.trim().toLowerCase().replace(/^@/, '');
  const [client_id, client_secret] = [input.client_id.trim(), input.client_secret.trim()];
  if (!URL.canParse(issuer) || !/^https?:$/.test(new URL(issuer).protocol))
    return refusal('oidc_settings', 'issuer');
  if (!DOMAIN.test(domain)) return refusal('oidc_settings', 'domain');
  if (!client_id || !client_secret)
    return refusal('oidc_settings', client_id ? 'client_secret' : 'client_id');
  if (!(await discover(app, { issuer, client_id, client_secret }))) return refusal('oidc_refused', 'issuer');
  const seal = await sealOf(app.config);
  const values = {
    issuer,
    client_id,
    domain,
    client_secret_sealed: seal.close(client_secret),
    updated_at: app.now(),
  };
  await app.db
    .insertInto('auth.oidc_provider')
    .values({ firm_id, ...values })
    .onConflict((conflict) => conflict.column('firm_id').doUpdateSet(values))
    .execute();
  return { ok: true };
}

export async function removeOidc(app: App, firm_id: string): Promise<void> {
  await app.db.deleteFrom('auth.oidc_provider').where('firm_id', '=', firm_id).execute();
}

const ROUND = z.object({
  firm_id: z.string(),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  next: z.string(),
});

/**
 * Begins a sign-in by the provider of a firm: where to send the browser, and what to keep in its cookie until it
 * comes back, sealed.
 */
export async function beginOidc(
  app: App,
  input: { slug: string; redirect_uri: string; next: string; asks_again?: boolean },
): Promise<{ ok: true; location: string; cookie: string } | Refusal> {
  const provider = await providerOf(app, { slug: input.slug });
  if (!provider) return refusal('oidc_unknown', 'slug');
  const configuration = await discover(app, provider);
  if (!configuration) return refusal('oidc_refused');
  const verifier = client.randomPKCECodeVerifier();
  const [state, nonce] = [client.randomState(), client.randomNonce()];
  const location = client.buildAuthorizationUrl(configuration, {
    ...{ redirect_uri: input.redirect_uri, scope: SCOPE, state, nonce },
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    // Who proves anew who they are is asked there too, however long they are signed in with it.
    ...(input.asks_again ? { prompt: 'login' } : {}),
  });
  // What a provider says of itself becomes a link of ours.
  if (!/^https?:$/.test(location.protocol)) return refusal('oidc_refused');
  const seal = await sealOf(app.config);
  const round = { firm_id: provider.firm_id, state, nonce, verifier, next: input.next };
  return {
    ok: true,
    location: location.href,
    cookie: seal.close(JSON.stringify(round)).toString('base64url'),
  };
}

/**
 * Ends it: the provider's answer is checked (state, nonce, PKCE, signature, issuer, audience), the e-mail address has
 * to be verified and of the firm's domain, and the person a member, or new. A person of another domain never gets
 * in by it, whatever the provider says.
 */
export async function endOidc(
  app: App,
  input: { url: URL; cookie: string },
): Promise<{ ok: true; set_cookies: string[]; next: string; email: string; firm_id: string } | Refusal> {
  const round = await opened(app, input.cookie);
  const provider = round && (await providerOf(app, { id: round.firm_id }));
  const configuration = provider && (await discover(app, provider));
  if (!round || !configuration) return refusal('oidc_refused');
  const claims = await client
    .authorizationCodeGrant(configuration, input.url, {
      ...{ expectedState: round.state, expectedNonce: round.nonce, pkceCodeVerifier: round.verifier },
      idTokenExpected: true,
    })
    .then(async (tokens) => {
      const own = tokens.claims();
      if (own?.email || !own) return own;
      return client.fetchUserInfo(configuration, tokens.access_token, own.sub);
    })
    .catch((cause: unknown) => {
      app.log.warn({ err: cause, firm_id: round.firm_id }, 'single sign-on refused');
      return null;
    });
  const email = typeof claims?.email === 'string' ? foldEmail(claims.email) : '';
  const is_theirs = claims?.email_verified === true && email.endsWith(`@${provider.domain}`);
  if (!is_theirs) return refusal(claims ? 'oidc_person' : 'oidc_refused');
  const name =
    typeof claims?.name === 'string' && claims.name.trim() ? claims.name.trim().slice(0, 200) : email;
  const user_id = await memberOf(app, { firm_id: round.firm_id, email, name });
  if (!user_id) return refusal('oidc_elsewhere');
  const auth = await app.accounts.auth();
  const begun = await auth.api.beginSession({
    body: { user_id, firm_id: round.firm_id },
    returnHeaders: true,
  });
  const set_cookies = begun.headers.getSetCookie();
  return { ok: true, set_cookies, next: round.next, email, firm_id: round.firm_id };
}

type Provider = { firm_id: string; issuer: string; client_id: string; client_secret: string; domain: string };

async function providerOf(app: App, by: { slug: string } | { id: string }): Promise<Provider | null> {
  const found = await app.db
    .selectFrom('auth.oidc_provider as p')
    .innerJoin('auth.firm as f', 'f.id', 'p.firm_id')
    .select(['p.firm_id', 'p.issuer', 'p.client_id', 'p.client_secret_sealed', 'p.domain'])
    .where('f.suspended_at', 'is', null)
    .where('slug' in by ? 'f.slug' : 'f.id', '=', 'slug' in by ? by.slug : by.id)
    .executeTakeFirst();
  if (!found) return null;
  const { client_secret_sealed, ...rest } = found;
  const seal = await sealOf(app.config);
  return { ...rest, client_secret: seal.open(client_secret_sealed) };
}

/** The provider as it describes itself; asked by the guarded agent, so that no firm makes us call into our own network. */
async function discover(
  app: App,
  { issuer, client_id, client_secret }: Pick<Provider, 'issuer' | 'client_id' | 'client_secret'>,
): Promise<client.Configuration | null> {
  const dispatcher = createGuardedAgent(app.config.allow_private_addresses);
  const guarded: client.CustomFetch = async (url, options) => {
    const answer = await fetch(url, { ...options, body: bodyOf(options.body), dispatcher });
    const bytes = await boundedBytes(answer.body);
    return new Response(bytes, { status: answer.status, headers: [...answer.headers] });
  };
  // Plain http is for a provider in one's own network, which has to be listed as such.
  const execute = issuer.startsWith('http:') ? [client.allowInsecureRequests] : [];
  return client
    .discovery(new URL(issuer), client_id, client_secret, undefined, {
      [client.customFetch]: guarded,
      timeout: TIMEOUT_SECONDS,
      execute,
    })
    .catch((cause: unknown) => {
      app.log.warn({ err: cause, issuer }, 'provider of sign-in does not answer');
      return null;
    });
}

/** Descriptions, keys and tokens take some kilobytes; a firm's provider must not fill our memory. */
const ANSWER_BYTES_MAX = 1024 * 1024;

async function boundedBytes(body: AsyncIterable<Uint8Array> | null): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > ANSWER_BYTES_MAX) throw new Error(`the answer is larger than ${ANSWER_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function bodyOf(body: unknown): string | undefined {
  if (typeof body === 'string') return body;
  return body instanceof URLSearchParams ? body.toString() : undefined;
}

async function opened(app: App, cookie: string): Promise<z.infer<typeof ROUND> | null> {
  const seal = await sealOf(app.config);
  try {
    return ROUND.parse(JSON.parse(seal.open(Buffer.from(cookie, 'base64url'))));
  } catch {
    // Whatever was sent instead of our cookie: it opens nothing.
    return null;
  }
}

/**
 * The person with this address as a member of the firm, made where there is none. Null for somebody who belongs to
 * another firm or to the operator too: the firm runs its provider, and must not open what is not its own. Nor does
 * it take over an account that never joined it.
 */
async function memberOf(
  app: App,
  { firm_id, email, name }: { firm_id: string; email: string; name: string },
): Promise<string | null> {
  const user_id = await app.db.transaction().execute(async (tx) => {
    const made = await tx
      .insertInto('auth.user')
      .values({ email, name, email_verified: true })
      .onConflict((conflict) => conflict.column('email').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (made) {
      await insertPlace(tx, made.id, { firm_id, role: FIRST_ROLE });
      return made.id;
    }
    const { id } = await tx
      .selectFrom('auth.user')
      .select('id')
      .where('email', '=', email)
      .executeTakeFirstOrThrow();
    const places = await tx.selectFrom('auth.member').select('firm_id').where('user_id', '=', id).execute();
    const at_operator = await tx
      .selectFrom('auth.operator_member')
      .select('role')
      .where('user_id', '=', id)
      .executeTakeFirst();
    const is_here_alone = places.length === 1 && places[0]?.firm_id === firm_id && !at_operator;
    return is_here_alone ? id : null;
  });
  if (user_id) app.accounts.sessions.dropPerson(user_id);
  return user_id;
}
