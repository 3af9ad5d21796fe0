export type DecisionQuery = { outcome: string | null; reference: string | null; after?: string | null };

/** The address of a list of decisions; what is not asked for is left out. */
export function decisionsAddress({ outcome, reference, after }: DecisionQuery): string {
  const query = new URLSearchParams();
  if (outcome) query.set('outcome', outcome);
  if (reference) query.set('reference', reference);
  if (after) query.set('after', after);
  return `/eligibility/decisions${query.size > 0 ? `?${query}` : ''}`;
}
