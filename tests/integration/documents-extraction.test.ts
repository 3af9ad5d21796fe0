import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { EXTRACTORS } from '#lib/server/documents/extractors.ts';
import type { Extraction } from '#lib/server/documents/extract.ts';
import { extractPending, requeueOutdated } from '#lib/server/documents/extract-pending.ts';
import { storeDocument } from '#lib/server/documents/store.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm } from '../support/factories.ts';
import { makePdf, makePng, NOTICE_ZH } from '../fixtures/documents/make.ts';

const database = useDatabase();
let firm: Firm;
/** Well after every document of this file was stored. */
const NOW = new Date(Date.now() + 3_600_000);
const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);

beforeAll(async () => {
  firm = await createFirm(database.current.owner);
});
beforeEach(async () => {
  await database.current.owner.pg.query('delete from document');
});

async function store(bytes: Uint8Array = new TextEncoder().encode(randomUUID()), firm_id = firm.id) {
  const given = { firm_id, actor_id: null, file_name: null, bytes };
  const result = await storeDocument(database.current.app, given);
  if (!result.ok) throw new Error(result.problem.code);
  return result.document.id;
}

async function row(id: string) {
  const { rows } = await database.current.owner.pg.query<Record<string, unknown>>(
    'select state, text, problem, extractor, extractor_version, attempts, next_attempt_at, lease_token from document where id = $1',
    [id],
  );
  return rows[0];
}

const VERSION = EXTRACTORS['text/plain'].extractor_version;
const found = (text: string, version = VERSION): Extraction => ({
  state: 'extracted',
  text,
  text_truncated: false,
  page_count: null,
  extractor: 'text',
  extractor_version: version,
});
const failed = (problem: 'crashed' | 'damaged', is_retryable: boolean): Extraction => ({
  state: 'failed',
  problem,
  is_retryable,
  extractor: 'text',
  extractor_version: VERSION,
});
const SETTLED = { attempts: 0, next_attempt_at: null, lease_token: null };

describe('extractPending', () => {
  test('reads what is due and stores the text with the version of its reader', async () => {
    const id = await store(makePdf([{ zh: NOTICE_ZH }]));
    const { worker } = database.current;
    expect(await extractPending(worker, NOW)).toEqual({ claimed: 1, extracted: 1, failed: 0, postponed: 0 });
    expect(await row(id)).toEqual({
      state: 'extracted',
      text: NOTICE_ZH,
      problem: null,
      ...EXTRACTORS['application/pdf'],
      ...SETTLED,
    });
    expect(await extractPending(worker, after(3_600))).toMatchObject({ claimed: 0 });
  });

  test('reads the documents of all firms and of the operator, each once, also by two workers at once', async () => {
    const theirs = (await createFirm(database.current.owner)).id;
    const ids = await Promise.all([
      ...Array.from({ length: 8 }, () => store()),
      ...Array.from({ length: 8 }, () => store(undefined, theirs)),
    ]);
    const operators = await storeDocument(database.current.app, {
      firm_id: null,
      actor_id: null,
      file_name: null,
      bytes: new TextEncoder().encode(randomUUID()),
    });
    expect(operators.ok).toBe(true);
    let reads = 0;
    let at_once = 0;
    let most = 0;
    const read = async (): Promise<Extraction> => {
      reads += 1;
      at_once += 1;
      most = Math.max(most, at_once);
      await new Promise((done) => setTimeout(done, 5));
      at_once -= 1;
      return found('text');
    };
    const { worker } = database.current;
    const runs = await Promise.all([1, 2].map(() => extractPending(worker, NOW, read)));
    expect(reads).toBe(17);
    expect(most).toBeLessThanOrEqual(4);
    expect(runs.reduce((sum, run) => sum + run.extracted, 0)).toBe(17);
    for (const id of ids) expect(await row(id)).toMatchObject({ state: 'extracted', ...SETTLED });
  });

  test('goes on with the others when one cannot be read', async () => {
    const bad = await store();
    const good = await store();
    const { worker } = database.current;
    const counts = await extractPending(worker, NOW, async (bytes) => {
      const { rows } = await database.current.owner.pg.query(
        'select from document_content where document_id = $1 and content = $2',
        [bad, Buffer.from(bytes)],
      );
      return rows.length > 0 ? failed('damaged', false) : found('text');
    });
    expect(counts).toMatchObject({ claimed: 2, extracted: 1, failed: 1 });
    expect(await row(bad)).toMatchObject({ state: 'failed', problem: 'damaged', text: null, ...SETTLED });
    expect(await row(good)).toMatchObject({ state: 'extracted', problem: null });
  });

  test('takes up again what a killed worker held, when its lease is over and not before', async () => {
    const id = await store();
    const { worker } = database.current;
    const never = () => new Promise<Extraction>(() => {});
    void extractPending(worker, NOW, never);
    await expect.poll(async () => (await row(id))?.lease_token).not.toBeNull();

    expect(await extractPending(worker, after(29), async () => found('early'))).toMatchObject({ claimed: 0 });
    expect(await extractPending(worker, after(31), async () => found('taken up'))).toMatchObject({
      extracted: 1,
    });
    expect(await row(id)).toMatchObject({ state: 'extracted', text: 'taken up', ...SETTLED });
  });

  test('lets the result of a worker that lost its lease change nothing', async () => {
    const id = await store();
    const { worker } = database.current;
    const is_reading = Promise.withResolvers<(extraction: Extraction) => void>();
    const late = extractPending(worker, NOW, () => new Promise((done) => is_reading.resolve(done)));
    const tell = await is_reading.promise;
    await extractPending(worker, after(31), async () => found('in time'));
    tell(found('too late'));
    expect(await late).toEqual({ claimed: 1, extracted: 0, failed: 0, postponed: 0 });
    expect(await row(id)).toMatchObject({ text: 'in time' });
  });

  test('does not hand the bytes to a worker whose lease was taken over', async () => {
    const id = await store();
    const { worker, owner } = database.current;
    void extractPending(worker, NOW, () => new Promise<Extraction>(() => {}));
    const tokenOf = async () => z.uuid().parse((await row(id))?.lease_token);
    await expect.poll(tokenOf).toBeTruthy();
    const token = await tokenOf();
    const read = () =>
      worker.db.transaction().execute(async (tx) => {
        await sql`select set_config('app.lease_token', ${token}, true)`.execute(tx);
        return (await sql`select document_id from document_content`.execute(tx)).rows;
      });
    expect(await read()).toEqual([{ document_id: id }]);
    await owner.pg.query('update document set lease_token = gen_random_uuid()');
    expect(await read()).toEqual([]);
  });

  test('tries again what crashed, in 30 s and in 10 min, then gives up with the reason', async () => {
    const id = await store();
    const { worker } = database.current;
    const crash = async () => failed('crashed', true);
    expect(await extractPending(worker, NOW, crash)).toMatchObject({ postponed: 1 });
    expect(await row(id)).toMatchObject({ state: 'pending', attempts: 1, lease_token: null });
    expect(await extractPending(worker, after(29), crash)).toMatchObject({ claimed: 0 });
    expect(await extractPending(worker, after(31), crash)).toMatchObject({ postponed: 1 });
    expect(await extractPending(worker, after(31 + 599), crash)).toMatchObject({ claimed: 0 });
    expect(await extractPending(worker, after(31 + 602), crash)).toMatchObject({ failed: 1 });
    expect(await row(id)).toMatchObject({ state: 'failed', problem: 'crashed', ...SETTLED });
  });

  test('gives up on a document whose readers took the whole worker with them', async () => {
    const id = await store();
    const { worker } = database.current;
    for (const turn of [0, 31, 62]) {
      void extractPending(worker, after(turn), () => new Promise<Extraction>(() => {}));
      await expect.poll(async () => (await row(id))?.attempts).toBe(turn / 31 + 1);
    }
    let reads = 0;
    const counts = await extractPending(worker, after(93), async () => {
      reads += 1;
      return found('text');
    });
    expect(counts).toMatchObject({ claimed: 1, failed: 1 });
    expect(reads).toBe(0);
    expect(await row(id)).toMatchObject({ state: 'failed', problem: 'crashed', ...SETTLED });
  });
});

