import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { loadPendingItems } from '#lib/server/reference/load-pending.ts';
import { getItem, getItems } from '#lib/server/watch/items/items-api.ts';
import { rematchDue } from '#lib/server/watch/matching/archive.ts';
import { matchUnmatched } from '#lib/server/watch/matching/match-items.ts';
import {
  getPendingItem,
  getPendingItems,
  patchPendingItem,
  postBacktest,
  postPendingItem,
  postTransition,
} from '#lib/server/watch/pending/pending-api.ts';
import {
  getSignal,
  getSignals,
  postDecision,
  postSignalDraft,
} from '#lib/server/watch/signals/signals-api.ts';
import { listSignals } from '#lib/server/watch/signals/signals.ts';
import { undoDecisions } from '#lib/server/watch/signals/undo.ts';
import { storeItems } from '#lib/server/watch/store-items.ts';
import { call } from '../support/call.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm, firmActor, operatorActor } from '../support/factories.ts';
import { anInstrument } from '../support/rules.ts';
import { ownWord, useManualSource } from '../support/manual-source.ts';

const database = useDatabase();
const manual = useManualSource(database);
const { store } = manual;
const analyst = operatorActor(['watch:read', 'watch:write', 'rules:read', 'rules:write']);
let reader: Actor;

const app = () => database.current.app;

beforeAll(async () => {
  reader = firmActor(await createFirm(database.current.owner), ['watch:read']);
});

const signalShape = z.object({
  id: z.string(),
  pending_item: z.string(),
  item: z.object({ id: z.string(), title: z.string() }),
  spans: z.array(z.object({ field: z.string(), start: z.number(), end: z.number() })),
  score: z.number(),
  state: z.string(),
  from_archive: z.boolean(),
  draft_version_id: z.string().nullable(),
});
const signalList = z.object({ items: z.array(signalShape) });

async function signalsOf(pending_item: string, actor: Actor = analyst) {
  const answer = await call(app(), getSignals, { actor, query: { pending_item, limit: '500' } });
  return answer.json(signalList).items;
}

/** A pending item of its own, so that the tests do not meet. */
async function await_(query: string, more: Record<string, unknown> = {}): Promise<string> {
  const slug = `p-${randomUUID().slice(0, 8)}`;
  const body = { slug, title: 'Sample', authority: 'GACC', query, ...more };
  expect((await call(app(), postPendingItem, { actor: analyst, body })).status).toBe(201);
  return slug;
}

async function eventsOf(kind: string, slug: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int from event where kind = ${kind} and data ->> 'pending_item' = ${slug}`.execute(
    database.current.owner.db,
  );
  return rows[0]?.count ?? 0;
}

describe('an item that is stored', () => {
  test('becomes one signal with its places, however often and by whomever it is seen', async () => {
    const word = ownWord();
    const slug = await await_(`${word} AND clause:4.12`);
    const title = `市场监管总局关于GB 31701—2026第４．１２條${word}的复函`;
    const url = `http://example.org/${randomUUID()}.html`;
    await store({ title, url });
    await store({ title, url });
    await store({ title, url, text: '全文如下。' });
    const signals = await signalsOf(slug);
    expect(signals).toHaveLength(1);
    const shown = signals[0]?.spans.map(({ field, start, end }) => `${field}: ${title.slice(start, end)}`);
    expect(shown).toEqual(['title: 第４．１２條', `title: ${word}`]);
    expect(signals[0]).toMatchObject({ state: 'open', from_archive: false });
  });

  test('stands in the inbox by time, or by how well it matches', async () => {
    const word = ownWord();
    const slug = await await_(word);
    const best = await store({ title: `${word}的公告`, text: `依据${word}办理，${word}除外。` });
    const weak = await store({ title: '另一份公告', text: `参见${word}。` });
    const shown = async (order: 'time' | 'score') =>
      (await listSignals(app(), analyst, { pending_item: slug, order, limit: 10 })).map(
        ({ item }) => item.id,
      );
    expect(await shown('time')).toEqual([weak.id, best.id]);
    expect(await shown('score')).toEqual([best.id, weak.id]);
  });

  test('is matched again when its text changes, and never when it is only read better', async () => {
    const word = ownWord();
    const slug = await await_(word);
    const url = `http://example.org/${randomUUID()}.html`;
    await store({ url, text: '原文。' });
    expect((await store({ url, text: `更好的读法：${word}。` }, true)).outcome).toBe('upgraded');
    await matchUnmatched(database.current.worker);
    expect(await signalsOf(slug)).toEqual([]);
    expect((await store({ url, text: `修改后：${word}。` })).outcome).toBe('changed');
    expect(await signalsOf(slug)).toHaveLength(1);
  });

  test('is found by the job where its text was written elsewhere', async () => {
    const word = ownWord();
    const slug = await await_(word);
    const { id } = await store({ text: '目录' });
    await sql`update item set text = ${`附件：${word}`}, revision_no = revision_no + 1 where id = ${id}`.execute(
      database.current.owner.db,
    );
    await matchUnmatched(database.current.worker);
    await matchUnmatched(database.current.worker);
    expect(await signalsOf(slug)).toHaveLength(1);
  });
});

