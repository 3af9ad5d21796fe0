import type { Firm } from '#lib/domain/accounts/actor.ts';
import { CHANNELS, type Channel, type Direction } from '#lib/domain/clearance/measure.ts';
import type {
  Baseline,
  ChannelWeeks,
  ClearanceOverview,
  ComparedBaseline,
  HoursSummary,
  LatestImport,
  Share,
  WeekPoint,
} from '#lib/domain/clearance/overview.ts';
import { dayFromText, dayOfInstant, dayToText, labelOf, periodsOf } from '#lib/domain/clearance/period.ts';
import { periodBefore } from '#lib/domain/clearance/time-range.ts';
import type { Language } from '#lib/i18n/text.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { categories, offices } from '#lib/server/reference/read.ts';
import { sql } from 'kysely';
import { baselines } from './baselines.ts';
import { firstProblems } from './import-problems.ts';
import { metricsOf, type MetricsRow } from './metrics.ts';
import type { Group } from './slices.ts';

const MEASURE = 'declared_to_released';
const DIRECTION = 'export';
/** The trend shows a year; the period itself is a part of it. */
const TREND_WEEKS = 52;
const RANKED_MAX = 5;
const IMPORTS_MAX = 5;
const PROBLEMS_PER_IMPORT = 20;

/** Everything that the overview says about a firm's exports between two inclusive days. */
export async function clearanceOverview(
  app: App,
  firm: Firm,
  about: { from: string; to: string; language: Language },
): Promise<ClearanceOverview> {
  const { from, to, language } = about;
  const previous_period = periodBefore(from, to);
  const trend_from = dayToText((dayFromText(to) ?? 0) - 7 * TREND_WEEKS + 1);
  const hours = (period: { from: string; to: string }, group_by: Group[]) =>
    metricsOf(app, firm, { ...period, measure: MEASURE, direction: DIRECTION, group_by });
  const [
    total,
    before,
    by_channel,
    by_office,
    by_category,
    weeks,
    known,
    known_offices,
    known_categories,
    rest,
  ] = await Promise.all([
    hours({ from, to }, []),
    hours(previous_period, []),
    hours({ from, to }, ['channel']),
    hours({ from, to }, ['customs_office']),
    hours({ from, to }, ['category']),
    hours({ from: trend_from, to }, ['week', 'channel']),
    baselines(app.db),
    offices(app.db),
    categories(app.db),
    inFirm(app.db, firm.id, async (tx) => ({
      tally: await tallyOf(tx, from, to),
      data_to: await newestDay(tx),
      latest_imports: await latestImports(tx, language),
    })),
  ]);
  const office_names = new Map(known_offices.map((one) => [one.code, one]));
  const category_names = new Map(known_categories.map((one) => [one.slug, one]));
  const channel = (name: Channel) => shown(by_channel.rows.find((row) => row.channel === name));
  return {
    period: { from, to },
    previous_period,
    measure: MEASURE,
    direction: DIRECTION,
    total: shown(total.rows[0]),
    total_previous: shown(before.rows[0]),
    green: channel('green'),
    ordinary: channel('ordinary'),
    ...rest.tally,
    weekly: weeksOf(weeks.rows, trend_from, to),
    worst_offices: slowest(by_office.rows).map(({ row, hours: found }) => {
      const customs_office = row.customs_office ?? '';
      const named = office_names.get(customs_office);
      return { customs_office, name: named?.name ?? null, name_zh: named?.name_zh ?? null, hours: found };
    }),
    worst_categories: slowest(by_category.rows.filter((row) => row.category)).map(({ row, hours: found }) => {
      const category = row.category ?? '';
      const named = category_names.get(category);
      return { category, name: named?.name ?? null, name_zh: named?.name_zh ?? null, hours: found };
    }),
    latest_imports: rest.latest_imports,
    not_comparable: standingAside(known, DIRECTION),
    data_to: rest.data_to,
    has_records: rest.data_to !== null,
    min_n: total.min_n,
  };
}

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

/** Pages show no percentage below the least n. */
function shown(row: MetricsRow | undefined): HoursSummary | null {
  if (!row) return null;
  return { ...row, faster_percent: row.is_small_n ? null : row.faster_percent };
}

function slowest(rows: readonly MetricsRow[]): { row: MetricsRow; hours: HoursSummary }[] {
  return rows
    .toSorted((a, b) => Number(a.is_small_n) - Number(b.is_small_n) || b.mean_hours - a.mean_hours)
    .slice(0, RANKED_MAX)
    .flatMap((row) => {
      const hours = shown(row);
      return hours ? [{ row, hours }] : [];
    });
}

/** Rows grouped by week and channel as series, with null for the weeks between that have no record. */
export function weeksOf(rows: readonly MetricsRow[], from: string, to: string): ChannelWeeks[] {
  const starts = periodsOf('week', dayFromText(from) ?? 0, dayFromText(to) ?? 0);
  return CHANNELS.map((channel) => {
    const by_week = new Map(rows.filter((row) => row.channel === channel).map((row) => [row.week, row]));
    const weeks = starts.map((start): WeekPoint => {
      const week = labelOf('week', start);
      return { week, monday: dayToText(start), hours: by_week.get(week) ?? null };
    });
    return { channel, weeks };
  });
}

type Tally = Pick<
  ClearanceOverview,
  'green_share' | 'inspected_green_share' | 'released_within_a_minute_share' | 'release_known_share'
>;

async function tallyOf(tx: Tx, from: string, to: string): Promise<Tally> {
  const { rows } = await sql<
    Record<
      'declared' | 'released' | 'known' | 'green' | 'green_inspected' | 'green_released' | 'green_minute',
      number
    >
  >`
    select coalesce(sum(declared), 0)::int as declared, coalesce(sum(released), 0)::int as released,
           coalesce(sum(declared) filter (where channel <> '-'), 0)::int as known,
           coalesce(sum(declared) filter (where channel = 'green'), 0)::int as green,
           coalesce(sum(inspected) filter (where channel = 'green'), 0)::int as green_inspected,
           coalesce(sum(released) filter (where channel = 'green'), 0)::int as green_released,
           coalesce(sum(within_a_minute) filter (where channel = 'green'), 0)::int as green_minute
    from clearance_day where not is_extra and direction = ${DIRECTION} and day between ${from}::date and ${to}::date`.execute(
    tx,
  );
  const [sums] = rows;
  return {
    green_share: shareOf(sums?.green ?? 0, sums?.known ?? 0),
    inspected_green_share: shareOf(sums?.green_inspected ?? 0, sums?.green ?? 0),
    released_within_a_minute_share: shareOf(sums?.green_minute ?? 0, sums?.green_released ?? 0),
    release_known_share: shareOf(sums?.released ?? 0, sums?.declared ?? 0),
  };
}

function shareOf(part: number, whole: number): Share {
  return { part, whole, share: whole === 0 ? null : part / whole };
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
