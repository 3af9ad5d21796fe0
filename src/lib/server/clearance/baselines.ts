import type { BaselineMeasure, Direction, Measure } from '#lib/domain/clearance/measure.ts';
import type { Baseline, ComparedBaseline } from '#lib/domain/clearance/overview.ts';
import type { Db, Tx } from '#lib/server/db/connect.ts';

const BASELINES_MAX = 1000;

const DIRECTION_OF = { export: 'export', import: 'import' } as const;

/** Every observation, newest first. */
export async function baselines(db: Db | Tx): Promise<Baseline[]> {
  const rows = await db
    .selectFrom('baseline')
    .select([
      'id',
      'measure',
      'direction',
      'population',
      'period_from',
      'period_to',
      'hours',
      'hours_low',
      'hours_high',
      'is_derived',
      'derivation',
      'is_default',
      'definition_confirmed',
      'source_title',
      'source_url',
      'note',
      'note_zh',
    ])
    .orderBy('recorded_at', 'desc')
    .orderBy('id')
    .limit(BASELINES_MAX)
    .execute();
  return rows.map((row) => ({
    ...row,
    measure: measureOf(row.measure),
    direction: directionOf(row.direction),
  }));
}

function measureOf(text: string): BaselineMeasure {
  switch (text) {
    case 'declared_to_released':
    case 'arrived_to_released':
    case 'declared_to_inspected':
    case 'gacc_overall':
      return text;
    default:
      throw new Error(`unknown measure ${text}`);
  }
}

function directionOf(text: string): Direction {
  return text === 'import' ? DIRECTION_OF.import : DIRECTION_OF.export;
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