describe('a query', () => {
  test('is refused with every problem and its place, in both languages', async () => {
    const body = { slug: 'p-bad', title: 'Sample', authority: 'GACC', query: '青岛 AND clause:xyz' };
    const answer = await call(app(), postPendingItem, { actor: analyst, body });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('clause:xyz at character 8 is no clause');
    expect(answer.text).toContain('第8个字符处的clause:xyz不是条款号');
  });

  test('that is edited finds the archive without news, and leaves decisions as they are', async () => {
    const [first, second] = [ownWord(), ownWord()];
    const slug = await await_(first);
    await store({ title: `甲 ${first}` });
    await store({ title: `乙 ${second}` });
    const [dismissed] = await signalsOf(slug);
    await call(app(), postDecision, {
      actor: analyst,
      params: { id: dismissed?.id ?? '' },
      body: { decision: 'dismissed', reason: 'other goods' },
    });
    const query = `${first} OR ${second}`;
    const edited = await call(app(), patchPendingItem, {
      actor: analyst,
      params: { id: slug },
      body: { query },
    });
    expect(edited.status).toBe(200);
    const signals = await signalsOf(slug);
    expect(signals.map(({ state, from_archive }) => [state, from_archive]).sort()).toEqual([
      ['dismissed', false],
      ['open', true],
    ]);
    expect(await eventsOf('signal.confirmed', slug)).toBe(0);
    const stale = await call(app(), patchPendingItem, {
      actor: analyst,
      params: { id: slug },
      body: { query: first, query_was: first },
    });
    expect(stale.status).toBe(409);
  });

  test('waits for items that are being stored with the one before', async () => {
    const word = ownWord();
    const slug = await await_(ownWord());
    const patched: ReturnType<typeof call>[] = [];
    await database.current.worker.db.transaction().execute(async (tx) => {
      const item = {
        title: word,
        url: `http://example.org/${randomUUID()}`,
        number_row: null,
        issued_on: null,
      };
      await storeItems(tx, [{ ...item, effective_on: null, published_at: null, text: null }], {
        ...manual.at,
        language: 'zh-CN',
        seen_at: new Date(),
      });
      patched.push(
        call(app(), patchPendingItem, {
          actor: analyst,
          params: { id: slug },
          body: { query: word },
        }),
      );
      await new Promise((done) => setTimeout(done, 150));
    });
    await Promise.all(patched);
    expect(await signalsOf(slug)).toHaveLength(1);
  });

  test('is tried on the archive without storing anything', async () => {
    const word = ownWord();
    const { id } = await store({ title: '通知', text: `会同青島海关开展${word}可行性研究。` });
    await store({ title: '通知', text: `青岛 ${word}` });
    const body = { query: `${word} AND (青岛 NEAR/8 可行性研究)` };
    const answer = await call(app(), postBacktest, { actor: analyst, body });
    const found = answer.json(
      z.object({
        total: z.number(),
        items: z.array(z.object({ id: z.string(), spans: z.array(z.unknown()) })),
      }),
    );
    expect(found.total).toBe(1);
    expect(found.items[0]?.id).toBe(id);
    expect(found.items[0]?.spans).toHaveLength(3);
  });
});

