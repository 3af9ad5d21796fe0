import type { TextKey } from '#lib/i18n/text.ts';

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
