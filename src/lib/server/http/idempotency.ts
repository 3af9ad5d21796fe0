import { sql } from 'kysely';
import type { Db } from '#lib/server/db/connect.ts';

export type Claim =
  | {
      kind: 'claimed';
      finish: (status: number, answer: string) => Promise<void>;
      release: () => Promise<void>;
    }
  | { kind: 'replay'; status: number; answer: string }
  | { kind: 'conflict'; detail: string; headers?: Record<string, string> };

/** A claim whose request never ended (its process died) is free again after this long. */
const ABANDONED_AFTER_SECONDS = 60;
export const IDEMPOTENCY_KEY_LENGTH_MAX = 255;

/**
 * Claims an idempotency key for one actor. The first request with a key runs; the same request again gets
 * the stored answer for 24 hours; another request under the same key is a conflict.
 */
export async function claimIdempotencyKey(
  db: Db,
  request: { actor_id: string; key: string; hash: string },
): Promise<Claim> {
  const { actor_id, key, hash } = request;
  const claimed = await sql<{ claimed_at: string }>`
    insert into idempotency_key (actor_id, key, request_hash) values (${actor_id}, ${key}, ${hash})
    on conflict (actor_id, key) do update set request_hash = excluded.request_hash, status = null, answer = null, created_at = now()
      where idempotency_key.created_at < now() - interval '24 hours'
         or (idempotency_key.status is null and idempotency_key.request_hash = excluded.request_hash
             and idempotency_key.created_at < now() - make_interval(secs => ${ABANDONED_AFTER_SECONDS}))
    returning created_at::text as claimed_at`.execute(db);
  const [claim] = claimed.rows;
  if (claim) {
    // A claim that was taken for abandoned and taken over is no longer ours to finish or to release.
    const at = sql`actor_id = ${actor_id} and key = ${key} and status is null and created_at = ${claim.claimed_at}::timestamptz`;
    return {
      kind: 'claimed',
      finish: async (status, answer) => {
        await sql`update idempotency_key set status = ${status}, answer = ${answer} where ${at}`.execute(db);
      },
      release: async () => {
        await sql`delete from idempotency_key where ${at}`.execute(db);
      },
    };
  }
  const { rows } = await sql<{ request_hash: string; status: number | null; answer: string | null }>`
    select request_hash, status, answer from idempotency_key where actor_id = ${actor_id} and key = ${key}`.execute(
    db,
  );
  const stored = rows[0];
  if (stored && stored.request_hash !== hash)
    return {
      kind: 'conflict',
      detail: 'This Idempotency-Key was used for another request. Use a new key for a new request.',
    };
  if (!stored || stored.status === null)
    return {
      kind: 'conflict',
      detail: 'The first request with this Idempotency-Key is still running. Ask again in a moment.',
      headers: { 'retry-after': '1' },
    };
  return { kind: 'replay', status: stored.status, answer: stored.answer ?? '' };
}

/** Deletes the answers whose 24 hours are over. */
export async function forgetOldAnswers(app: { db: Db }): Promise<{ idempotency_keys: number }> {
  const { numAffectedRows } = await sql`
    delete from idempotency_key where created_at < now() - interval '24 hours'`.execute(app.db);
  return { idempotency_keys: Number(numAffectedRows ?? 0) };
}
