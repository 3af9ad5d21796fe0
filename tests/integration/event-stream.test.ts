import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { asOperator, inFirm } from '#lib/server/db/tenancy.ts';
import { appendEvent } from '#lib/server/events/append.ts';
import { getEvents } from '#lib/server/events/events-api.ts';
import { createTail } from '#lib/server/events/tail.ts';
import { readPosition } from '#lib/server/events/position.ts';
import { aFirm, happens } from '../support/alerts.ts';
import { call } from '../support/call.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();
const list = z.object({
  items: z.array(z.looseObject({ id: z.string(), cursor: z.string(), type: z.string() })),
  next_cursor: z.string().nullable(),
});

/** Reads frames until one satisfies the condition; gives the ids of all that were events. */
async function readUntil(
  stream: ReadableStream<Uint8Array>,
  isLast: (id: string) => boolean,
): Promise<string[]> {
  const ids: string[] = [];
  let text = '';
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return ids;
    text += decoder.decode(value, { stream: true });
    const frames = text.split('\n\n');
    text = frames.pop() ?? '';
    for (const frame of frames) {
      const [, id] = /^id: (\S+)$/m.exec(frame) ?? [];
      if (id) ids.push(id);
      if (id && isLast(id)) {
        await reader.cancel();
        return ids;
      }
    }
  }
}

test('a list goes on after its cursor, and never passes a transaction that is still open', async () => {
  const { app, owner } = database.current;
  const { actor } = await aFirm(owner);
  const ask = async (cursor?: string | null) =>
    (await call(app, getEvents, { actor, query: { limit: '500', ...(cursor ? { cursor } : {}) } })).json(
      list,
    );
  await happens(app);
  const first = await ask();
  expect(first.items.length).toBeGreaterThan(0);
  // An older transaction writes, and commits after a younger one did.
  const late = randomUUID();
  let commit = () => {};
  const held = new Promise<void>((done) => (commit = done));
  let written = () => {};
  const is_written = new Promise<void>((done) => (written = done));
  const open = asOperator(app.db, async (tx) => {
    const told = await appendEvent(tx, {
      kind: 'lab.changed',
      audience: 'everyone',
      subject_id: null,
      unique_key: late,
      data: {},
    });
    written();
    await held;
    return told;
  });
  await is_written;
  const young = await happens(app);
  expect((await ask(first.next_cursor)).items).toEqual([]);
  commit();
  const old = await open;
  const second = await ask(first.next_cursor);
  expect(second.items.map(({ id }) => id)).toEqual([old?.id, young.id]);
  expect((await ask(second.next_cursor)).items).toEqual([]);
  expect((await call(app, getEvents, { actor, query: { cursor: 'x' } })).status).toBe(422);
});

test('a stream begins after the last event that was seen, misses nothing, and ends with the process', async () => {
  const { app, owner } = database.current;
  const { firm, actor } = await aFirm(owner);
  const { firm: other } = await aFirm(owner);
  const tail = createTail(app);
  const told = async (firm_id: string) =>
    inFirm(app.db, firm_id, (tx) =>
      appendEvent(tx, {
        kind: 'code.changed',
        audience: { firm_id },
        subject_id: null,
        unique_key: randomUUID(),
        data: {},
      }),
    );
  const seen = (await call(app, getEvents, { actor, query: { limit: '500' } })).json(list).next_cursor ?? '';
  const missed = await happens(app);
  const stream = await tail.open({ firm_id: firm.id }, readPosition(seen));
  const live = await tail.open({ firm_id: firm.id }, null);
  if (!stream || !live) throw new Error('no stream');
  await told(other.id);
  const own = await told(firm.id);
  const ends = (id: string) => id.endsWith(`-${own?.id}`);
  expect((await readUntil(stream, ends)).map((id) => id.split('-')[1])).toEqual([missed.id, own?.id]);
  expect((await readUntil(live, ends)).map((id) => id.split('-')[1])).toEqual([own?.id]);
  const last = await tail.open({ firm_id: null }, null);
  tail.close();
  expect(await readUntil(last ?? new ReadableStream(), () => false)).toEqual([]);
  expect(await tail.open({ firm_id: firm.id }, null)).toBeNull();
});
