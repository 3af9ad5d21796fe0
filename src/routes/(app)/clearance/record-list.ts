import { STAGES, type Stage } from '#lib/domain/clearance/measure.ts';
import { CLEARANCE_QUERY_DEFAULT, clearanceQuery, type ClearanceQuery } from './query.ts';

/** What the list can be narrowed to beside the filters of the clearance page. */
export const KINDS = ['inspected', 'within_a_minute', 'under_way', 'eligible'] as const;
export type Kind = (typeof KINDS)[number];

export const ORDERS = ['newest', 'slowest'] as const;

/** How a list of records is narrowed and ordered, and where it goes on: all of it in the address. */
export type RecordList = {
  kind: Kind | null;
  /** The part of the way that is listed instead of the measure of the query. */
  stage: Stage | null;
  /** Only those that took longer. */
  over_seconds: number | null;
  /** Only those that took less; with the other one, a step of the distribution. */
  under_seconds: number | null;
  order: (typeof ORDERS)[number];
  after: string | null;
};

export const LIST_DEFAULT: RecordList = {
  kind: null,
  stage: null,
  over_seconds: null,
  under_seconds: null,
  order: 'newest',
  after: null,
};

/** Reads it; what cannot be read is ignored. */
export function parseList(params: URLSearchParams): RecordList {
  return {
    kind: KINDS.find((known) => known === params.get('kind')) ?? null,
    stage: STAGES.find((known) => known === params.get('stage')) ?? null,
    over_seconds: secondsIn(params.get('over')),
    under_seconds: secondsIn(params.get('under')),
    order: ORDERS.find((known) => known === params.get('order')) ?? 'newest',
    after: params.get('after'),
  };
}

function secondsIn(value: string | null): number | null {
  return value !== null && /^\d{1,9}$/.test(value) ? Number(value) : null;
}

/** The address of the list: the query without how the page draws and sorts; defaults are left out. */
export function listAddress(query: ClearanceQuery, list: Partial<RecordList> = {}): string {
  const { range, from, to, measure, direction, district, office, category, channel } = query;
  const asked = { range, from, to, measure, direction, district, office, category, channel };
  const params = new URLSearchParams(clearanceQuery({ ...CLEARANCE_QUERY_DEFAULT, ...asked }));
  const { kind, stage, over_seconds, under_seconds, order, after } = { ...LIST_DEFAULT, ...list };
  if (stage) params.set('stage', stage);
  if (over_seconds !== null) params.set('over', String(over_seconds));
  if (under_seconds !== null) params.set('under', String(under_seconds));
  if (order !== LIST_DEFAULT.order) params.set('order', order);
  if (after) params.set('after', after);
  if (kind) params.set('kind', kind);
  return `/clearance/records${params.size > 0 ? `?${params.toString()}` : ''}`;
}
