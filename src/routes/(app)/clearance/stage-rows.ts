import type { Spread, StagesPanel } from '#lib/domain/clearance/dashboard.ts';
import type { CellMeasure } from '#lib/domain/clearance/measure.ts';

export type StageRow = { measure: CellMeasure; hours: Spread | null; is_last_part: boolean };

const PARTS = [
  'arrived_to_declared',
  'declared_to_arrived',
  'declared_to_inspected',
  'inspected_to_released',
] as const satisfies CellMeasure[];
const WHOLE = ['arrived_to_released', 'declared_to_released'] as const satisfies CellMeasure[];
const SCALE_STEP_HOURS = 4;

/** The parts of a shipment's way and the whole of it, and the end of the one scale of their bars. */
export function stageRows(stages: StagesPanel): { rows: StageRow[]; scale_hours: number } {
  const rows = [...PARTS, ...WHOLE].map((measure, index) => ({
    measure,
    hours: stages[measure],
    is_last_part: index === PARTS.length - 1,
  }));
  const trusted = rows.flatMap(({ hours }) => (hours && !hours.is_small_n ? [hours.p90_hours] : []));
  const longest = Math.max(SCALE_STEP_HOURS, ...trusted);
  return { rows, scale_hours: Math.ceil(longest / SCALE_STEP_HOURS) * SCALE_STEP_HOURS };
}
