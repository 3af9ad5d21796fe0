import { sql } from 'kysely';
import {
  BASELINE_MEASURES,
  DIRECTIONS,
  MEASURE_OF_CUSTOMS,
  type Direction,
  type Measure,
} from '#lib/domain/clearance/measure.ts';
import type { NewBaseline } from '#lib/domain/clearance/baseline-form.ts';
import type { Baseline, ComparedBaseline } from '#lib/domain/clearance/overview.ts';
import type { Db, Tx } from '#lib/server/db/connect.ts';
import { pageOf } from '#lib/server/http/page.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';

/** Those of many years; an answer looks through all of them for its default. */
const BASELINES_MAX = 1000;

const COLUMNS = [
  'id',
  'measure',
  'direction',
  'population',
  'population_zh',
  'period_from',
  'period_to',
  'hours',
  'hours_low',
  'hours_high',
  'is_derived',
  'derivation',
  'derivation_zh',
  'is_default',
  'definition_confirmed',
  'source_title',
  'source_title_zh',
  'source_url',
  'note',
  'note_zh',
] as const;

/** Every observation, newest first. */
export async function baselines(db: Db | Tx): Promise<Baseline[]> {
  const rows = await db
    .selectFrom('baseline')
    .select(COLUMNS)
    .orderBy('recorded_at', 'desc')
    .orderBy('id', 'desc')
    .limit(BASELINES_MAX)
    .execute();
  return rows.map(baselineOf);
}

/** A page of the same list; `after` is the key that the page before ended with. */
export async function baselinePage(
  db: Db,
  page: { limit: number; after: readonly [recorded_at: string, id: string] | null },
): Promise<{ items: Baseline[]; next_cursor: string | null }> {
  const [recorded_at, id] = page.after ?? [null, null];
  const rows = await db
    .selectFrom('baseline')
    .select([...COLUMNS, sql<string>`recorded_at::text`.as('recorded_at')])
    .where(
      sql<boolean>`(${recorded_at}::timestamptz is null or (baseline.recorded_at, id) < (${recorded_at}::timestamptz, ${id}::uuid))`,
    )
    .orderBy('baseline.recorded_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  const { items, next_cursor } = pageOf(rows, page.limit, (row) => [row.recorded_at, row.id]);
  return { items: items.map(({ recorded_at: _, ...row }) => baselineOf(row)), next_cursor };
}

export async function baselineById(db: Db | Tx, id: string): Promise<Baseline | null> {
  const row = await db
    .selectFrom('baseline')
    .select(COLUMNS)
    .where('id', '=', id)
    .limit(1)
    .executeTakeFirst();
  return row ? baselineOf(row) : null;
}

/** Records an observation of the operator. As a default it takes the place of the one before. */
export function recordBaseline(
  db: Db,
  given: NewBaseline & { recorded_by: string },
): Promise<{ id: string }> {
  return asOperator(db, async (tx) => {
    if (given.is_default) await endDefaults(tx, given);
    return tx.insertInto('baseline').values(given).returning('id').executeTakeFirstOrThrow();
  });
}

export type BaselineChange = Partial<
  Pick<NewBaseline, 'is_default' | 'definition_confirmed' | 'note' | 'note_zh'>
>;

/** Changes what the operator says about an observation, never what was observed. Null when there is none. */
export function changeBaseline(
  db: Db,
  id: string,
  change: BaselineChange,
): Promise<Baseline | 'not_comparable' | null> {
  return asOperator(db, async (tx) => {
    const known = await baselineById(tx, id);
    if (!known) return null;
    if (change.is_default && known.measure === MEASURE_OF_CUSTOMS) return 'not_comparable';
    if (change.is_default) await endDefaults(tx, known);
    if (Object.values(change).some((value) => value !== undefined))
      await tx.updateTable('baseline').set(change).where('id', '=', id).execute();
    return baselineById(tx, id);
  });
}

/** One default for each measure and direction, so that marking an older one has its effect. */
async function endDefaults(
  tx: Tx,
  { measure, direction }: Pick<Baseline, 'measure' | 'direction'>,
): Promise<void> {
  await tx
    .updateTable('baseline')
    .set({ is_default: false })
    .where('measure', '=', measure)
    .where('direction', '=', direction)
    .where('is_default', '=', true)
    .execute();
}

function baselineOf(
  row: Omit<Baseline, 'measure' | 'direction'> & { measure: string; direction: string },
): Baseline {
  return {
    ...row,
    measure: named(BASELINE_MEASURES, row.measure),
    direction: named(DIRECTIONS, row.direction),
  };
}

function named<T extends string>(names: readonly T[], text: string): T {
  const found = names.find((name) => name === text);
  if (found === undefined) throw new Error(`unknown in a baseline: ${text}`);
  return found;
}

/**
 * The baseline that stands beside an answer: the one asked for, else the newest default of the same measure
 * and direction. One of another measure or direction is shown and never compared.
 */
export function chooseBaseline(
  known: readonly Baseline[],
  wanted: { measure: Measure; direction: Direction; baseline_id?: string },
): ComparedBaseline | null {
  const { measure, direction, baseline_id } = wanted;
  const found = baseline_id
    ? known.find(({ id }) => id === baseline_id)
    : known.find((one) => one.is_default && one.measure === measure && one.direction === direction);
  if (!found) return null;
  const why_not =
    found.measure === 'gacc_overall'
      ? 'other_definition'
      : found.measure !== measure
        ? 'other_measure'
        : found.direction !== direction
          ? 'other_direction'
          : null;
  return { ...found, comparable: why_not === null, why_not };
}
