import { READING_SECONDS_MAX, type ExtractionProblem } from '#lib/domain/watch/extracted.ts';
import { isExtractionProblem } from '#lib/domain/documents/problem.ts';
import type { Text, TextKey } from '#lib/i18n/text.ts';
import { extractionProblemText } from '#lib/server/documents/problem-text.ts';

const TEXTS = {
  'fetch.bad_url': 'sources.problem.fetch_bad_url',
  'fetch.address_not_allowed': 'sources.problem.fetch_address',
  'fetch.name_not_found': 'sources.problem.fetch_name',
  'fetch.connection_refused': 'sources.problem.fetch_refused',
  'fetch.connection_lost': 'sources.problem.fetch_lost',
  'fetch.bad_certificate': 'sources.problem.fetch_certificate',
  'fetch.timed_out': 'sources.problem.fetch_slow',
  'fetch.too_large': 'sources.problem.fetch_large',
  'fetch.too_many_redirects': 'sources.problem.fetch_redirects',
  'fetch.bad_redirect': 'sources.problem.fetch_redirect',
  'fetch.bad_answer': 'sources.problem.fetch_answer',
  http_status: 'sources.problem.http_status',
  wall: 'sources.problem.wall',
  login: 'sources.problem.login',
  robots: 'sources.problem.robots',
  robots_unreachable: 'sources.problem.robots_unreachable',
  host_busy: 'sources.problem.host_busy',
  host_waits: 'sources.problem.host_waits',
  file: 'sources.problem.file',
  'file.no_text': 'sources.problem.file_no_text',
  'file.page': 'sources.problem.file_page',
  'file.packed': 'sources.problem.file_packed',
  'file.encrypted_office': 'sources.problem.file_encrypted',
  'file.too_big': 'sources.problem.file_too_big',
  'file.empty': 'sources.problem.file_empty',
  unreadable: 'sources.problem.unreadable',
  manual: 'sources.problem.manual',
  no_rows: 'sources.problem.no_rows',
  not_json: 'sources.problem.not_json',
  no_datastore: 'sources.problem.no_datastore',
  no_items: 'sources.problem.no_items',
  rebuilt: 'sources.problem.rebuilt',
  mojibake: 'sources.problem.mojibake',
  feed: 'sources.problem.feed',
  'feed.empty': 'sources.problem.feed_empty',
  'feed.html_page': 'sources.problem.feed_html_page',
  bad_selector: 'sources.problem.bad_selector',
  no_title: 'sources.problem.no_title',
  bad_link: 'sources.problem.bad_link',
  date_without_year: 'sources.problem.date_without_year',
  bad_date: 'sources.problem.bad_date',
  left_out: 'sources.problem.left_out',
  too_large: 'sources.problem.too_large',
  too_slow: 'sources.problem.too_slow',
  too_deep: 'sources.problem.too_deep',
  crashed: 'sources.problem.crashed',
} satisfies Record<string, TextKey>;

const BY_CODE = new Map<string, TextKey>(Object.entries(TEXTS));

/** Why a source was not read, as it stands in its row. */
export type StoredProblem = { code: string; params: Record<string, string> };

/** A problem of reading as it is kept in a row. */
export function storedProblem({ code, found }: ExtractionProblem): StoredProblem {
  return { code, params: found === null ? {} : { found } };
}

/** What passes by itself: a source that is watched is asked again without anybody's doing. */
const TRIED_AGAIN: ReadonlySet<TextKey> = new Set([
  'sources.problem.fetch_refused',
  'sources.problem.fetch_lost',
  'sources.problem.fetch_slow',
  'sources.problem.fetch_answer',
  'sources.problem.http_status',
  'sources.problem.feed_empty',
  'sources.problem.too_deep',
]);

/**
 * Why the source, or a part of it, was not read, and what to do. A preview asks once: `is_watched` is false there,
 * and nothing is promised.
 */
export function problemText(
  { code, params }: StoredProblem,
  text: Text,
  { is_watched = true }: { is_watched?: boolean } = {},
): string {
  const plain = code.replace(/^extract\./, '');
  const key = BY_CODE.get(`${plain}.${params.found ?? ''}`) ?? BY_CODE.get(plain);
  if (!key) return text('sources.problem.unknown', { found: code });
  const problem = text(key, { found: '', seconds: READING_SECONDS_MAX, ...params });
  return is_watched && TRIED_AGAIN.has(key) ? text('sources.problem.tried_again', { problem }) : problem;
}

/** One sentence: why an attached file is not kept, or kept without its text. */
export function filedProblemText(code: string, text: Text): string {
  return isExtractionProblem(code)
    ? extractionProblemText(code, text)
    : problemText({ code: 'file', params: { found: code } }, text);
}

/** One sentence for a part that was not used. */
export function extractionText({ code, position, found }: ExtractionProblem, text: Text): string {
  return problemText({ code, params: { position: String(position ?? ''), found: found ?? '' } }, text);
}
