import type { Actor, Firm, Scope } from '#lib/domain/accounts/actor.ts';
import { refuse } from './problem.ts';

/** Whose rows an operation works on: the firm of the actor, the operator's own, or either of them. */
export type Side = 'firm' | 'operator' | 'either';
/** `operator_scope` is the scope asked of the operator, where it differs from the firm's. Of several scopes one is enough. */
export type KeyAccess = {
  scope: Scope | readonly Scope[];
  side: Side;
  operator_scope?: Scope | readonly Scope[];
};
/** `signed`: no key; the signature of the body says whose it is, and `run` refuses with 401 one that does not hold. */
export type Access = KeyAccess | 'public' | 'signed';

const NOBODY: Actor = {
  kind: 'key',
  id: '00000000-0000-0000-0000-000000000000',
  name: 'anybody',
  firm: null,
  firm_scopes: [],
  operator_scopes: [],
};

const KEY_MISSING = 'Send a key in the header "Authorization: Bearer glk_…", or sign in.';
const KEY_NOT_VALID =
  'The key in the header Authorization is not valid: it is unknown, expired or revoked. Ask an owner or administrator for a new one.';

/** The actor and the firm to work for; refuses with 401 or 403 and says what is missing. */
export function authorise(
  access: Access,
  actor: Actor | null,
  has_sent_key = false,
): { actor: Actor; firm: Firm | null } {
  if (access === 'public' || access === 'signed')
    return { actor: actor ?? NOBODY, firm: actor?.firm ?? null };
  if (!actor)
    refuse(401, has_sent_key ? KEY_NOT_VALID : KEY_MISSING, undefined, {
      'www-authenticate': `Bearer realm="greenlane"${has_sent_key ? ', error="invalid_token"' : ''}`,
    });
  const scopes = [access.scope].flat();
  const for_firm =
    access.side !== 'operator' &&
    actor.firm !== null &&
    scopes.some((scope) => actor.firm_scopes.includes(scope));
  if (for_firm) return { actor, firm: actor.firm };
  const operator_scopes = access.operator_scope === undefined ? scopes : [access.operator_scope].flat();
  const for_operator =
    access.side !== 'firm' && operator_scopes.some((scope) => actor.operator_scopes.includes(scope));
  if (for_operator) return { actor, firm: null };
  const whose = access.side === 'operator' ? 'of the operator' : access.side === 'firm' ? 'of a firm' : '';
  const what = actor.kind === 'key' ? 'This key' : 'Your role';
  refuse(
    403,
    `${what} does not carry the scope ${(access.side !== 'operator' && actor.firm ? scopes : operator_scopes).join(' or ')}${whose && ` ${whose}`}. Ask an owner or administrator for it.`,
  );
}

/** A session's cookie travels with any page's request; its writes come only from our own pages. */
export function requireSameOrigin(request: Request, url: URL): void {
  const origin = request.headers.get('origin');
  const site = request.headers.get('sec-fetch-site');
  if (
    (origin !== null && origin !== url.origin) ||
    (site !== null && site !== 'same-origin' && site !== 'none')
  )
    refuse(403, 'A browser session may write only from the pages of this installation. Use a key instead.');
}
