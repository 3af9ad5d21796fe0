import { isDay } from '#lib/domain/text/calendar-day.ts';

/** The state of the search of items. */
export type ItemsQuery = { q: string; source: string | null; from: string | null; to: string | null };

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const QUERY_CHARACTERS_MAX = 4000;

/** Reads the query; what cannot be read is ignored. */
export function parseItemsQuery(params: URLSearchParams): ItemsQuery {
  const day = (name: string) => {
    const written = params.get(name) ?? '';
    return isDay(written) ? written : null;
  };
  const source = params.get('source');
  return {
    q: (params.get('q') ?? '').trim().slice(0, QUERY_CHARACTERS_MAX),
    source: source && UUID.test(source) ? source : null,
    from: day('from'),
    to: day('to'),
  };
}
