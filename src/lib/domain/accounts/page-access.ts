import type { Actor, OperatorRole, Scope } from './actor.ts';

/**
 * Who may open a page or send its form. `anybody`: signed in or not; `person`: whoever is signed in. Else the
 * scope, for the firm that somebody works in or for the operator; `operator_role` narrows it to one role.
 */
export type PageAccess =
  | 'anybody'
  | 'person'
  | { scope: Scope; side: 'firm' | 'either' }
  | { scope: Scope; side: 'operator'; operator_role?: OperatorRole };

export type Admission = { is_admitted: true; side: 'firm' | 'operator' } | { is_admitted: false };

const REFUSED: Admission = { is_admitted: false };

/** Whether the actor is let in, and on whose behalf they then act. */
export function admission(access: PageAccess, actor: Actor | null): Admission {
  if (access === 'anybody') return { is_admitted: true, side: actor?.firm ? 'firm' : 'operator' };
  if (!actor) return REFUSED;
  if (access === 'person')
    return actor.kind === 'person' ? { is_admitted: true, side: actor.firm ? 'firm' : 'operator' } : REFUSED;
  if (access.side !== 'operator' && actor.firm && actor.firm_scopes.includes(access.scope))
    return { is_admitted: true, side: 'firm' };
  if (access.side === 'firm' || !actor.operator_scopes.includes(access.scope)) return REFUSED;
  const wanted = access.side === 'operator' ? access.operator_role : undefined;
  if (wanted && actor.kind === 'person' && !actor.operator_roles.includes(wanted)) return REFUSED;
  return { is_admitted: true, side: 'operator' };
}
