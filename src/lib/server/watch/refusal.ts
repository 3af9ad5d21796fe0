import type { QueryProblem } from '#lib/domain/watch/query.ts';
import type { Language, TextKey, TextParams } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { refuse } from '#lib/server/http/problem.ts';
import { querySentence } from './query-text.ts';

type Entry = { status: 403 | 404 | 409 | 422; text: TextKey };

/** Why something about pending items, signals and items was not done: status and sentence in both languages. */
const REFUSALS = {
  may_not_watch: { status: 403, text: 'watch.error.may_not_watch' },
  pending_unknown: { status: 404, text: 'watch.error.pending_unknown' },
  signal_unknown: { status: 404, text: 'watch.error.signal_unknown' },
  item_unknown: { status: 404, text: 'watch.error.item_unknown' },
  slug_taken: { status: 409, text: 'watch.error.slug_taken' },
  query_changed: { status: 409, text: 'watch.error.query_changed' },
  same_state: { status: 409, text: 'watch.error.same_state' },
  not_confirmed: { status: 409, text: 'watch.error.not_confirmed' },
  draft_opened: { status: 409, text: 'watch.error.draft_opened' },
  reason_missing: { status: 422, text: 'watch.error.reason_missing' },
  evidence_missing: { status: 422, text: 'watch.error.evidence_missing' },
  evidence_unknown: { status: 422, text: 'watch.error.evidence_unknown' },
  evidence_apart: { status: 422, text: 'watch.error.evidence_apart' },
  instrument_missing: { status: 422, text: 'watch.error.instrument_missing' },
  field_missing: { status: 422, text: 'watch.error.field_missing' },
  slug_invalid: { status: 422, text: 'watch.error.slug_invalid' },
  day_invalid: { status: 422, text: 'watch.error.day_invalid' },
} satisfies Record<string, Entry>;

export type QueryRefusal = {
  ok: false;
  field?: string;
  code: 'query';
  problems: readonly QueryProblem[];
};
export type WatchRefusal =
  { ok: false; field?: string; code: keyof typeof REFUSALS; params?: TextParams } | QueryRefusal;

export function watchRefusal(code: keyof typeof REFUSALS, params?: TextParams, field?: string): WatchRefusal {
  return { ok: false, code, params, field };
}

export function queryRefusal(problems: readonly QueryProblem[]): QueryRefusal {
  return { ok: false, code: 'query', problems, field: 'query' };
}

/** One sentence: what was refused, and what to do. */
export function watchSentence(refused: WatchRefusal, language: Language): string {
  const text = textsOf(language);
  if (refused.code === 'query')
    return refused.problems.map((problem) => querySentence(problem, text)).join(' ');
  return text(REFUSALS[refused.code].text, refused.params);
}

/** Ends an operation with the refusal; a result that holds is given back. */
export function orRefuse<T extends { ok: true }>(result: T | WatchRefusal): T {
  if (result.ok) return result;
  if (result.code === 'query') return refuseQuery(result.problems);
  const { code, field } = result;
  const detail = watchSentence(result, 'en');
  refuse(REFUSALS[code].status, detail, [{ ...(field ? { field } : {}), code, message: detail }]);
}

/** Every problem with its place, counted from 1 as a person counts. */
function refuseQuery(problems: readonly QueryProblem[]): never {
  const [english, chinese] = [textsOf('en'), textsOf('zh-CN')];
  refuse(
    422,
    `The query cannot be used: ${problems.map((problem) => querySentence(problem, english)).join(' ')}`,
    problems.map((problem) => ({
      field: 'query',
      code: `query.${problem.code}`,
      message: `${querySentence(problem, english)} ${querySentence(problem, chinese)}`,
    })),
  );
}