describe('a pending item', () => {
  test('moves forward with its evidence, back with a reason, and tells in the same moment', async () => {
    const { snapshot_id } = manual.at;
    const slug = await await_(ownWord(), { state: 'under_study' });
    const { id: item_id } = await store({ title: '公告' });
    const move = (body: Record<string, unknown>) =>
      call(app(), postTransition, { actor: analyst, params: { id: slug }, body });
    expect((await move({ to_state: 'issued', evidence: {} })).status).toBe(422);
    expect((await move({ to_state: 'issued', evidence: { snapshot_id: randomUUID() } })).status).toBe(422);
    expect((await move({ to_state: 'under_study', evidence: { snapshot_id } })).status).toBe(409);
    const { rows: others } = await sql<{ id: string }>`
      insert into snapshot (source_id, kind, url, sha256, content, byte_count)
      values (${manual.at.source_id}, 'manual', 'http://example.org/other', ${'b'.repeat(64)}, '\\x00', 1) returning id`.execute(
      database.current.owner.db,
    );
    const apart = { to_state: 'issued', evidence: { snapshot_id: others[0]?.id, item_id } };
    expect((await move(apart)).status).toBe(422);
    expect((await move({ to_state: 'issued', evidence: { item_id } })).status).toBe(201);
    expect((await move({ to_state: 'drafted', evidence: { snapshot_id } })).status).toBe(422);
    expect((await move({ to_state: 'drafted', evidence: { snapshot_id }, note: 'misread' })).status).toBe(
      201,
    );
    const answer = await call(app(), getPendingItem, { actor: reader, params: { id: slug } });
    const seen = answer.json(
      z.object({
        state: z.string(),
        transitions: z.array(
          z.object({ to_state: z.string(), evidence: z.object({ snapshot_id: z.string().nullable() }) }),
        ),
      }),
    );
    expect(seen.state).toBe('drafted');
    expect(seen.transitions.map(({ to_state, evidence }) => [to_state, evidence.snapshot_id])).toEqual([
      ['drafted', snapshot_id],
      ['issued', snapshot_id],
    ]);
    expect(await eventsOf('pending_item.moved', slug)).toBe(2);
  });

  test('of the reference is loaded once, as reported, and an edited one is left alone', async () => {
    const { db } = database.current.owner;
    expect((await loadPendingItems(app().db)).changed).toBe(4);
    await sql`update pending_item set query = '宁波模式', edited_at = now() where slug = 'national-template'`.execute(
      db,
    );
    expect((await loadPendingItems(app().db)).changed).toBe(0);
    await asOperator(app().db, rematchDue);
    const answer = await call(app(), getPendingItems, { actor: reader, query: { limit: '500' } });
    const { items } = answer.json(
      z.object({
        items: z.array(z.looseObject({ slug: z.string(), state: z.string(), confirmed: z.boolean() })),
      }),
    );
    const shown = (slug: string) => items.find((item) => item.slug === slug);
    expect(shown('sac-clause-4.12')).toMatchObject({
      state: 'announced',
      confirmed: false,
      provision: '4.12',
    });
    for (const slug of ['shenzhen-electronics', 'qingdao-food-contact', 'national-template'])
      expect(shown(slug)).toMatchObject({ state: 'under_study', confirmed: false });
    await store({ title: '市场监管总局关于GB 31701—2026第4.12条适用问题的复函' });
    expect(await signalsOf('sac-clause-4.12')).not.toEqual([]);
    await store({ title: '青岛海关开展食品接触材料出口绿色通道可行性研究' });
    expect(await signalsOf('qingdao-food-contact')).toHaveLength(1);
    await store({ title: 'Shenzhen Customs studies a green lane for electronics' });
    expect(await signalsOf('shenzhen-electronics')).toHaveLength(1);
  });
});

