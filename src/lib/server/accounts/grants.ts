import type { App } from '#lib/server/app.ts';
import { firmBySlug } from './firms.ts';
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
