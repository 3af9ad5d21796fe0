import { createHash } from 'node:crypto';
import type { Db } from '#lib/server/db/connect.ts';
import type { Seal } from '#lib/server/seal.ts';
import { claimIdempotencyKey, IDEMPOTENCY_KEY_LENGTH_MAX, type Claim } from './idempotency.ts';
import { refuse } from './problem.ts';

/**
 * Runs `work` once for each `Idempotency-Key` of an actor: the same question again gets the stored answer,
 * another one under the same key is refused. Without the header it simply runs. `asked` is everything that
 * makes two requests the same. Strangers have no identity that a stored answer could belong to: not for them.
 */
export async function answerOnce(
  db: Db,
  request: Request,
  given: {
    actor_id: string;
    asked: string;
    work: () => Promise<Response>;
    /** Where the answer holds a secret that is shown once: what is stored of it is sealed. */
    seal?: Seal | null;
  },
): Promise<Response> {
  const { actor_id, asked, work, seal = null } = given;
  const key = request.headers.get('idempotency-key');
  if (!key) return work();
  if (key.length > IDEMPOTENCY_KEY_LENGTH_MAX)
    refuse(422, `Idempotency-Key is longer than ${IDEMPOTENCY_KEY_LENGTH_MAX} characters.`);
  const hash = createHash('sha256').update(asked).digest('hex');
  const claim = await claimIdempotencyKey(db, { actor_id, key, hash });
  if (claim.kind === 'conflict') refuse(409, claim.detail, undefined, claim.headers);
  if (claim.kind !== 'replay') return runClaimed(claim, work, seal);
  return replay(seal && claim.answer ? { ...claim, answer: seal.open(fromText(claim.answer)) } : claim);
}

/**
 * Runs what a key was claimed for. A request that failed gives the key back; an answer is stored before it
 * is sent. When only the storing fails, the key stays claimed: the work is done and must not run again.
 */
async function runClaimed(
  claim: Extract<Claim, { kind: 'claimed' }>,
  work: () => Promise<Response>,
  seal: Seal | null,
): Promise<Response> {
  let response: Response;
  try {
    response = await work();
  } catch (cause) {
    await claim.release();
    throw cause;
  }
  const text = response.status === 204 ? '' : await response.clone().text();
  await claim.finish(response.status, seal && text ? seal.close(text).toString('base64') : text);
  return response;
}

function fromText(sealed: string): Uint8Array {
  return Buffer.from(sealed, 'base64');
}

function replay(claim: Extract<Claim, { kind: 'replay' }>): Response {
  const headers = { 'cache-control': 'private, no-cache', 'idempotency-replayed': 'true' };
  if (claim.status === 204) return new Response(null, { status: 204, headers });
  return new Response(claim.answer, {
    status: claim.status,
    headers: { 'content-type': 'application/json', ...headers },
  });
}