describe('a signal', () => {
  test('that is confirmed is told once, seen by firms, and opens a draft from its document', async () => {
    const { snapshot_id } = manual.at;
    const word = ownWord();
    const instrument = await anInstrument(app());
    const slug = await await_(word, { instrument });
    const text = `第一条 为${word}制定本公告。\n第二条 本公告自2026年6月1日起施行。`;
    const { id: item_id } = await store({ title: `关于${word}的公告`, effective_on: '2026-06-01', text });
    const [signal] = await signalsOf(slug);
    const id = signal?.id ?? '';
    expect(await signalsOf(slug, reader)).toEqual([]);
    expect((await call(app(), getItem, { actor: reader, params: { id: item_id } })).status).toBe(404);
    expect((await call(app(), postSignalDraft, { actor: analyst, params: { id } })).status).toBe(409);
    const decide = (body: Record<string, unknown>) =>
      call(app(), postDecision, { actor: analyst, params: { id }, body });
    expect((await decide({ decision: 'confirmed' })).status).toBe(200);
    expect((await decide({ decision: 'confirmed' })).status).toBe(200);
    expect(await eventsOf('signal.confirmed', slug)).toBe(1);
    expect(await signalsOf(slug, reader)).toHaveLength(1);
    expect((await call(app(), getItem, { actor: reader, params: { id: item_id } })).status).toBe(200);
    const opened = await call(app(), postSignalDraft, { actor: analyst, params: { id } });
    expect(opened.status).toBe(201);
    const { version_id } = opened.json(z.object({ version_id: z.string() }));
    const { rows } = await sql<{ path: string; valid_from: string; snapshot_id: string; state: string }>`
      select p.path, v.valid_from::text, v.snapshot_id, v.state from rule_version v join provision p on p.version_id = v.id
      where v.id = ${version_id} order by p.position`.execute(database.current.owner.db);
    expect(rows).toEqual([
      { path: '1', valid_from: '2026-06-01', snapshot_id, state: 'draft' },
      { path: '2', valid_from: '2026-06-01', snapshot_id, state: 'draft' },
    ]);
    expect((await call(app(), postSignalDraft, { actor: analyst, params: { id } })).status).toBe(409);
  });

  test('that is dismissed suggests what a NOT could spare, and nothing that was confirmed', async () => {
    const word = ownWord();
    const slug = await await_(word);
    await store({ title: `${word}招标公告` });
    await store({ title: `${word}招标结果` });
    await store({ title: `${word}解释结果` });
    const signals = await signalsOf(slug);
    const decide = async (title: string, decision: string) => {
      const id = signals.find(({ item }) => item.title === title)?.id ?? '';
      const answer = await call(app(), postDecision, { actor: analyst, params: { id }, body: { decision } });
      return answer.json(
        z.object({ suggested_exclusions: z.array(z.object({ phrase: z.string(), query: z.string() })) }),
      ).suggested_exclusions;
    };
    await decide(`${word}解释结果`, 'confirmed');
    await decide(`${word}招标结果`, 'dismissed');
    const suggested = await decide(`${word}招标公告`, 'dismissed');
    expect(suggested[0]).toMatchObject({ phrase: '招标', query: `(${word}) NOT "招标"` });
    expect(suggested.map(({ phrase }) => phrase)).not.toContain('结果');
  });

  test('changes its decision with a reason alone', async () => {
    const word = ownWord();
    const slug = await await_(word);
    await store({ title: word });
    const id = (await signalsOf(slug))[0]?.id ?? '';
    const decide = (body: Record<string, unknown>) =>
      call(app(), postDecision, { actor: analyst, params: { id }, body });
    await decide({ decision: 'dismissed' });
    expect((await decide({ decision: 'confirmed' })).status).toBe(422);
    expect((await decide({ decision: 'confirmed', reason: 'read it again' })).status).toBe(200);
    expect((await call(app(), getSignal, { actor: reader, params: { id } })).status).toBe(200);
  });

  test('waits again when whoever dismissed it takes that back at once, and never once it was told', async () => {
    const word = ownWord();
    const slug = await await_(word);
    await store({ title: `${word}甲` });
    await store({ title: `${word}乙` });
    const ids = (await signalsOf(slug)).map(({ id }) => id);
    for (const [index, id] of ids.entries()) {
      const body = { decision: index === 0 ? 'dismissed' : 'confirmed' };
      await call(app(), postDecision, { actor: analyst, params: { id }, body });
    }
    const undo = (actor: Actor, minutes = 0) =>
      undoDecisions({ ...app(), now: () => new Date(app().now().getTime() + minutes * 60_000) }, actor, ids);
    expect(await undo(reader)).toMatchObject({ ok: false, code: 'may_not_watch' });
    expect(await undo({ ...analyst, id: randomUUID() })).toEqual({ ok: true, undone: 0 });
    expect(await undo(analyst, 16)).toEqual({ ok: true, undone: 0 });
    expect(await undo(analyst)).toEqual({ ok: true, undone: 1 });
    expect((await signalsOf(slug)).map(({ state }) => state)).toEqual(['open', 'confirmed']);
  });
});

