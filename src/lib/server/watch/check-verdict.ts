import type { ExtractionProblem } from '#lib/domain/watch/extracted.ts';
import type { CheckOutcome } from '#lib/domain/watch/health.ts';
import type { Asked } from './ask-source.ts';
import type { Fetched, Page } from './fetch-pages.ts';
import type { CheckResult } from './record-check.ts';
import type { SourceRow } from './source-row.ts';

/** What a check found, as its source's row has to know it. */
export function resultOf(source: SourceRow, fetched: Fetched): Omit<CheckResult, 'new_items'> {
  const { asked, pages, refused } = fetched;
  const { retry_after_seconds } = refused ?? asked;
  const verdict = fetched.is_rebuilt
    ? REBUILT
    : fetched.is_continued
      ? verdictOfLater(source, pages)
      : verdictOf(source, asked, pages);
  return { ...verdict, retry_after_seconds, max_age_seconds: asked.max_age_seconds };
}

type Verdict = Pick<
  CheckResult,
  'outcome' | 'problem' | 'etag' | 'last_modified' | 'item_count' | 'ttl_minutes'
>;

const REBUILT: Verdict = {
  outcome: 'empty',
  problem: { code: 'extract.rebuilt', params: {} },
  etag: null,
  last_modified: null,
  item_count: null,
  ttl_minutes: null,
};

/** The first page alone tells how its source fares: further ones bring items, or nothing. */
function verdictOfLater({ etag, last_modified }: SourceRow, pages: readonly Page[]): Verdict {
  const has_items = pages.some(({ extraction }) => extraction.items.length > 0);
  const outcome = has_items ? 'read' : 'unchanged';
  return { outcome, problem: null, etag, last_modified, item_count: null, ttl_minutes: null };
}

function verdictOf(source: SourceRow, asked: Asked, pages: readonly Page[]): Verdict {
  const none = { etag: null, last_modified: null, item_count: null, ttl_minutes: null };
  switch (asked.kind) {
    case 'unchanged':
      return { outcome: 'unchanged', problem: null, ...none };
    case 'blocked':
    case 'failed':
      return { outcome: asked.kind, problem: asked.problem, ...none };
    case 'content': {
      const item_count = pages.reduce((sum, { extraction }) => sum + extraction.items.length, 0);
      const first = pages[0]?.extraction;
      const fatal =
        first?.items.length === 0 ? first.problems.find(({ position }) => position === null) : undefined;
      const outcome = outcomeOf(source, { item_count, fatal, is_empty: first?.problems.length === 0 });
      return {
        outcome,
        problem:
          outcome === 'read'
            ? null
            : {
                code: `extract.${fatal?.code ?? 'no_items'}`,
                params: fatal?.found ? { found: fatal.found } : {},
              },
        etag: asked.headers.etag ?? null,
        last_modified: asked.headers['last-modified'] ?? null,
        item_count,
        ttl_minutes: first?.ttl_minutes ?? null,
      };
    }
    default:
      return asked satisfies never;
  }
}

/** What was wrong is the answer's size or shape and not the place of its items. */
const ENDED_READER = new Set<ExtractionProblem['code']>(['too_large', 'too_slow', 'too_deep', 'crashed']);

/** A list that yields nothing is another layout where it had items; a filter that keeps nothing is not. */
function outcomeOf(
  source: SourceRow,
  {
    item_count,
    fatal,
    is_empty,
  }: { item_count: number; fatal: ExtractionProblem | undefined; is_empty: boolean },
): CheckOutcome {
  if (item_count > 0) return 'read';
  if (fatal && ENDED_READER.has(fatal.code)) return 'failed';
  if (fatal?.code === 'mojibake' || fatal?.code === 'feed' || fatal?.code === 'not_json') return 'empty';
  if (fatal) return 'empty';
  const is_filtered = source.settings.filter !== undefined || source.settings.only !== undefined;
  if (is_filtered || (is_empty && isEmptyYet(source))) return 'read';
  return 'empty';
}

/** A feed or service says itself that it holds nothing: that is no fault of one that never held anything. */
function isEmptyYet({ kind, last_new_item_at }: SourceRow): boolean {
  return (kind === 'feed' || kind === 'json') && last_new_item_at === null;
}
