import type pg from 'pg';
import type { App } from '#lib/server/app.ts';
import { inFirmClient } from '#lib/server/db/copy.ts';
import { BatchRows } from './batch-rows.ts';
import { foldReceiptsOf } from './fold-receipts.ts';
import { receiptTables, receiptTablesDigest } from './receipt-tables.ts';
import { lockFirm, refreshFirm } from './rollup.ts';
import { writeBatchIn } from './write-batch.ts';
import { FIELDS_OF_RECEIPTS, recordRow } from './write-receipts.ts';

/** Declarations of one transaction: an import of the firm waits no longer than for these. */
const DECLARATIONS_PER_STEP = 5_000;
/** A person who waits for an answer waits for this many steps; the worker does the rest. */
export const RECOMPUTED_STEPS_MAX = 4;
/** A run ends after this many firms; the next tick goes on. */
const FIRMS_PER_RUN = 20;

/** Computes again what changed tables of receipt codes read otherwise, firm by firm. A killed run goes on. */
export async function recomputeDue(
  app: Pick<App, 'pool' | 'firm_pool'>,
): Promise<{ firms: number; records: number }> {
  const digest = await receiptTablesDigest(app.pool.pg);
  const { rows } = await app.pool.pg.query<{ firm_id: string }>(
    `select firm_id from clearance_receipt_state where is_stale or table_digest <> $1 order by firm_id limit $2`,
    [digest, FIRMS_PER_RUN],
  );
  let records = 0;
  for (const { firm_id } of rows) records += (await recomputeFirm(app.firm_pool.pg, firm_id)).records;
  return { firms: rows.length, records };
}

/**
 * Computes all records of a firm's receipts again by the tables as they are now. `records` are those that
 * came out otherwise; each keeps the state before in its history. With `steps_max` it may end before it is
 * done, and the worker goes on.
 */
export async function recomputeFirm(
  pool: pg.Pool,
  firm_id: string,
  steps_max = Infinity,
): Promise<{ records: number; is_done: boolean }> {
  let records = 0;
  let listed: Listed | null = null;
  let is_done = false;
  for (let steps = 0; steps < steps_max && !is_done; steps += 1) {
    const step = await inFirmClient(pool, firm_id, (client) => recomputeStep(client, firm_id, listed));
    records += step.records;
    listed = step.listed;
    is_done = step.is_done;
  }
  if (records > 0) await refreshFirm(pool, firm_id);
  return { records, is_done };
}

/** The entry in the firm's list of imports under which changed records can be found. */
type Listed = { id: string; number: number };
type Step = { is_done: boolean; records: number; listed: Listed | null };

async function recomputeStep(client: pg.PoolClient, firm_id: string, listed: Listed | null): Promise<Step> {
  await lockFirm(client, firm_id);
  const tables = await receiptTables(client, firm_id);
  const { rows: states } = await client.query<{
    table_digest: string;
    is_stale: boolean;
    computed_to: string;
  }>(`select table_digest, is_stale, computed_to::text from clearance_receipt_state where firm_id = $1`, [
    firm_id,
  ]);
  const [state] = states;
  if (!state || (!state.is_stale && state.table_digest === tables.digest))
    return { is_done: true, records: 0, listed };
  // Tables that changed since the last step are the ones to begin anew with.
  const from = state.table_digest === tables.digest ? state.computed_to : '0';
  const { rows } = await client.query<{ declaration_no: string }>(
    `select declaration_no::text from clearance_receipt where firm_id = $1 and declaration_no > $2
     group by declaration_no order by declaration_no limit $3`,
    [firm_id, from, DECLARATIONS_PER_STEP],
  );
  const is_done = rows.length < DECLARATIONS_PER_STEP;
  await client.query(
    `update clearance_receipt_state set table_digest = $2, is_stale = $3, computed_to = $4 where firm_id = $1`,
    [firm_id, tables.digest, !is_done, is_done ? '0' : (rows.at(-1)?.declaration_no ?? '0')],
  );
  const declaration_nos = rows.map(({ declaration_no }) => declaration_no);
  const changed = await foldReceiptsOf(client, { firm_id, tables, declaration_nos });
  const pending = changed.flatMap((one) => recordRow(one, 0));
  if (pending.length === 0) return { is_done, records: 0, listed };
  const entry = listed ?? (await listRecomputation(client, firm_id));
  const { counts } = await writeBatchIn(client, {
    firm_id,
    import_id: entry.id,
    import_no: entry.number,
    present: FIELDS_OF_RECEIPTS,
    rows: BatchRows.of(pending),
    rejected: [],
    warned: [],
    is_computed: true,
    refreshes: false,
  });
  await client.query(
    `update clearance_import set corrected = corrected + $2, records = records + $3, progressed_at = now(),
            finished_at = now()
     where id = $1`,
    [entry.id, counts.corrected, counts.accepted],
  );
  return { is_done, records: counts.corrected + counts.accepted, listed: entry };
}

async function listRecomputation(client: pg.PoolClient, firm_id: string): Promise<Listed> {
  const { rows } = await client.query<Listed>(
    `insert into clearance_import (firm_id, format, origin, state, records, finished_at)
     values ($1, 'receipts', 'tables', 'finished', 0, now()) returning id, number`,
    [firm_id],
  );
  const [entry] = rows;
  if (!entry) throw new Error('the list of imports took no entry');
  return entry;
}