describe('the search of items', () => {
  test('finds Chinese and English, folded, with the places, and number rows that stand nowhere else', async () => {
    const word = ownWord();
    const { id } = await store({
      title: `關於${word}的公告`,
      number_row: '宁波海关公告2026年第917号',
      text: 'Reports are valid for ninety days.',
    });
    const find = async (q: string) =>
      (await call(app(), getItems, { actor: analyst, query: { q } }))
        .json(z.object({ items: z.array(z.object({ id: z.string(), highlights: z.array(z.unknown()) })) }))
        .items.filter((item) => item.id === id);
    for (const q of [`关于${word}`, `${word} "VALID FOR"`, `${word} doc:2026-917`, `${word} AND "valid`]) {
      const found = await find(q);
      expect(found, q).toHaveLength(1);
      expect(found[0]?.highlights.length, q).toBeGreaterThan(0);
    }
    expect(await find(`${word} valet`)).toEqual([]);
  });

  test('counts days by the legal day, and pages without a gap', async () => {
    const word = ownWord();
    for (const issued_on of ['2026-05-12', '2026-05-13', '2026-05-14'])
      await store({ title: word, issued_on });
    const list = z.object({
      items: z.array(z.object({ issued_on: z.string() })),
      next_cursor: z.string().nullable(),
    });
    const query = { q: word, from: '2026-05-13', to: '2026-05-14', limit: '1' };
    const first = (await call(app(), getItems, { actor: analyst, query })).json(list);
    const second = (
      await call(app(), getItems, { actor: analyst, query: { ...query, cursor: first.next_cursor ?? '' } })
    ).json(list);
    expect([...first.items, ...second.items].map(({ issued_on }) => issued_on)).toEqual([
      '2026-05-14',
      '2026-05-13',
    ]);
    expect(second.next_cursor).toBeNull();
  });

  test('is refused to who may not read, and writing to firms', async () => {
    const stranger = firmActor(await createFirm(database.current.owner), ['rules:read']);
    expect((await call(app(), getItems, { actor: stranger })).status).toBe(403);
    const body = { slug: 'p-firm', title: 'Sample', authority: 'GACC', query: 'x' };
    expect((await call(app(), postPendingItem, { actor: reader, body })).status).toBe(403);
  });
});
