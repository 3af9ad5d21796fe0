import {
  isFirmRole,
  roleThroughGrant,
  scopesOfFirmRole,
  type Actor,
  type Firm,
  type Membership,
  type Scope,
} from '#lib/domain/accounts/actor.ts';
import type { App } from '#lib/server/app.ts';
import { FIRM_COLUMNS, firmBySlug } from './firms.ts';
import { refusal, type Refusal } from './refusal.ts';

/** An owner's rights (people, keys, grants) are not handed to another firm. */
export const GRANT_ROLES = ['compliance_manager', 'executive'] as const;
export type GrantRole = (typeof GRANT_ROLES)[number];

export type GrantInput = {
  firm_slug: string;
  grantee_slug: string;
  role: string;
  granted_by?: string | null;
};

/** Lets the people and keys of one firm (the broker) act for another, with at most this role. Replaces a standing grant. */
export async function grantFirm(app: App, input: GrantInput): Promise<{ ok: true; id: string } | Refusal> {
  const role = GRANT_ROLES.find((known) => known === input.role);
  if (!role) return refusal('grant_role_unknown', 'role', { role: input.role });
  const pair = await pairOf(app, input);
  if ('ok' in pair) return pair;
  const values = { ...pair, role, granted_by: input.granted_by ?? null };
  const { id } = await app.db
    .insertInto('auth.firm_grant')
    .values(values)
    .onConflict((conflict) =>
      conflict
        .columns(['firm_id', 'grantee_firm_id'])
        .where('revoked_at', 'is', null)
        .doUpdateSet({ role, granted_by: values.granted_by }),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  app.accounts.sessions.clear();
  return { ok: true, id };
}

/** Ends a grant at once. */
export async function revokeGrant(
  app: App,
  input: { firm_slug: string; grantee_slug: string },
): Promise<{ ok: true } | Refusal> {
  const pair = await pairOf(app, input);
  if ('ok' in pair) return pair;
  const revoked = await app.db
    .updateTable('auth.firm_grant')
    .set({ revoked_at: app.now() })
    .where('firm_id', '=', pair.firm_id)
    .where('grantee_firm_id', '=', pair.grantee_firm_id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  app.accounts.sessions.clear();
  return revoked.numUpdatedRows > 0n ? { ok: true } : refusal('grant_unknown', 'grantee');
}

/** A broker has hundreds of clients, not thousands. */
const CLIENTS_MAX = 5_000;

/**
 * The firms that granted this one a role with the scope: whoever carries the scope in this firm may use it
 * for their rows too. `grantee_firm_id` is the firm that somebody belongs to, not one that it acts for.
 */
export async function clientsOf(app: App, grantee_firm_id: string, scope: Scope): Promise<Firm[]> {
  const rows = await app.db
    .selectFrom('auth.firm_grant')
    .innerJoin('auth.firm', 'auth.firm.id', 'auth.firm_grant.firm_id')
    .select([...FIRM_COLUMNS, 'auth.firm_grant.role'])
    .where('auth.firm_grant.grantee_firm_id', '=', grantee_firm_id)
    .where('auth.firm_grant.revoked_at', 'is', null)
    .orderBy('auth.firm.slug')
    .limit(CLIENTS_MAX)
    .execute();
  return rows.flatMap(({ role, ...firm }) =>
    isFirmRole(role) && scopesOfFirmRole(role).includes(scope) ? [firm] : [],
  );
}

/**
 * The firms in which a person works through one of their own, to which these granted a role; none of which they
 * are a member of. One that asks for a second factor is shut to whoever has none, as it is to its own people.
 */
export async function grantedMemberships(
  app: App,
  user_id: string,
  own: readonly Membership[],
): Promise<Membership[]> {
  if (own.length === 0) return [];
  const rows = await app.db
    .selectFrom('auth.firm_grant')
    .innerJoin('auth.firm', 'auth.firm.id', 'auth.firm_grant.firm_id')
    .innerJoin('auth.user', (join) => join.on('auth.user.id', '=', user_id))
    .select([...FIRM_COLUMNS, 'auth.firm_grant.role', 'auth.firm_grant.grantee_firm_id'])
    .where(
      'auth.firm_grant.grantee_firm_id',
      'in',
      own.map(({ firm }) => firm.id),
    )
    .where(
      'auth.firm_grant.firm_id',
      'not in',
      own.map(({ firm }) => firm.id),
    )
    .where('auth.firm_grant.revoked_at', 'is', null)
    .where('auth.firm.suspended_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb('auth.firm.requires_second_factor', '=', false),
        eb('auth.user.two_factor_enabled', '=', true),
      ]),
    )
    .orderBy('auth.firm.slug')
    .limit(CLIENTS_MAX)
    .execute();
  const best = new Map<string, Membership>();
  for (const { role: granted, grantee_firm_id, ...firm } of rows) {
    const through = own.find((membership) => membership.firm.id === grantee_firm_id);
    if (!through || !isFirmRole(granted)) continue;
    const role = roleThroughGrant(through.role, granted);
    const known = best.get(firm.id);
    // Through two brokers of theirs: the role that carries more.
    if (!known || roleThroughGrant(known.role, role) === known.role)
      best.set(firm.id, { firm, role, through: through.firm });
  }
  return [...best.values()];
}

/**
 * The firm that the actor belongs to; a broker's key and a broker's people may act for another one. Null for the
 * operator.
 */
export async function homeFirmOf(app: App, actor: Actor): Promise<string | null> {
  if (actor.kind === 'person') return actor.through?.id ?? actor.firm?.id ?? null;
  const key = await app.db
    .selectFrom('auth.api_key')
    .select('firm_id')
    .where('id', '=', actor.id)
    .executeTakeFirst();
  return key?.firm_id ?? null;
}

async function pairOf(
  app: App,
  input: { firm_slug: string; grantee_slug: string },
): Promise<{ firm_id: string; grantee_firm_id: string } | Refusal> {
  const firm = await firmBySlug(app, input.firm_slug);
  if (!firm) return refusal('firm_unknown', 'firm', { slug: input.firm_slug });
  const grantee = await firmBySlug(app, input.grantee_slug);
  if (!grantee) return refusal('firm_unknown', 'grantee', { slug: input.grantee_slug });
  if (firm.id === grantee.id) return refusal('firm_itself', 'grantee');
  return { firm_id: firm.id, grantee_firm_id: grantee.id };
}

type Grant = { slug: string; name: string; role: string; created_at: Date };

/** The grants that stand: to others for this firm's rows, and by others for theirs. */
export async function grantsOf(app: App, firm_id: string): Promise<{ given: Grant[]; taken: Grant[] }> {
  const side = (own: 'firm_id' | 'grantee_firm_id', other: 'firm_id' | 'grantee_firm_id') =>
    app.db
      .selectFrom('auth.firm_grant as g')
      .innerJoin('auth.firm as f', 'f.id', `g.${other}`)
      .select(['f.slug', 'f.name', 'g.role', 'g.created_at'])
      .where(`g.${own}`, '=', firm_id)
      .where('g.revoked_at', 'is', null)
      .orderBy('f.slug')
      .limit(CLIENTS_MAX)
      .execute();
  const [given, taken] = await Promise.all([
    side('firm_id', 'grantee_firm_id'),
    side('grantee_firm_id', 'firm_id'),
  ]);
  return { given, taken };
}
