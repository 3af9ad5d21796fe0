import type { Direction, Measure } from '#lib/domain/clearance/measure.ts';
import type { TextKey } from '#lib/i18n/text.ts';

export const MEASURE_NAME = {
  declared_to_released: 'clearance.page.measure.declared_to_released',
  arrived_to_released: 'clearance.page.measure.arrived_to_released',
  declared_to_inspected: 'clearance.page.measure.declared_to_inspected',
} satisfies Record<Measure, TextKey>;

export const DIRECTION_NAME = {
  export: 'clearance.page.direction.export',
  import: 'clearance.page.direction.import',
} satisfies Record<Direction, TextKey>;
