import type { Comparison, Statistic } from '#lib/domain/clearance/dashboard.ts';
import {
  NOT_GIVEN,
  type CellMeasure,
  type Channel,
  type Direction,
  type Measure,
} from '#lib/domain/clearance/measure.ts';
import type { Grain } from '#lib/domain/clearance/period.ts';
import type { ReceiptEvent } from '#lib/domain/clearance/receipt.ts';
import type { TextKey } from './text.ts';

// What the words of the domain are called on pages: one typed map each, so that a missing text does not compile.

export const CHANNEL_NAME = {
  green: 'clearance.page.channel.green',
  ordinary: 'clearance.page.channel.ordinary',
} satisfies Record<Channel, TextKey>;

/** Records that name no channel have a word too. */
export function channelNameKey(channel: Channel | typeof NOT_GIVEN | null): TextKey {
  return channel === null || channel === NOT_GIVEN ? 'dashboard.channel_not_given' : CHANNEL_NAME[channel];
}

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
  arrived_to_declared: ['clearance.page.field.arrived_at', 'clearance.page.field.declared_at'],
  declared_to_arrived: ['clearance.page.field.declared_at', 'clearance.page.field.arrived_at'],
  inspected_to_released: ['clearance.page.field.inspected_at', 'clearance.page.field.released_at'],
} satisfies Record<CellMeasure, [TextKey, TextKey]>;

/** What the numbers stand beside; an office is called by its own name. */
export const COMPARISON_NAME = {
  none: 'dashboard.compare.none',
  baseline: 'dashboard.compare.baseline',
  previous: 'dashboard.compare.previous',
  year: 'dashboard.compare.year',
} satisfies Record<Exclude<Comparison['kind'], 'office'>, TextKey>;

/** The same within a sentence. */
export const BESIDE_NAME = {
  previous: 'dashboard.beside.previous',
  year: 'dashboard.beside.year',
} satisfies Partial<Record<Comparison['kind'], TextKey>>;

export const STATISTIC_NAME = {
  mean: 'dashboard.statistic.mean',
  p50: 'dashboard.statistic.p50',
  p90: 'dashboard.statistic.p90',
} satisfies Record<Statistic, TextKey>;

export const GRAIN_NAME = {
  day: 'dashboard.grain.day',
  week: 'dashboard.grain.week',
  month: 'dashboard.grain.month',
} satisfies Record<Grain, TextKey>;

/** What a customs receipt says has happened. */
export const RECEIPT_EVENT_NAME = {
  submitted: 'receipts.event.submitted',
  accepted: 'receipts.event.accepted',
  docs: 'receipts.event.docs',
  rejected: 'receipts.event.rejected',
  reviewed: 'receipts.event.reviewed',
  hold: 'receipts.event.hold',
  inspect: 'receipts.event.inspect',
  released: 'receipts.event.released',
  gate: 'receipts.event.gate',
  void: 'receipts.event.void',
  closed: 'receipts.event.closed',
  other: 'receipts.event.other',
} satisfies Record<ReceiptEvent, TextKey>;

/** The parts of a shipment's way, and which shipments each counts. */
export const STAGE_NAME = {
  arrived_to_declared: 'dashboard.stage.arrived_to_declared',
  declared_to_arrived: 'dashboard.stage.declared_to_arrived',
  declared_to_inspected: 'dashboard.stage.declared_to_inspected',
  inspected_to_released: 'dashboard.stage.inspected_to_released',
  arrived_to_released: 'dashboard.stage.arrived_to_released',
  declared_to_released: 'dashboard.stage.declared_to_released',
} satisfies Record<CellMeasure, TextKey>;

export const STAGE_WHICH = {
  arrived_to_declared: 'dashboard.stage.which.arrived_to_declared',
  declared_to_arrived: 'dashboard.stage.which.declared_to_arrived',
  declared_to_inspected: 'dashboard.stage.which.declared_to_inspected',
  inspected_to_released: 'dashboard.stage.which.inspected_to_released',
  arrived_to_released: 'dashboard.stage.which.arrived_to_released',
  declared_to_released: 'dashboard.stage.which.declared_to_released',
} satisfies Record<CellMeasure, TextKey>;

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
  pre_entry_no: 'clearance.page.field.pre_entry_no',
  code: 'clearance.page.field.code',
  notice_at: 'clearance.page.field.notice_at',
  note: 'clearance.page.field.note',
};

export function fieldNameKey(field: string): TextKey | null {
  return NAMES[field] ?? null;
}
