import { sql } from 'kysely';
import { labOnDay, type LabOnDay, type LabRecord, type LabStatus } from '#lib/domain/eligibility/lab.ts';
import type { LabInput } from '#lib/domain/eligibility/lab-input.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { appendEvent } from '#lib/server/events/append.ts';
import { pageOf } from '#lib/server/http/page.ts';
import { LAB_COLUMNS, labRecordOf, labsAt } from './labs.ts';

export type RecordedLab = { record: LabRecord; is_new: boolean };

/** The fields of which a change is news; who verified it when is told with them. */
const TOLD = ['status', 'valid_from', 'valid_to', 'scope', 'sites', 'name'] as const;

/**
 * Adds a record to the register, with the event that tells of it. What says the same as the newest record of the
 * laboratory adds nothing. The transaction is the operator's.
 */
export async function recordLab(tx: Tx, input: LabInput, recorded_by: string | null): Promise<RecordedLab> {
  const newest = await newestRecord(tx, input.cnas_id);
  if (newest && contentOf(newest) === contentOf(input)) return { record: newest, is_new: false };
  const row = await tx
    .insertInto('lab_record')
    .values({
      ...input,
      sites: JSON.stringify(input.sites),
      scope: JSON.stringify(input.scope),
      recorded_by,
      // The trigger sets the moment under the lock of the register.
      recorded_at: sql<Date>`now()`,
    })
    .returning(LAB_COLUMNS)
    .executeTakeFirstOrThrow();
  const record = labRecordOf(row);
  await appendEvent(tx, {
    kind: 'lab.changed',
    audience: 'everyone',
    subject_id: record.id,
    unique_key: `lab.changed:${record.id}`,
    data: {
      cnas_id: record.cnas_id,
      name: record.name,
      name_zh: record.name_zh,
      status: record.status,
      status_before: newest?.status ?? null,
      valid_from: record.valid_from,
      valid_to: record.valid_to,
      changed: newest
        ? TOLD.filter((field) => JSON.stringify(newest[field]) !== JSON.stringify(record[field]))
        : ['new'],
    },
  });
  return { record, is_new: true };
}

export async function newestRecord(tx: Tx, cnas_id: string): Promise<LabRecord | null> {
  const row = await tx
    .selectFrom('lab_record')
    .select(LAB_COLUMNS)
    .where('cnas_id', '=', cnas_id)
    .orderBy('recorded_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? labRecordOf(row) : null;
}

function contentOf(input: LabInput): string {
  const { cnas_id, name, name_zh, status, valid_from, valid_to, sites, scope, note } = input;
  const { evidence, evidence_document_id, verified_at, verified_by } = input;
  const said = [cnas_id, name, name_zh, status, valid_from, valid_to, sites, scope, note];
  return JSON.stringify([...said, evidence, evidence_document_id, verified_at, verified_by]);
}

/** A laboratory in a list: its newest record, and what the register says of a day. */
export type ListedLab = LabRecord & { status_today: LabStatus; records: number };

export type LabQuery = {
  q: string | null;
  status: LabStatus | null;
  /** The day for `status_today`, and the key that the page before ended with. */
  today: string;
  limit: number;
  after: readonly [recorded_at: string, id: string] | null;
};

/** Laboratories by their newest record, the last changed first. */
export async function listLabs(
  tx: Tx,
  query: LabQuery,
): Promise<{ items: ListedLab[]; next_cursor: string | null }> {
  const [recorded_at, id] = query.after ?? [null, null];
  const like = query.q === null ? null : `%${query.q.replace(/[\\%_]/g, '\\$&')}%`;
  const rows = await tx
    .selectFrom('lab_record as lab')
    .select([...LAB_COLUMNS, sql<string>`lab.recorded_at::text`.as('key')])
    .where(
      sql<boolean>`not exists (select from lab_record later where later.cnas_id = lab.cnas_id and later.recorded_at > lab.recorded_at)`,
    )
    .where(sql<boolean>`(${query.status}::text is null or lab.status = ${query.status})`)
    .where(
      sql<boolean>`(${like}::text is null or lab.cnas_id ilike ${like} or replace(lab.cnas_id, 'CNAS ', '') ilike ${like}
        or lab.name ilike ${like} or lab.name_zh ilike ${like})`,
    )
    .where(
      sql<boolean>`(${recorded_at}::timestamptz is null or (lab.recorded_at, lab.id) < (${recorded_at}::timestamptz, ${id}::uuid))`,
    )
    .orderBy('lab.recorded_at', 'desc')
    .orderBy('lab.id', 'desc')
    .limit(query.limit + 1)
    .execute();
  const { items, next_cursor } = pageOf(rows, query.limit, (row) => [row.key, row.id]);
  const histories = await labsAt(
    tx,
    items.map(({ cnas_id }) => cnas_id),
    FOR_EVER,
  );
  return {
    next_cursor,
    items: items.map((row) => {
      const record = labRecordOf(row);
      const history = histories.get(record.cnas_id) ?? [record];
      const status_today = labOnDay(history, query.today)?.status ?? 'unverified';
      return { ...record, status_today, records: history.length };
    }),
  };
}

/** Later than any record; lists show what is there, and promise nothing about a moment. */
const FOR_EVER = new Date('9999-12-31T00:00:00Z');

export type LabDetail = { history: LabRecord[]; on_day: LabOnDay | null };

/** All records of a laboratory, the newest first, and what they say of a day. Null when there is none. */
export async function labDetail(
  tx: Tx,
  asked: { cnas_id: string; day: string; known_at: Date | null },
): Promise<LabDetail | null> {
  const histories = await labsAt(tx, [asked.cnas_id], asked.known_at ?? FOR_EVER);
  const history = histories.get(asked.cnas_id);
  return history ? { history, on_day: labOnDay(history, asked.day) } : null;
}
