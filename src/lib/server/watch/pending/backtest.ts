import type { Actor } from '#lib/domain/accounts/actor.ts';
import { parseQuery } from '#lib/domain/watch/parse-query.ts';
import { excerptsOf, scoreOf, type Excerpt } from '#lib/domain/watch/match-score.ts';
import type { MatchSpan } from '#lib/domain/watch/query-set.ts';
import type { App } from '#lib/server/app.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { matchesInArchive, type ArchivedItem } from '#lib/server/watch/matching/archive.ts';
import { fieldsOf } from '#lib/server/watch/matching/match-items.ts';
import { queryRefusal, watchRefusal, type WatchRefusal } from '#lib/server/watch/refusal.ts';
import { seesWatch } from '#lib/server/watch/watch-actor.ts';

export type Backtested = { item: ArchivedItem; spans: MatchSpan[]; score: number; excerpts: Excerpt[] };
export type Backtest = { total: number; is_complete: boolean; matches: Backtested[] };

/** Counted up to here; a query that finds more says too little. */
const COUNTED_MAX = 5_000;

/** The stored items that a query would have matched, the newest first, without storing anything. */
export async function backtest(
  app: App,
  actor: Actor,
  { query, limit }: { query: string; limit: number },
): Promise<({ ok: true } & Backtest) | WatchRefusal> {
  if (!seesWatch(actor)) return watchRefusal('may_not_watch');
  const parsed = parseQuery(query);
  if (!parsed.ok) return queryRefusal(parsed.problems);
  return asOperator(app.db, async (tx) => {
    const matches: Backtested[] = [];
    let total = 0;
    for await (const { item, spans } of matchesInArchive(tx, parsed.node)) {
      total += 1;
      if (matches.length < limit)
        matches.push({ item, spans, score: scoreOf(spans), excerpts: excerptsOf(fieldsOf(item), spans) });
      if (total >= COUNTED_MAX) return { ok: true, total, is_complete: false, matches };
    }
    return { ok: true, total, is_complete: true, matches };
  });
}
