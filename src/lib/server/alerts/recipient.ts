import type { Actor, Firm } from '#lib/domain/accounts/actor.ts';

/** A person in a firm, a firm (no person), a person of the operator (no firm), or the operator (neither). */
export type Recipient = { firm_id: string | null; user_id: string | null };

/** Who asks, as somebody who is told: a person for themselves, a key for its firm or the operator. */
export function recipientOf(actor: Actor, firm: Firm | null): Recipient {
  return { firm_id: firm?.id ?? null, user_id: actor.kind === 'person' ? actor.id : null };
}
