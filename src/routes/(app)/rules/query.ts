import { INSTRUMENT_KINDS, type InstrumentKind } from '#lib/domain/rules/version.ts';
import { isDay } from '#lib/domain/text/calendar-day.ts';
import { isUuid } from '#lib/domain/text/uuid.ts';

/** The state of the list of instruments. */
export type RulesQuery = { q: string; kind: InstrumentKind | null };

export function parseRulesQuery(params: URLSearchParams): RulesQuery {
  const kind = INSTRUMENT_KINDS.find((one) => one === params.get('kind')) ?? null;
  return { q: (params.get('q') ?? '').trim().slice(0, QUERY_CHARACTERS_MAX), kind };
}

const QUERY_CHARACTERS_MAX = 200;

/** The state of a reader: the day of the law, the moment of our knowledge, and what it is compared with. */
export type ReaderQuery = {
  /** Null is today. */
  as_of: string | null;
  /** Null is now. */
  known_at: Date | null;
  /** Ids of two versions; both or none. */
  from: string | null;
  to: string | null;
};

/** Reads the query; what cannot be read is ignored. */
export function parseReaderQuery(params: URLSearchParams): ReaderQuery {
  const on = params.get('on') ?? '';
  const ids = [params.get('from'), params.get('to')].map((id) => (id && isUuid(id) ? id : null));
  const [from, to] = ids.includes(null) ? [null, null] : ids;
  return {
    as_of: isDay(on) ? on : null,
    known_at: instantOf(params.get('known')),
    from: from ?? null,
    to: to ?? null,
  };
}

/** The query with its question mark; defaults are left out. */
export function readerQuery({ as_of, known_at, from, to }: ReaderQuery): string {
  const params = new URLSearchParams();
  if (as_of) params.set('on', as_of);
  if (known_at) params.set('known', known_at.toISOString());
  if (from && to) {
    params.set('from', from);
    params.set('to', to);
  }
  return params.size > 0 ? `?${params.toString()}` : '';
}

/** An instant with its zone, or the local time of China that a form field sends. */
function instantOf(written: string | null): Date | null {
  if (!written) return null;
  const local = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(written);
  const at = new Date(local ? `${written}+08:00` : written);
  return Number.isNaN(at.getTime()) ? null : at;
}
