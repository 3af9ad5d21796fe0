import {
  isFirmRole,
  scopesOfFirmRole,
  type Actor,
  type Firm,
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

/** Lets the keys of one firm (the broker) act for another, with at most this role. Replaces a standing grant. */
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

/** The firm that the actor belongs to; a broker's key may act for another one. Null for the operator. */
export async function homeFirmOf(app: App, actor: Actor): Promise<string | null> {
  if (actor.kind === 'person') return actor.firm?.id ?? null;
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
