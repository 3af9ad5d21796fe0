import type { Actor, Firm, Scope } from '#lib/domain/accounts/actor.ts';

/** A person in a firm, a firm (no person), a person of the operator (no firm), or the operator (neither). */
export type Recipient = { firm_id: string | null; user_id: string | null };

/** Who asks, as somebody who is told: a person for themselves, a key for its firm or the operator. */
export function recipientOf(actor: Actor, firm: Firm | null): Recipient {
  return { firm_id: firm?.id ?? null, user_id: actor.kind === 'person' ? actor.id : null };
}

export type Who = { actor: Actor; firm: Firm | null };

/** Whose inbox somebody may read: that of the firm they work in, else the operator's; null for neither. */
export function readerOf(actor: Actor | null): Who | null {
  return withScope(actor, 'alerts:read');
}

export function writerOf(actor: Actor | null): Who | null {
  return withScope(actor, 'alerts:write');
}

function withScope(actor: Actor | null, scope: Scope): Who | null {
  if (!actor) return null;
  if (actor.firm && actor.firm_scopes.includes(scope)) return { actor, firm: actor.firm };
  // Who works in a firm and may not write there does not come to write for the operator instead.
  const is_reader_of_firm = actor.firm !== null && actor.firm_scopes.includes('alerts:read');
  return !is_reader_of_firm && actor.operator_scopes.includes(scope) ? { actor, firm: null } : null;
}
