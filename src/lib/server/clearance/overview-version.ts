import type pg from 'pg';
import { FirmStatement } from '#lib/server/db/firm-statement.ts';

/** As many imports as the overview names; `latestImportsOf`. */
const IMPORTS_MAX = 5;

/**
 * The tables that the overview of a firm is made of, each by the rows that change whenever it does. A row's
 * xmin is the transaction that wrote it, so that nothing has to be counted up, and writers never meet over it.
 * Records, items, cells and days change only together with the month they lie in; errors of an import with it.
 */
const WATCHED = {
  clearance_month: 'select xmin, direction, month from clearance_month where firm_id = app_firm_id()',
  clearance_setting: 'select xmin from clearance_setting where firm_id = app_firm_id()',
  clearance_import: `select xmin, number from clearance_import where firm_id = app_firm_id()
                     order by number desc limit ${IMPORTS_MAX}`,
  baseline: 'select xmin, id from baseline',
  category: 'select xmin, slot from category',
  customs_office: 'select xmin, code from customs_office',
  programme: 'select xmin, slug from programme',
} as const;

/** Tables that never change without one of the watched. */
const FOLLOWING = [
  'clearance',
  'clearance_item',
  'clearance_cell',
  'clearance_day',
  'clearance_tally',
  'clearance_import_error',
] as const;

/** What the overview may read: a test holds that it reads nothing else. */
export const OVERVIEW_TABLES: readonly string[] = [...Object.keys(WATCHED), ...FOLLOWING];

/**
 * Each table is told by the sum of the hashes of its rows, 64 bits each: a sum needs no order, and the whole is
 * read in a fifth of the time that the rows took as ordered text. It is asked with every request for a page.
 */
const statement = new FirmStatement(
  'overview_version',
  `select array[${Object.values(WATCHED)
    .map((rows) => `(select sum(hash_record_extended(t, 0)) from (${rows}) t)`)
    .join(', ')}]::text as version`,
);

/** Names the state of everything that a firm's overview shows; another one after every commit that changed any. */
export async function overviewVersion(pool: pg.Pool, firm_id: string): Promise<string> {
  const [row] = await statement.read(pool, firm_id);
  return String(row?.version);
}
