import { isDay } from '#lib/domain/text/calendar-day.ts';
import { isUuid } from '#lib/domain/text/uuid.ts';

/** The state of the search of items. */
export type ItemsQuery = { q: string; source: string | null; from: string | null; to: string | null };

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
    source: source && isUuid(source) ? source : null,
    from: day('from'),
    to: day('to'),
  };
}
