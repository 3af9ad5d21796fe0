import type { Actor } from '#lib/domain/accounts/actor.ts';
import type { App } from '#lib/server/app.ts';
import { problem, type Problem } from '#lib/server/http/problem.ts';
import { actorOfKey } from './key-actor.ts';
import { actorOfSession, inFirmOf } from './session-actor.ts';
import type { SessionProof } from './session-cache.ts';

/** Who asks; `set_cookies` are `Set-Cookie` headers to send along (a prolonged session). */
export type Authentication =
  | { ok: true; actor: Actor | null; session: SessionProof | null; set_cookies: string[] }
  | { ok: false; problem: Problem };

/**
 * The actor of a request: by `Authorization: Bearer glk_…`, else by the session cookie, else nobody. A key
 * that does not hold is a 401 with its own sentence, never nobody. `Greenlane-Firm: <slug>` chooses the firm:
 * one that granted the key's firm, or one that the person may work in.
 */
export async function authenticate(app: App, request: Request, address = ''): Promise<Authentication> {
  const secret = bearerOf(request);
  const slug = request.headers.get('greenlane-firm')?.trim() || null;
  if (secret !== null) {
    const found = await actorOfKey(app, secret, { slug, address });
    return found.ok ? { ok: true, actor: found.actor, session: null, set_cookies: [] } : found;
  }
  const { person, session, set_cookies } = await actorOfSession(app, request.headers);
  if (!person || !slug) return { ok: true, actor: person, session, set_cookies };
  const membership = person.memberships.find(({ firm }) => firm.slug === slug);
  if (!membership)
    return { ok: false, problem: problem(404, `You belong to no firm with the slug "${slug}".`) };
  return { ok: true, actor: inFirmOf(person, membership), session, set_cookies };
}

/** Other schemes (a proxy's own Basic, say) are not ours to judge. */
function bearerOf(request: Request): string | null {
  const bearer = /^Bearer(?:\s+(.*))?$/i.exec(request.headers.get('authorization') ?? '');
  return bearer ? (bearer[1] ?? '').trim() : null;
}
