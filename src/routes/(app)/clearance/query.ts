import { STATISTICS, type Comparison, type Statistic } from '#lib/domain/clearance/dashboard.ts';
import {
  CHANNELS,
  DIRECTIONS,
  MEASURES,
  NOT_GIVEN,
  type Channel,
  type Direction,
  type Measure,
} from '#lib/domain/clearance/measure.ts';
import { GRAINS, type Grain } from '#lib/domain/clearance/period.ts';
import { dayFromText } from '#lib/domain/text/calendar-day.ts';
import { RANGES, type Range } from '#lib/domain/clearance/time-range.ts';

/** The state of the clearance page and of its lists, all of it in the address. */
export type ClearanceQuery = {
  /** A period by name; days win over it. Without either the default one. */
  range: Range;
  /** Inclusive days; an open end follows the newest day on file. */
  from: string | null;
  to: string | null;
  comparison: Comparison;
  measure: Measure;
  direction: Direction;
  /** Four digits, or null for all. An office of another district ends the filter by district. */
  district: string | null;
  office: string | null;
  /** A slug, or NOT_GIVEN. */
  category: string | null;
  channel: Channel | typeof NOT_GIVEN | null;
  /** What the trend is drawn by; null follows the length of the period. */
  grain: Grain | null;
  statistic: Statistic;
  sort: ClearanceSort;
  is_ascending: boolean;
  /** Every row of the tables, and not only the first. */
  shows_all: boolean;
};

/** Columns that the tables can be ordered by; downwards each puts what needs attention first. */
export const CLEARANCE_SORTS = ['mean', 'n', 'p90', 'against', 'change'] as const;
export type ClearanceSort = (typeof CLEARANCE_SORTS)[number];

export const CLEARANCE_QUERY_DEFAULT: ClearanceQuery = {
  range: '12m',
  from: null,
  to: null,
  comparison: { kind: 'previous' },
  measure: 'declared_to_released',
  direction: 'export',
  district: null,
  office: null,
  category: null,
  channel: null,
  grain: null,
  statistic: 'mean',
  sort: 'mean',
  is_ascending: false,
  shows_all: false,
};

const OFFICE = /^\d{4}$/;
const DISTRICT = /^\d{2}00$/;
const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Reads the query. What cannot be read is ignored; a period that ends before it begins is none. */
export function parseClearanceQuery(params: URLSearchParams): ClearanceQuery {
  const office = matching(OFFICE, params.get('office'));
  const district = matching(DISTRICT, params.get('district'));
  const sort = params.get('sort') ?? '';
  return {
    ...periodIn(params),
    comparison: comparisonIn(params.get('vs'), office),
    measure: one(MEASURES, params.get('m')) ?? CLEARANCE_QUERY_DEFAULT.measure,
    direction: one(DIRECTIONS, params.get('dir')) ?? CLEARANCE_QUERY_DEFAULT.direction,
    district: district && office && district.slice(0, 2) !== office.slice(0, 2) ? null : district,
    office,
    category: matching(SLUG, params.get('category')) ?? one([NOT_GIVEN], params.get('category')),
    channel: one([...CHANNELS, NOT_GIVEN], params.get('channel')),
    grain: one(GRAINS, params.get('by')),
    statistic: one(STATISTICS, params.get('stat')) ?? CLEARANCE_QUERY_DEFAULT.statistic,
    sort: one(CLEARANCE_SORTS, sort.replace(/^-/, '')) ?? CLEARANCE_QUERY_DEFAULT.sort,
    is_ascending: one(CLEARANCE_SORTS, sort.replace(/^-/, '')) !== null && sort.startsWith('-'),
    shows_all: params.get('rows') === 'all',
  };
}

/** The query with its question mark, short keys, defaults left out; empty when all is default. */
export function clearanceQuery(query: ClearanceQuery): string {
  const params = new URLSearchParams();
  const put = (key: string, value: string | null, absent: string | null = null) => {
    if (value !== null && value !== absent) params.set(key, value);
  };
  const { comparison } = query;
  if (query.from === null && query.to === null) put('range', query.range, CLEARANCE_QUERY_DEFAULT.range);
  put('from', query.from);
  put('to', query.to);
  put('vs', comparison.kind === 'office' ? comparison.office : comparison.kind, 'previous');
  put('m', query.measure, CLEARANCE_QUERY_DEFAULT.measure);
  put('dir', query.direction, CLEARANCE_QUERY_DEFAULT.direction);
  put('district', query.district);
  put('office', query.office);
  put('category', query.category);
  put('channel', query.channel);
  put('by', query.grain);
  put('stat', query.statistic, CLEARANCE_QUERY_DEFAULT.statistic);
  put('sort', `${query.is_ascending ? '-' : ''}${query.sort}`, CLEARANCE_QUERY_DEFAULT.sort);
  if (query.shows_all) params.set('rows', 'all');
  return params.size > 0 ? `?${params.toString()}` : '';
}

/**
 * The form sends its days even where a named period is chosen, and in `shown` the days that it showed: only
 * days that a person changed end the named period.
 */
function periodIn(params: URLSearchParams): Pick<ClearanceQuery, 'range' | 'from' | 'to'> {
  const range = one(RANGES, params.get('range'));
  const from = dayOf(params.get('from'));
  const to = dayOf(params.get('to'));
  const is_backwards = from !== null && to !== null && from > to;
  const is_untouched =
    range !== null && params.get('shown') === shownDays({ from: from ?? '', to: to ?? '' });
  if (is_backwards || is_untouched || (from === null && to === null))
    return { range: range ?? CLEARANCE_QUERY_DEFAULT.range, from: null, to: null };
  return { range: CLEARANCE_QUERY_DEFAULT.range, from, to };
}

/** What a form puts into `shown`. */
export function shownDays({ from, to }: { from: string; to: string }): string {
  return `${from}..${to}`;
}

function comparisonIn(value: string | null, office: string | null): Comparison {
  const other = matching(OFFICE, value);
  // An office beside itself says nothing.
  if (other !== null && other !== office) return { kind: 'office', office: other };
  return { kind: one(['none', 'baseline', 'previous', 'year'] as const, value) ?? 'previous' };
}

/** No declaration is older than declaration numbers, or comes from beyond them. */
const CENTURY = /^(19|20)/;

function dayOf(value: string | null): string | null {
  return value !== null && CENTURY.test(value) && dayFromText(value) !== null ? value : null;
}

function one<T extends string>(values: readonly T[], value: string | null): T | null {
  return values.find((known) => known === value) ?? null;
}

function matching(pattern: RegExp, value: string | null): string | null {
  return value !== null && pattern.test(value) ? value : null;
}
