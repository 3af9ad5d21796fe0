import { parseNarrowed, recordsAddress, type ClearanceQuery } from './query.ts';

/** What the list can be narrowed to beside the filters of the clearance page. */
export const KINDS = ['inspected', 'within_a_minute', 'under_way'] as const;
export type Kind = (typeof KINDS)[number];

export const ORDERS = ['newest', 'slowest'] as const;

/** How a list of records is narrowed and ordered, and where it goes on: all of it in the address. */
export type RecordList = {
  kind: Kind | null;
  /** Only those that took longer. */
  over_seconds: number | null;
  district: string | null;
  order: (typeof ORDERS)[number];
  after: string | null;
};

export const LIST_DEFAULT: RecordList = {
  kind: null,
  over_seconds: null,
  district: null,
  order: 'newest',
  after: null,
};

/** Reads it; what cannot be read is ignored. */
export function parseList(params: URLSearchParams): RecordList {
  const narrowed = parseNarrowed(params);
  return {
    kind: KINDS.find((known) => known === params.get('kind')) ?? null,
    over_seconds: narrowed.over_seconds ?? null,
    district: narrowed.district ?? null,
    order: ORDERS.find((known) => known === params.get('order')) ?? 'newest',
    after: params.get('after'),
  };
}

/** The address of the list; defaults are left out. */
export function listAddress(query: ClearanceQuery, list: Partial<RecordList> = {}): string {
  const { kind, over_seconds, district, order, after } = list;
  const address = recordsAddress(query, {
    ...(over_seconds === null || over_seconds === undefined ? {} : { over_seconds }),
    ...(district ? { district } : {}),
    ...(order ? { order } : {}),
    ...(after ? { after } : {}),
  });
  return kind ? `${address}${address.includes('?') ? '&' : '?'}kind=${kind}` : address;
}
