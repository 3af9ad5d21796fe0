import {
  CHANNELS,
  DIRECTIONS,
  MEASURES,
  type Channel,
  type Direction,
  type Measure,
} from '#lib/domain/clearance/measure.ts';

/** The state of the clearance page and of its lists, all of it in the address. */
export type ClearanceQuery = {
  /** Inclusive days; null means the default period, which ends with the newest day on file. */
  from: string | null;
  to: string | null;
  measure: Measure;
  direction: Direction;
  /** Four digits, or null for all. */
  office: string | null;
  category: string | null;
  channel: Channel | null;
  sort: ClearanceSort;
};

/** Columns that the table of offices can be ordered by; each puts what needs attention first. */
export const CLEARANCE_SORTS = ['mean', 'n', 'p90', 'change'] as const;
export type ClearanceSort = (typeof CLEARANCE_SORTS)[number];

export const CLEARANCE_QUERY_DEFAULT: ClearanceQuery = {
  from: null,
  to: null,
  measure: 'declared_to_released',
  direction: 'export',
  office: null,
  category: null,
  channel: null,
  sort: 'mean',
};

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const OFFICE = /^\d{4}$/;
const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Reads the query. What cannot be read is ignored; a period that ends before it begins is none. */
export function parseClearanceQuery(params: URLSearchParams): ClearanceQuery {
  const from = dayOf(params.get('from'));
  const to = dayOf(params.get('to'));
  const is_backwards = from !== null && to !== null && from > to;
  return {
    from: is_backwards ? null : from,
    to: is_backwards ? null : to,
    measure: one(MEASURES, params.get('m')) ?? CLEARANCE_QUERY_DEFAULT.measure,
    direction: one(DIRECTIONS, params.get('dir')) ?? CLEARANCE_QUERY_DEFAULT.direction,
    office: matching(OFFICE, params.get('office')),
    category: matching(SLUG, params.get('category')),
    channel: one(CHANNELS, params.get('channel')),
    sort: one(CLEARANCE_SORTS, params.get('sort')) ?? CLEARANCE_QUERY_DEFAULT.sort,
  };
}

/** What a list of records leaves out beyond the query: all but the outliers, all but one district. */
export type Narrowed = { over_seconds?: number; district?: string };

/** Reads what narrows a list of records; what cannot be read is ignored. */
export function parseNarrowed(params: URLSearchParams): Narrowed {
  const over = params.get('over');
  return {
    ...(over !== null && /^\d{1,9}$/.test(over) ? { over_seconds: Number(over) } : {}),
    ...(OFFICE.test(params.get('district') ?? '') ? { district: params.get('district') ?? '' } : {}),
  };
}

/** The address of a list of records: the query, the order where it is not the newest, and where it goes on. */
export function recordsAddress(
  query: ClearanceQuery,
  list: Narrowed & { order?: 'newest' | 'slowest'; after?: string } = {},
): string {
  const params = new URLSearchParams(clearanceQuery(query));
  if (list.district) params.set('district', list.district);
  if (list.over_seconds !== undefined) params.set('over', String(list.over_seconds));
  if (list.order === 'slowest') params.set('order', list.order);
  if (list.after) params.set('after', list.after);
  return `/clearance/records${params.size > 0 ? `?${params.toString()}` : ''}`;
}

/** The query with its question mark, short keys, defaults left out; empty when all is default. */
export function clearanceQuery(query: ClearanceQuery): string {
  const params = new URLSearchParams();
  const put = (key: string, value: string | null, absent: string | null = null) => {
    if (value !== null && value !== absent) params.set(key, value);
  };
  put('from', query.from);
  put('to', query.to);
  put('m', query.measure, CLEARANCE_QUERY_DEFAULT.measure);
  put('dir', query.direction, CLEARANCE_QUERY_DEFAULT.direction);
  put('office', query.office);
  put('category', query.category);
  put('channel', query.channel);
  put('sort', query.sort, CLEARANCE_QUERY_DEFAULT.sort);
  return params.size > 0 ? `?${params.toString()}` : '';
}

function dayOf(value: string | null): string | null {
  if (value === null || !DAY.test(value)) return null;
  const at = new Date(`${value}T00:00:00Z`);
  return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== value ? null : value;
}

function one<T extends string>(values: readonly T[], value: string | null): T | null {
  return values.find((known) => known === value) ?? null;
}

function matching(pattern: RegExp, value: string | null): string | null {
  return value !== null && pattern.test(value) ? value : null;
}
