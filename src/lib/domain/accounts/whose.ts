import type { Actor, Firm } from './actor.ts';

/** What somebody keeps in order: people, keys and the log of a firm, or (`firm` null) of the operator. */
export type Whose = { firm: Firm | null; has_both: boolean };

/**
 * An owner keeps the firm's, an administrator the operator's, and somebody who is both chooses by `of`. Null for
 * everybody else.
 */
export function whoseOf(actor: Actor | null, of: string | null): Whose | null {
  const firm = actor?.firm_scopes.includes('admin') ? actor.firm : null;
  const is_administrator = actor?.operator_scopes.includes('admin') ?? false;
  if (!firm && !is_administrator) return null;
  const wants_operator = is_administrator && (of === 'operator' || !firm);
  return { firm: wants_operator ? null : firm, has_both: firm !== null && is_administrator };
}
