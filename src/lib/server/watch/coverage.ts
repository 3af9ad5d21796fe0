import { sql } from 'kysely';
import { coverageOf, type Coverage, type WatchedInterval } from '#lib/domain/watch/coverage.ts';
import type { App } from '#lib/server/app.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { lateFrom } from './record-check.ts';
import type { Source } from './sources.ts';

const INTERVALS_MAX = 20_000;
/** Of rows from before it was kept when a check was promised: what a quiet source rests, and how late it may come. */
const BRIDGE_INTERVALS = 8;
const BRIDGE_MINUTES_MIN = 720;

/** The ledger of a source, and the addresses that it was watched at, each from when on. */
export type Ledger = Coverage & { addresses: { from_at: Date; url: string }[] };

/**
 * The ledger of a source over a time: when it was watched, with every gap and its reason. What lies behind its end
 * is a gap, however lately it was read.
 */
export async function sourceCoverage(
  app: Pick<App, 'db'>,
  source: Pick<Source, 'id' | 'url' | 'interval_minutes' | 'next_check_at' | 'ended_at'>,
  { from_at, to_at }: { from_at: Date; to_at: Date },
): Promise<Ledger> {
  // From the row that lasts into the time until the one behind it, which tells whether the last rest was kept.
  const { rows } = await asOperator(app.db, (tx) =>
    sql<WatchedInterval & { url: string | null }>`
      select outcome, from_at, to_at, checks, is_late, url from source_watch
      where source_id = ${source.id}
        and from_at >= coalesce((select max(from_at) from source_watch
                                 where source_id = ${source.id} and from_at <= ${from_at} and outcome <> 'imported'), '-infinity')
        and from_at <= coalesce((select min(from_at) from source_watch
                                 where source_id = ${source.id} and from_at > ${to_at} and outcome <> 'imported'), 'infinity')
      order by from_at, id limit ${INTERVALS_MAX}`.execute(tx),
  );
  const bridge_minutes = Math.max(BRIDGE_INTERVALS * source.interval_minutes, BRIDGE_MINUTES_MIN);
  const { ended_at } = source;
  if (ended_at && ended_at < to_at)
    rows.push({ outcome: 'paused', from_at: ended_at, to_at, checks: 0, is_late: false, url: source.url });
  const promised_until = ended_at ?? lateFrom(source);
  const within = rows.filter(
    ({ outcome, from_at: at }) => outcome !== 'imported' || (at >= from_at && at <= to_at),
  );
  return {
    ...coverageOf(within, { from_at, to_at, bridge_minutes, promised_until }),
    addresses: addressesIn(
      within.filter(({ from_at: at }) => at <= to_at),
      source.url,
    ),
  };
}

/** Where rows do not say it, the address is that of the next one that does. */
function addressesIn(
  rows: readonly { from_at: Date; url: string | null }[],
  present: string,
): Ledger['addresses'] {
  const found: Ledger['addresses'] = [];
  for (const [index, { from_at, url }] of rows.entries()) {
    const said = url ?? rows.slice(index).find((later) => later.url !== null)?.url ?? present;
    if (found.at(-1)?.url !== said) found.push({ from_at, url: said });
  }
  return found;
}
