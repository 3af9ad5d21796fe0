import type { Channel, Direction, Measure } from '#lib/domain/clearance/measure.ts';
import type { TextKey } from './text.ts';

// What the words of the domain are called on pages: one typed map each, so that a missing text does not compile.

export const CHANNEL_NAME = {
  green: 'clearance.page.channel.green',
  ordinary: 'clearance.page.channel.ordinary',
} satisfies Record<Channel, TextKey>;

export const MEASURE_NAME = {
  declared_to_released: 'clearance.page.measure.declared_to_released',
  arrived_to_released: 'clearance.page.measure.arrived_to_released',
  declared_to_inspected: 'clearance.page.measure.declared_to_inspected',
} satisfies Record<Measure, TextKey>;

export const DIRECTION_NAME = {
  export: 'clearance.page.direction.export',
  import: 'clearance.page.direction.import',
} satisfies Record<Direction, TextKey>;

/** The two times that a measure lies between. */
export const MEASURE_ENDS = {
  declared_to_released: ['clearance.page.field.declared_at', 'clearance.page.field.released_at'],
  arrived_to_released: ['clearance.page.field.arrived_at', 'clearance.page.field.released_at'],
  declared_to_inspected: ['clearance.page.field.declared_at', 'clearance.page.field.inspected_at'],
} satisfies Record<Measure, [TextKey, TextKey]>;

/** The fields of a clearance record, by their names in the published contract. */
const NAMES: Record<string, TextKey | undefined> = {
  declaration_no: 'clearance.page.field.declaration_no',
  direction: 'clearance.page.field.direction',
  customs_office: 'clearance.page.field.customs_office',
  category: 'clearance.page.field.category',
  hs_code: 'clearance.page.field.hs_code',
  product_name: 'clearance.page.field.product_name',
  channel: 'clearance.page.field.channel',
  arrived_at: 'clearance.page.field.arrived_at',
  declared_at: 'clearance.page.field.declared_at',
  inspection_notified_at: 'clearance.page.field.inspection_notified_at',
  inspected_at: 'clearance.page.field.inspected_at',
  released_at: 'clearance.page.field.released_at',
  firm_uscc: 'clearance.page.field.firm_uscc',
  item_no: 'clearance.page.field.item_no',
};

export function fieldNameKey(field: string): TextKey | null {
  return NAMES[field] ?? null;
}
