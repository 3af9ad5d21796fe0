import { sql } from 'kysely';
import { isMediaType } from '#lib/domain/documents/media-type.ts';
import type { App } from '#lib/server/app.ts';
import type { Db } from '#lib/server/db/connect.ts';
import { extractNow, type Extraction } from './extract.ts';
import { extractorOf, EXTRACTORS } from './extractors.ts';

export type ExtractionCounts = {
  claimed: number;
  /** Read, also those in which there was no text to find. */
  extracted: number;
  failed: number;
  /** Stopped or crashed, and due again later. */
  postponed: number;
};

/** Longer than the deadline of one extraction, short enough that a crash is made good within 45 s. */
const LEASE_SECONDS = 30;
/** Each thread may take a core and its own memory; the machine has other work. */
const AT_ONCE = 2;
/** A run ends after this many; the next tick goes on. */
const DOCUMENTS_PER_RUN = 100;
/** A run starts nothing new after this long, so that a stop of the process is never far away. */
const RUN_MS = 45_000;
const ATTEMPTS_MAX = 3;
/** The first is as long as a lease: a reader that crashed is tried again as soon as one that was killed. */
const RETRY_DELAYS_SECONDS = [LEASE_SECONDS, 600];

type Extract = (bytes: Uint8Array, media_type: Job['media_type']) => Promise<Extraction>;
type Job = { id: string; media_type: keyof typeof EXTRACTORS; attempts: number; lease_token: string };

/**
 * Reads the documents that are due, two at a time. Nothing is claimed that is not worked on at once, no
 * transaction is open while a document is read, and a result counts only while the lease is still held.
 */
export async function extractPending(
  app: Pick<App, 'db'>,
  now: Date,
  extract: Extract = extractNow,
): Promise<ExtractionCounts> {
  const counts = { claimed: 0, extracted: 0, failed: 0, postponed: 0 };
  const started_ms = performance.now();
  // The run's own clock: the given instant, and what has passed since.
  const clock = () => new Date(now.getTime() + (performance.now() - started_ms));
  let started = 0;
  const lane = async () => {
    while (started < DOCUMENTS_PER_RUN && performance.now() - started_ms < RUN_MS) {
      started += 1;
      const job = await claim(app.db, clock());
      if (!job) return;
      counts.claimed += 1;
      const extraction = await perform(app.db, job, extract);
      const outcome = extraction && (await record(app.db, { job, extraction, now: clock() }));
      if (outcome) counts[outcome] += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return counts;
}

/** The next document that is due, ours for the time of the lease. */
async function claim(db: Db, now: Date): Promise<Job | null> {
  const lease_until = new Date(now.getTime() + LEASE_SECONDS * 1000);
  const { rows } = await sql<{ id: string; media_type: string; attempts: number; lease_token: string }>`
    update document set next_attempt_at = ${lease_until}, lease_token = gen_random_uuid(), attempts = attempts + 1
    where id = (
      select id from document where next_attempt_at <= ${now}
      order by next_attempt_at limit 1 for update skip locked
    )
    returning id, media_type, attempts, lease_token`.execute(db);
  const [row] = rows;
  if (!row) return null;
  const { media_type } = row;
  if (!isMediaType(media_type)) throw new Error(`document ${row.id} is ${media_type}, which no reader reads`);
  return { ...row, media_type };
}

/** Null when the lease was lost before the bytes were read. */
async function perform(db: Db, job: Job, extract: Extract): Promise<Extraction | null> {
  const by = extractorOf(job.media_type);
  // More attempts than results: whoever tried last did not live to say so.
  if (job.attempts > ATTEMPTS_MAX) return { state: 'failed', problem: 'crashed', is_retryable: false, ...by };
  const bytes = await db.transaction().execute(async (tx) => {
    await sql`select set_config('app.lease_token', ${job.lease_token}, true)`.execute(tx);
    const { rows } = await sql<{ content: Buffer }>`
      select content from document_content where document_id = ${job.id}`.execute(tx);
    return rows[0]?.content ?? null;
  });
  return bytes && extract(bytes, job.media_type);
}

/** Writes the result under the lease; null when another worker has taken the document over. */
async function record(
  db: Db,
  { job, extraction, now }: { job: Job; extraction: Extraction; now: Date },
): Promise<'extracted' | 'failed' | 'postponed' | null> {
  const { extractor, extractor_version } = extraction;
  const done = { next_attempt_at: null, lease_token: null, attempts: 0 };
  const held = db.updateTable('document').where('id', '=', job.id).where('lease_token', '=', job.lease_token);
  const delay_seconds = RETRY_DELAYS_SECONDS[job.attempts - 1];
  if (extraction.state === 'failed' && extraction.is_retryable && delay_seconds !== undefined) {
    const next_attempt_at = new Date(now.getTime() + delay_seconds * 1000);
    const { numUpdatedRows } = await held.set({ next_attempt_at, lease_token: null }).executeTakeFirst();
    return numUpdatedRows > 0n ? 'postponed' : null;
  }
  if (extraction.state === 'failed') {
    // Text that an earlier version of the reader found is not lost because the newer one fails.
    const { numUpdatedRows } = await held
      .set({
        ...done,
        state: sql<string>`case when text_characters > 0 then 'extracted' else 'failed' end`,
        problem: extraction.problem,
        extractor,
        extractor_version,
      })
      .executeTakeFirst();
    return numUpdatedRows > 0n ? 'failed' : null;
  }
  const has_text = extraction.state === 'extracted';
  const { numUpdatedRows } = await held
    .set({
      ...done,
      state: extraction.state,
      text: has_text ? extraction.text : null,
      text_truncated: has_text && extraction.text_truncated,
      page_count: extraction.page_count,
      problem: null,
      extractor,
      extractor_version,
    })
    .executeTakeFirst();
  return numUpdatedRows > 0n ? 'extracted' : null;
}

/** Documents marked at a time; the call is repeated until it marks none. */
const REQUEUE_MAX = 1_000;

/**
 * Makes documents due again that an older version of their reader has read. Their text stays until the new
 * one is there. Returns how many were marked.
 */
export async function requeueOutdated(app: Pick<App, 'db'>, now: Date): Promise<{ requeued: number }> {
  const current = JSON.stringify(
    Object.entries(EXTRACTORS).map(([media_type, { extractor_version }]) => ({
      media_type,
      extractor_version,
    })),
  );
  const { numAffectedRows } = await sql`
    update document set state = 'pending', next_attempt_at = ${now}, attempts = 0
    where id in (
      select d.id from document d
      join jsonb_to_recordset(${current}::jsonb) as reader(media_type text, extractor_version smallint) using (media_type)
      where d.next_attempt_at is null and d.extractor_version < reader.extractor_version
      limit ${REQUEUE_MAX} for update of d skip locked
    )`.execute(app.db);
  return { requeued: Number(numAffectedRows ?? 0) };
}
