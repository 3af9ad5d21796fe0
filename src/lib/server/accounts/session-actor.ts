import {
  isFirmRole,
  isOperatorRole,
  scopesOfFirmRole,
  scopesOfOperatorRole,
  type Membership,
  type OperatorRole,
} from '#lib/domain/accounts/actor.ts';
import type { App } from '#lib/server/app.ts';
import { SharedRead } from '#lib/server/db/shared-read.ts';
import { FIRM_COLUMNS } from './firms.ts';
import { grantedMemberships } from './grants.ts';
import type { Person, SessionProof } from './session-cache.ts';
import { sessionCookieOf } from './session-cookie.ts';
import { supportedFirms } from './support.ts';

/** A person works in few firms; a list of them must still end. */
const MEMBERSHIPS_MAX = 200;

/** The person whose session cookie came with these headers; null without one that holds. */
export async function actorOfSession(app: App, headers: Headers): Promise<SessionActor> {
  const cookie = sessionCookieOf(app.config, headers);
  if (!cookie) return { person: null, session: null, set_cookies: [] };
  const cached = app.accounts.sessions.find(cookie, app.now());
  if (cached) return { person: cached.person, session: cached.session, set_cookies: [] };
  let reads = READS.get(app);
  if (!reads) READS.set(app, (reads = new SharedRead((cookies) => readActor(app, cookies))));
  return reads.ask(headers.get('cookie') ?? '');
}

type SessionActor = { person: Person | null; session: SessionProof | null; set_cookies: string[] };

/** Who comes with the same cookies just when what was cached ran out is answered by one look-up. */
const READS = new WeakMap<App, SharedRead<SessionActor>>();

async function readActor(app: App, cookies: string): Promise<SessionActor> {
  const headers = new Headers({ cookie: cookies });
  const { session: found, set_cookies } = await readSession(app, headers);
  if (!found) return { person: null, session: null, set_cookies };
  const { id, confirmed_at, provider_firm_id } = found;
  const read = { session: { id, confirmed_at, provider_firm_id }, person: await readPerson(app, found) };
  const cookie = sessionCookieOf(app.config, headers);
  if (cookie) app.accounts.sessions.keep(cookie, read, app.now());
  return { ...read, set_cookies };
}

/** Makes a firm the one that this session works in. False when the person does not belong to it. */
export async function switchFirm(app: App, headers: Headers, slug: string): Promise<boolean> {
  return switchTo(app, headers, ({ firm }) => firm.slug === slug);
}

/** The same by the firm's id, as an invitation has it. */
export async function switchFirmById(app: App, headers: Headers, firm_id: string): Promise<boolean> {
  return switchTo(app, headers, ({ firm }) => firm.id === firm_id);
}

async function switchTo(
  app: App,
  headers: Headers,
  is_wanted: (membership: Membership) => boolean,
): Promise<boolean> {
  const cookie = sessionCookieOf(app.config, headers);
  const { session } = await readSession(app, headers);
  if (!cookie || !session) return false;
  const person = await readPerson(app, session);
  const membership = person.memberships.find(is_wanted);
  if (!membership) return false;
  await app.db
    .updateTable('auth.session')
    .set({ active_firm_id: membership.firm.id })
    .where('id', '=', session.id)
    .execute();
  app.accounts.sessions.drop(cookie);
  return true;
}

/** The same person, working in another of their firms. */
export function inFirmOf(person: Person, membership: Membership | null): Person {
  const { firm = null, role = null, support_until, through } = membership ?? {};
  const firm_scopes = role ? scopesOfFirmRole(role) : [];
  return { ...person, firm, role, firm_scopes, is_support: support_until !== undefined, through };
}

type Session = SessionProof & {
  active_firm_id: string | null;
  user: { id: string; name: string; email: string };
};

/** However busy: after a month everybody signs in anew, so that a cookie that was taken is worth no more than that. */
const SESSION_MS_MAX = 30 * 86_400_000;

