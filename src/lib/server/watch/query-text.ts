import {
  NEAR_WORDS_MAX,
  QUERY_CHARACTERS_MAX,
  QUERY_DEPTH_MAX,
  QUERY_TERMS_MAX,
  type QueryProblem,
  type QueryProblemCode,
} from '#lib/domain/watch/query.ts';
import type { Text, TextKey } from '#lib/i18n/text.ts';

const TEXTS = {
  empty: 'watch.query.empty',
  too_long: 'watch.query.too_long',
  too_many_terms: 'watch.query.too_many_terms',
  too_deep: 'watch.query.too_deep',
  quote_not_closed: 'watch.query.quote_not_closed',
  quote_empty: 'watch.query.quote_empty',
  paren_not_closed: 'watch.query.paren_not_closed',
  paren_not_opened: 'watch.query.paren_not_opened',
  paren_empty: 'watch.query.paren_empty',
  operand_missing_before: 'watch.query.operand_missing_before',
  operand_missing_after: 'watch.query.operand_missing_after',
  near_without_distance: 'watch.query.near_without_distance',
  near_distance: 'watch.query.near_distance',
  near_operand: 'watch.query.near_operand',
  unknown_field: 'watch.query.unknown_field',
  clause_unreadable: 'watch.query.clause_unreadable',
  document_unreadable: 'watch.query.document_unreadable',
  nothing_to_match: 'watch.query.nothing_to_match',
  star_place: 'watch.query.star_place',
  nothing_required: 'watch.query.nothing_required',
} satisfies Record<QueryProblemCode, TextKey>;

const LIMITS: Partial<Record<QueryProblemCode, number>> = {
  too_long: QUERY_CHARACTERS_MAX,
  too_many_terms: QUERY_TERMS_MAX,
  too_deep: QUERY_DEPTH_MAX,
  near_distance: NEAR_WORDS_MAX,
};
const FOUND_SHOWN_MAX = 40;

/** What is wrong with a query and where, counted from 1, in the reader's language. */
export function querySentence({ code, start, found }: QueryProblem, text: Text): string {
  return text(TEXTS[code], {
    place: start + 1,
    found: found.slice(0, FOUND_SHOWN_MAX),
    max: LIMITS[code] ?? 0,
  });
}
