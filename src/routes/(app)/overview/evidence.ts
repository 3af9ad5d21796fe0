import type { Days } from '#lib/domain/clearance/time-range.ts';

/** What an address is narrowed to, in the words of the clearance page and of its list of records. */
export type Narrowing = Partial<
  Record<'channel' | 'office' | 'category' | 'kind' | 'over' | 'order' | 'dir', string>
>;

/** Addresses of what stands behind the numbers of a period: the page of hours, and the list of declarations. */
export function evidenceOf({ from, to }: Days) {
  const address = (path: string, narrowed: Narrowing) =>
    `${path}?${new URLSearchParams({ from, to, ...narrowed }).toString()}`;
  return {
    hours: (narrowed: Narrowing = {}) => address('/clearance', narrowed),
    records: (narrowed: Narrowing = {}) => address('/clearance/records', narrowed),
  };
}

export type Evidence = ReturnType<typeof evidenceOf>;