describe('requeueOutdated', () => {
  test('has read again what an older version read, and keeps the old text until then', async () => {
    const id = await store();
    const { worker } = database.current;
    await extractPending(worker, NOW, async () => found('as it was read before', VERSION - 1));
    expect(await requeueOutdated(worker, NOW)).toEqual({ requeued: 1 });
    expect(await row(id)).toMatchObject({
      state: 'pending',
      text: 'as it was read before',
      extractor_version: VERSION - 1,
    });
    await extractPending(worker, after(1), async () => found('better'));
    expect(await row(id)).toMatchObject({ state: 'extracted', text: 'better', extractor_version: VERSION });
    expect(await requeueOutdated(worker, after(2))).toEqual({ requeued: 0 });
  });

  test('does not lose the old text when the newer version fails', async () => {
    const id = await store();
    const { worker } = database.current;
    await extractPending(worker, NOW, async () => found('as it was read before', VERSION - 1));
    await requeueOutdated(worker, NOW);
    await extractPending(worker, after(1), async () => failed('damaged', false));
    expect(await row(id)).toMatchObject({
      state: 'extracted',
      text: 'as it was read before',
      problem: 'damaged',
      extractor_version: VERSION,
    });
    expect(await requeueOutdated(worker, after(2))).toEqual({ requeued: 0 });
  });

  test('leaves alone what is still due, and photos', async () => {
    await store();
    await store(makePng());
    const { owner, worker } = database.current;
    await owner.pg.query(`update document set extractor_version = $1 where state = 'pending'`, [VERSION - 1]);
    expect(await requeueOutdated(worker, NOW)).toEqual({ requeued: 0 });
  });
});

describe('the role of the worker', () => {
  test('reads bytes under a lease alone, and never a name, an owner or a text', async () => {
    const id = await store();
    const { worker } = database.current;
    expect((await sql`select content from document_content`.execute(worker.db)).rows).toEqual([]);
    for (const column of ['firm_id', 'file_name', 'text', 'sha256', 'created_by'])
      await expect(sql`select ${sql.ref(column)} from document`.execute(worker.db)).rejects.toThrow(
        'permission denied',
      );
    await expect(sql`delete from document where id = ${id}`.execute(worker.db)).rejects.toThrow(
      'permission denied',
    );
  });
});
