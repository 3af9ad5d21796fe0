import type pg from 'pg';

/**
 * What stands in the tables of a firm's records, without what two ways to the same state may differ in: the
 * firm itself, the numbers of the imports and the moments.
 */
export async function clearanceContents(
  owner: pg.Pool,
  firm_id: string,
): Promise<Record<string, { rows: number; digest: string | null }>> {
  const found: Record<string, { rows: number; digest: string | null }> = {};
  for (const [table, columns] of Object.entries(TABLES)) {
    const { rows } = await owner.query<{ rows: number; digest: string | null }>(
      `select count(*)::int as rows, md5(string_agg(row_text, E'\\n' order by row_text)) as digest
       from (select row(${columns})::text as row_text from ${table} where firm_id = $1) t`,
      [firm_id],
    );
    found[table] = rows[0] ?? { rows: 0, digest: null };
  }
  return found;
}

const STATE = `accepted_year, declaration_no, item_no, direction, customs_office, channel, category,
  is_category_derived, hs_code, product_name, arrived_at, declared_at, inspection_notified_at, inspected_at,
  released_at, line`;
const MEASURES = [
  'declared_to_released',
  'arrived_to_released',
  'declared_to_inspected',
  'arrived_to_declared',
  'declared_to_arrived',
  'inspected_to_released',
];

const TABLES: Record<string, string> = {
  clearance: STATE,
  clearance_item: `accepted_year, declaration_no, item_no, category, is_category_derived, hs_code, product_name, line`,
  clearance_revision: `revision_no, superseded_line, ${STATE}`,
  clearance_month: `direction, month, is_stale`,
  clearance_day: `direction, day, customs_office, channel, category, is_extra, declared, released, inspected,
    within_a_minute, listed, arrived, prior, ${MEASURES.join(', ')}`,
  clearance_tally: `direction, month, customs_office, channel, category, is_extra, declared, released, inspected,
    within_a_minute, listed, arrived, prior`,
  clearance_cell: `measure, direction, grain, shape, period_start, customs_office, category, channel, n, sum_seconds,
    min_seconds, max_seconds, p10_seconds, p50_seconds, p90_seconds, is_exact, durations`,
};
