/**
 * A place in the spine: the transaction that wrote an event, and its id. Ids alone are no order: they are handed
 * out before their transactions commit.
 */
export type Position = { transaction_id: string; id: string };

export const BEGINNING: Position = { transaction_id: '0', id: '0' };
const WRITTEN = /^(\d{1,20})-(\d{1,19})$/;

/** As it stands in cursors and in `Last-Event-ID`. */
export function writePosition({ transaction_id, id }: Position): string {
  return `${transaction_id}-${id}`;
}

/** Null for what is none. */
export function readPosition(text: string): Position | null {
  const [, transaction_id, id] = WRITTEN.exec(text.trim()) ?? [];
  if (transaction_id === undefined || id === undefined) return null;
  const is_known = BigInt(transaction_id) < 2n ** 64n && BigInt(id) < 2n ** 63n;
  return is_known ? { transaction_id, id } : null;
}

export function isAfter(one: Position, other: Position): boolean {
  const [a, b] = [BigInt(one.transaction_id), BigInt(other.transaction_id)];
  return a === b ? BigInt(one.id) > BigInt(other.id) : a > b;
}
