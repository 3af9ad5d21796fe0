import type { Firm } from '#lib/domain/accounts/actor.ts';
import { CHANNELS, type Direction } from '#lib/domain/clearance/measure.ts';
import type {
  Baseline,
  ChannelWeeks,
  ComparedBaseline,
  LatestImport,
  WeekHours,
  WeekPoint,
} from '#lib/domain/clearance/overview.ts';
import { labelOf, periodsOf } from '#lib/domain/clearance/period.ts';
import { dayFromText, dayOfInstant, dayToText } from '#lib/domain/text/calendar-day.ts';
import type { Language } from '#lib/i18n/text.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { sql } from 'kysely';
import { firstProblems } from './import-problems.ts';
import type { MetricsRow } from './metrics.ts';

const IMPORTS_MAX = 5;
const PROBLEMS_PER_IMPORT = 20;

/** The figures that Customs publishes, newest period first: shown with why they are not compared. */
export function standingAside(known: readonly Baseline[], direction: Direction): ComparedBaseline[] {
  return known
    .filter((one) => one.measure === 'gacc_overall' && one.direction === direction)
    .sort((a, b) => (b.period_to ?? '').localeCompare(a.period_to ?? ''))
    .map((one) => ({ ...one, comparable: false, why_not: 'other_definition' as const }));
}

/** The newest day of declaration of a firm; null without records. */
export async function newestDayOf(app: App, firm: Firm): Promise<string | null> {
  return inFirm(app.db, firm.id, newestDay);
}

/** The newest imports of a firm, newest first, with their first problems in the reader's language. */
export async function latestImportsOf(app: App, firm: Firm, language: Language): Promise<LatestImport[]> {
  return inFirm(app.db, firm.id, (tx) => latestImports(tx, language));
}

async function newestDay(tx: Tx): Promise<string | null> {
  const { rows } = await sql<{
    newest: Date | null;
  }>`select max(declared_at) as newest from clearance`.execute(tx);
  const newest = rows[0]?.newest;
  return newest ? dayToText(dayOfInstant(newest.getTime())) : null;
}

/** Rows grouped by week and channel as series, with null for the weeks between that have no record. */
export function weeksOf(rows: readonly MetricsRow[], from: string, to: string): ChannelWeeks[] {
  const starts = periodsOf('week', dayFromText(from) ?? 0, dayFromText(to) ?? 0);
  return CHANNELS.map((channel) => {
    const by_week = new Map(rows.filter((row) => row.channel === channel).map((row) => [row.week, row]));
    const weeks = starts.map((start): WeekPoint => {
      const week = labelOf('week', start);
      const row = by_week.get(week);
      return { week, monday: dayToText(start), hours: row ? weekHours(row) : null };
    });
    return { channel, weeks };
  });
}

/** What a point of the trend shows, and nothing else: a page carries a hundred of them. */
export function weekHours({ n, mean_hours, p50_hours, p90_hours, is_small_n }: WeekHours): WeekHours {
  return { n, mean_hours, p50_hours, p90_hours, is_small_n };
}

async function latestImports(tx: Tx, language: Language): Promise<LatestImport[]> {
  const rows = await tx
    .selectFrom('clearance_import')
    .select([
      'id',
      'file_name',
      'state',
      'received',
      'accepted',
      'corrected',
      'duplicates',
      'rejected',
      'warnings',
      'started_at',
      'finished_at',
    ])
    .orderBy('number', 'desc')
    .limit(IMPORTS_MAX)
    .execute();
  const found: LatestImport[] = [];
  for (const { id, state, ...row } of rows)
    found.push({
      ...row,
      import_id: id,
      state: state === 'running' || state === 'finished' ? state : 'failed',
      errors_first: await firstProblems(tx, id, language, PROBLEMS_PER_IMPORT),
    });
  return found;
}