/** The session of a cookie as better-auth finds it in the database; prolongs it where that is due. */
export async function readSession(
  app: App,
  headers: Headers,
): Promise<{ session: Session | null; set_cookies: string[] }> {
  const auth = await app.accounts.auth();
  const { response, headers: answered } = await auth.api.getSession({
    headers: new Headers({ cookie: headers.get('cookie') ?? '' }),
    returnHeaders: true,
  });
  const set_cookies = answered.getSetCookie();
  if (!response) return { session: null, set_cookies };
  const { session, user } = response;
  if (session.createdAt.getTime() < app.now().getTime() - SESSION_MS_MAX) {
    await app.db.deleteFrom('auth.session').where('id', '=', session.id).execute();
    return { session: null, set_cookies };
  }
  const { id, name, email } = user;
  const { active_firm_id = null, provider_firm_id = null } = session;
  const confirmed_at = session.confirmed_at ?? session.createdAt;
  return {
    session: { id: session.id, active_firm_id, provider_firm_id, confirmed_at, user: { id, name, email } },
    set_cookies,
  };
}

async function readPerson(app: App, session: Session): Promise<Person> {
  const [all, all_operator_roles] = await Promise.all([
    membershipsOf(app, session.user.id),
    operatorRolesOf(app, session.user.id),
  ]);
  // A firm's provider speaks for that firm: what a person has elsewhere, it does not open.
  const { provider_firm_id } = session;
  const own = provider_firm_id ? all.filter(({ firm }) => firm.id === provider_firm_id) : all;
  const operator_roles = provider_firm_id ? [] : all_operator_roles;
  const granted = await grantedMemberships(app, session.user.id, own);
  const acting = [...own, ...granted];
  const memberships = [...acting, ...(operator_roles.includes('admin') ? await supportOf(app, acting) : [])];
  // Whoever is in no firm yet works in none: only one's own is entered unasked.
  const active = memberships.find(({ firm }) => firm.id === session.active_firm_id) ?? own[0];
  const person: Person = {
    ...{ kind: 'person', ...session.user, memberships, operator_roles },
    operator_scopes: [...new Set(operator_roles.flatMap(scopesOfOperatorRole))],
    ...{ firm: null, role: null, firm_scopes: [] },
  };
  return inFirmOf(person, active ?? null);
}

async function membershipsOf(app: App, user_id: string): Promise<Membership[]> {
  const rows = await app.db
    .selectFrom('auth.member')
    .innerJoin('auth.firm', 'auth.firm.id', 'auth.member.firm_id')
    .innerJoin('auth.user', 'auth.user.id', 'auth.member.user_id')
    .select([...FIRM_COLUMNS, 'auth.member.role'])
    .where('auth.member.user_id', '=', user_id)
    .where('auth.firm.suspended_at', 'is', null)
    // A firm that asks for a second factor is shut to its people until they have one.
    .where((eb) =>
      eb.or([
        eb('auth.firm.requires_second_factor', '=', false),
        eb('auth.user.two_factor_enabled', '=', true),
      ]),
    )
    .orderBy('auth.member.created_at')
    .orderBy('auth.firm.slug')
    .limit(MEMBERSHIPS_MAX)
    .execute();
  return rows.flatMap(({ role, ...firm }) => (isFirmRole(role) ? [{ firm, role }] : []));
}

/** Firms that let the operator's administrators in just now: to read, never chosen by itself. */
async function supportOf(app: App, acting: readonly Membership[]): Promise<Membership[]> {
  const firms = await supportedFirms(app);
  return firms
    .filter(({ id }) => !acting.some(({ firm }) => firm.id === id))
    .map(({ expires_at, ...firm }) => ({ firm, role: 'executive', support_until: expires_at }));
}

async function operatorRolesOf(app: App, user_id: string): Promise<OperatorRole[]> {
  const rows = await app.db
    .selectFrom('auth.operator_member')
    .select('role')
    .where('user_id', '=', user_id)
    .orderBy('role')
    .limit(10)
    .execute();
  return rows.map(({ role }) => role).filter(isOperatorRole);
}
