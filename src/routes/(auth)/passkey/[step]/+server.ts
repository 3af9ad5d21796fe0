import { error, json } from '@sveltejs/kit';
import { textsOf } from '#lib/i18n/texts.ts';
import {
  registerPasskey,
  registrationOptions,
  signInByPasskey,
  signInOptions,
} from '#lib/server/accounts/passkeys.ts';
import { isProven } from '#lib/server/accounts/proof.ts';
import { refusal, sentenceOf } from '#lib/server/accounts/refusal.ts';
import { readBytes } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

/** An answer of an authenticator takes a few kilobytes. */
const BODY_BYTES_MAX = 64 * 1024;
const NAME_LENGTH_MAX = 100;

/** The four steps of the browser's own dialog: for a new passkey, and for signing in by one. */
export const POST: RequestHandler = async ({ locals, params, request, getClientAddress }) => {
  const { app, actor, language, request_id, session } = locals;
  const is_person = actor?.kind === 'person';
  const text = textsOf(language);
  if (params.step.startsWith('register') && !is_person)
    error(401, { message: text('accounts.request.not_allowed'), request_id });
  if (params.step.startsWith('register')) {
    const refused = session?.provider_firm_id
      ? refusal('by_provider')
      : (await isProven(app, locals))
        ? null
        : refusal('confirm_first');
    if (refused) return json({ message: sentenceOf(refused, language) }, { status: 403 });
  }
  switch (params.step) {
    case 'register-options':
    case 'sign-in-options': {
      const ask = params.step === 'register-options' ? registrationOptions : signInOptions;
      const { options, set_cookies } = await ask(app, request.headers);
      locals.set_cookies.push(...set_cookies);
      return json(options);
    }
    case 'register': {
      const { response, name } = await read(request);
      const made = await registerPasskey(app, request.headers, { response, name });
      return made.ok ? json({ ok: true }) : json({ message: sentenceOf(made, language) }, { status: 400 });
    }
    case 'sign-in': {
      const { response } = await read(request);
      const signed_in = await signInByPasskey(app, request.headers, {
        response,
        address: getClientAddress(),
      });
      const status = !signed_in.ok && signed_in.code === 'wait' ? 429 : 400;
      if (!signed_in.ok) return json({ message: sentenceOf(signed_in, language) }, { status });
      locals.set_cookies.push(...signed_in.set_cookies);
      return json({ ok: true });
    }
    default:
      error(404, { message: text('accounts.request.not_found'), request_id });
  }
};

async function read(request: Request): Promise<{ response: unknown; name: string }> {
  const sent = new TextDecoder().decode(await readBytes(request, BODY_BYTES_MAX));
  let value: unknown = null;
  try {
    value = JSON.parse(sent);
  } catch {
    // What is no JSON is no answer of an authenticator either, and is refused as one.
  }
  const fields = new Map<string, unknown>(
    typeof value === 'object' && value !== null ? Object.entries(value) : [],
  );
  const name = fields.get('name');
  return {
    response: fields.get('response') ?? {},
    name: typeof name === 'string' ? name.trim().slice(0, NAME_LENGTH_MAX) : '',
  };
}
