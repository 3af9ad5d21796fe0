import { sql } from 'kysely';
import { z } from 'zod';
import { LAB_STATUSES, type LabRecord } from '#lib/domain/eligibility/lab.ts';
import type { Tx } from '#lib/server/db/connect.ts';

/** A laboratory changes its accreditation a few times a year. */
const RECORDS_PER_LAB_MAX = 500;
/** One decision names one laboratory; a batch of them a few hundred. */
export const LABS_ASKED_MAX = 5_000;
/** A record is committed within 30 s of its moment (the database sees to it); until then readers wait for it. */
const SETTLED_AFTER_MS = 60_000;

const site = z.object({ name: z.string(), address: z.string().nullable(), is_accredited: z.boolean() });
const scopeLine = z.object({
  standard: z.string(),
  clauses: z.array(z.string()).nullable(),
  limitation: z.string().nullable(),
});
/** A record as its columns hold it. */
const stored = z.object({
  id: z.string(),
  cnas_id: z.string(),
  name: z.string(),
  name_zh: z.string().nullable(),
  status: z.enum(LAB_STATUSES),
  valid_from: z.string().nullable(),
  valid_to: z.string().nullable(),
  sites: z.array(site),
  scope: z.array(scopeLine),
  evidence: z.string().nullable(),
  evidence_document_id: z.string().nullable(),
  verified_at: z.date().nullable(),
  verified_by: z.string().nullable(),
  note: z.string().nullable(),
  recorded_at: z.date(),
});

export const LAB_COLUMNS = [
  'id',
  'cnas_id',
  'name',
  'name_zh',
  'status',
  'valid_from',
  'valid_to',
  'sites',
  'scope',
  'evidence',
  'evidence_document_id',
  'verified_at',
  'verified_by',
  'note',
  'recorded_at',
] as const;

/**
 * The history of each laboratory as it was recorded by `known_at`, the newest record first. A laboratory without
 * a record is not in the map: nothing is known of it. The answer for a moment never changes: about the last
 * minute a reader waits for whoever is recording.
 */
export async function labsAt(
  tx: Tx,
  cnas_ids: readonly string[],
  known_at: Date,
): Promise<Map<string, LabRecord[]>> {
  if (cnas_ids.length > LABS_ASKED_MAX)
    throw new RangeError(`more than ${LABS_ASKED_MAX} laboratories at once`);
  const histories = new Map<string, LabRecord[]>();
  if (cnas_ids.length === 0) return histories;
  await settle(tx, known_at);
  const rows = await tx
    .selectFrom('lab_record')
    .select(LAB_COLUMNS)
    .where('cnas_id', '=', sql<string>`any(${[...new Set(cnas_ids)]}::text[])`)
    .where('recorded_at', '<=', known_at)
    .orderBy('cnas_id')
    .orderBy('recorded_at', 'desc')
    .limit(LABS_ASKED_MAX * RECORDS_PER_LAB_MAX)
    .execute();
  for (const row of rows) {
    const record = labRecordOf(row);
    const history = histories.get(record.cnas_id);
    if (history) history.push(record);
    else histories.set(record.cnas_id, [record]);
  }
  return histories;
}

export function labRecordOf(row: unknown): LabRecord {
  return stored.parse(row);
}

async function settle(tx: Tx, known_at: Date): Promise<void> {
  await sql`
    select from lab_register_head
    where ${known_at}::timestamptz > clock_timestamp() - make_interval(secs => ${SETTLED_AFTER_MS / 1000})
    for share`.execute(tx);
}
