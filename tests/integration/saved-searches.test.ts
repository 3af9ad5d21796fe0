import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import type { Actor, Firm } from '#lib/domain/accounts/actor.ts';
import { listAlerts } from '#lib/server/alerts/alerts.ts';
import { changeSubscription, createSubscription } from '#lib/server/alerts/subscriptions.ts';
import {
  getSearch,
  getSearches,
  patchSearch,
  postSearch,
  removeSearch,
} from '#lib/server/alerts/searches/searches-api.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { withdrawVersion } from '#lib/server/rules/publish.ts';
import { loadPendingItems } from '#lib/server/reference/load-pending.ts';
import { postTransition } from '#lib/server/watch/pending/pending-api.ts';
import { postDecision } from '#lib/server/watch/signals/signals-api.ts';
import { useDataDir } from '../support/accounts.ts';
import { aFirm, EVERYTHING, happens, subscribe } from '../support/alerts.ts';
import { call } from '../support/call.ts';
import { useDatabase } from '../support/database.ts';
import { operatorActor } from '../support/factories.ts';
import { anInstrument, approver, aVersion, held } from '../support/rules.ts';

const database = useDatabase({ DATA_DIR: useDataDir() });
const app = () => database.current.app;
const analyst = operatorActor(['watch:read', 'watch:write']);
type Who = { firm: Firm; actor: Actor };
const searchShape = z.object({ id: z.string(), name: z.string(), query: z.string(), followers: z.int() });

beforeAll(async () => {
  await loadPendingItems(database.current.owner.db);
});
beforeEach(async () => {
  await sql`truncate alert, subscription, saved_search cascade`.execute(database.current.owner.db);
});

async function saved(who: Who, query: string, name = query): Promise<string> {
  const answer = await call(app(), postSearch, { actor: who.actor, body: { name, query } });
  expect(answer.status).toBe(201);
  return answer.json(searchShape).id;
}

/** A firm that follows this search, and nothing else. */
async function follower(query: string, name = query): Promise<Who & { search: string }> {
  const who = await aFirm(database.current.owner);
  const search = await saved(who, query, name);
  await subscribe(app(), who.actor, { topic: { saved_searches: [search] } });
  return { ...who, search };
}

async function told(who: Who) {
  const alerts = await listAlerts(app(), who, { limit: 50, language: 'en' });
  return alerts.map(({ message }) => message);
}

test('a rule version is told to who searches for what it changes, with the search and the places, and to nobody else', async () => {
  const finds = await follower('扭矩 OR phthalate', 'Torque and phthalates');
  const misses = await follower('邻苯二甲酸酯');
  const unnamed = await aFirm(database.current.owner);
  await saved(unnamed, '扭矩');
  const slug = await anInstrument(app());
  await aVersion(app(), slug, {
    provisions: [
      { path: '4.8', text: '扭矩不应大于 20 N·cm。' },
      { path: '4.11', text: '邻苯二甲酸酯不应检出。' },
    ],
  });
  const [message] = await told(finds);
  expect(message).toMatchObject({
    kind: 'rule.published',
    why: 'You follow the saved search “Torque and phthalates” (found: 扭矩).',
    found: [{ id: finds.search, name: 'Torque and phthalates', query: '扭矩 OR phthalate' }],
  });
  const [excerpt] = message?.found[0]?.excerpts ?? [];
  expect(excerpt?.spans.map(({ start, end }) => excerpt.text.slice(start, end))).toEqual(['扭矩']);
  expect(await told(misses)).toHaveLength(1);
  expect(await told(unnamed)).toEqual([]);
  // The next version leaves clause 4.11 as it is: who searches for that alone hears nothing of it.
  const next = await aVersion(app(), slug, {
    label: '2.0',
    valid_from: '2026-02-01',
    provisions: [
      { path: '4.8', text: '扭矩不应大于 15 N·cm。' },
      { path: '4.11', text: '邻苯二甲酸酯不应检出。' },
    ],
  });
  expect(await told(finds)).toHaveLength(2);
  expect(await told(misses)).toHaveLength(1);
  held(await withdrawVersion(app(), approver, { id: next.id, reason: 'Published by mistake' }));
  expect((await told(misses)).map(({ kind }) => kind)).toEqual(['rule.withdrawn', 'rule.published']);
});

test('a clause that is taken out is found by the words that it had, and by its number', async () => {
  const slug = await anInstrument(app());
  const kept = { path: '4.8', text: '扭矩不应大于 20 N·cm。' };
  await aVersion(app(), slug, { provisions: [kept, { path: '4.11', text: '镉不应检出。' }] });
  const by_word = await follower('镉');
  const by_number = await follower('clause:4.11');
  const other = await follower('clause:4.8');
  await aVersion(app(), slug, { label: '2.0', valid_from: '2026-02-01', provisions: [kept] });
  expect(await told(by_word)).toHaveLength(1);
  expect(await told(by_number)).toHaveLength(1);
  expect(await told(other)).toEqual([]);
});

test('an item is found once its signal is confirmed, and a pending decision by its own words and not by what it cites', async () => {
  const { db } = database.current.owner;
  const one = async (query: ReturnType<typeof sql>) =>
    z.object({ id: z.string() }).parse((await query.execute(db)).rows[0]).id;
  const item = await one(sql`
    insert into item (identity, title, text, text_sha256, first_seen_at, changed_at)
    values (${randomUUID()}, '关于儿童推车的解读', '可触及的前端不应有锐利尖端。', ${'a'.repeat(64)}, now(), now()) returning id`);
  const signal = await one(sql`
    insert into signal (pending_item_id, item_id, item_revision_no, query, spans, score)
    select id, ${item}, 1, '推车', '[]', 0.4 from pending_item where slug = 'sac-clause-4.12' returning id`);
  const source = await one(sql`
    insert into source (slug, name, kind, url) values ('s', 'S', 'manual', 'http://example.org/') returning id`);
  const snapshot = await one(sql`
    insert into snapshot (source_id, kind, url, sha256, content, byte_count)
    values (${source}, 'manual', 'http://example.org/', ${'a'.repeat(64)}, '\\x00', 1) returning id`);
  await sql`insert into item_revision (item_id, revision_no, title, text, text_sha256, snapshot_id, seen_at)
    values (${item}, 1, 'x', '', ${'a'.repeat(64)}, ${snapshot}, now())`.execute(db);
  const of_text = await follower('锐利尖端');
  const of_note = await follower('"sent for comment"');
  const move = { to_state: 'drafted', evidence: { item_id: item }, note: 'It was sent for comment' };
  const moved = await call(app(), postTransition, {
    actor: analyst,
    params: { id: 'sac-clause-4.12' },
    body: move,
  });
  expect(moved.status).toBe(201);
  expect(await told(of_text)).toEqual([]);
  expect((await told(of_note))[0]?.why).toBe(
    'You follow the saved search “"sent for comment"” (found: sent for comment).',
  );
  const confirmed = await call(app(), postDecision, {
    actor: analyst,
    params: { id: signal },
    body: { decision: 'confirmed' },
  });
  expect(confirmed.status).toBe(200);
  expect(await told(of_text)).toMatchObject([{ kind: 'signal.confirmed' }]);
  expect(await told(of_note)).toHaveLength(1);
});

test('beside a pending item either is enough, and a person is told once', async () => {
  const who = await aFirm(database.current.owner);
  const search = await saved(who, 'torque');
  const topic = { saved_searches: [search], pending_items: ['sac-clause-4.12'] };
  await subscribe(app(), who.actor, { topic });
  await happens(app(), { texts: [{ name: 'title', text: 'nothing of it' }] });
  await happens(app(), { about: {}, texts: [{ name: 'title', text: 'Torque of wheels' }] });
  await happens(app(), { about: {}, texts: [{ name: 'title', text: 'nothing of it' }] });
  await happens(app(), { texts: [{ name: 'title', text: 'torque' }] });
  expect((await told(who)).map(({ why }) => why).toReversed()).toEqual([
    'You follow the pending decision sac-clause-4.12.',
    'You follow the saved search “torque” (found: Torque).',
    'You follow the pending decision sac-clause-4.12, the saved search “torque” (found: torque).',
  ]);
});

test('keeps to its firm: nobody reads, follows, changes or forgets the search of another one', async () => {
  const who = await follower('torque', 'Ours');
  const other = await aFirm(database.current.owner);
  const params = { id: who.search };
  const { actor } = other;
  const answers = [
    await call(app(), getSearch, { actor, params }),
    await call(app(), patchSearch, { actor, params, body: { name: 'Theirs' } }),
    await call(app(), removeSearch, { actor, params }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
  expect((await call(app(), getSearches, { actor: other.actor })).text).toBe('{"items":[]}');
  const topic = { ...EVERYTHING, saved_searches: [who.search] };
  const given = {
    channels: [{ kind: 'inbox' as const }],
    mode: 'immediate' as const,
    language: 'en' as const,
  };
  const refused = { ok: false, code: 'searches_not_yours', field: 'topic.saved_searches' };
  expect(await createSubscription(app(), other, { ...given, topic, quiet_hours: null })).toMatchObject(
    refused,
  );
  const own = await subscribe(app(), other.actor);
  expect(await changeSubscription(app(), other, own, { topic })).toMatchObject(refused);
  // Even a row that names it, past the program, finds nothing by it.
  await sql`update subscription set saved_searches = ${[who.search]}::uuid[] where id = ${own}`.execute(
    database.current.owner.db,
  );
  await happens(app(), { texts: [{ name: 'title', text: 'torque' }] });
  expect(await told(who)).toHaveLength(1);
  expect(await told(other)).toEqual([]);
});

test('refuses what cannot be kept, with the reason, and what a subscription needs', async () => {
  const who = await follower('torque', 'Torque');
  const tried = (body: unknown) => call(app(), postSearch, { actor: who.actor, body });
  const taken = await tried({ name: ' Torque ', query: 'x' });
  expect([taken.status, taken.text]).toEqual([409, expect.stringContaining('search_name_taken')]);
  const open = await tried({ name: 'Open', query: '"torque' });
  expect([open.status, open.text]).toEqual([422, expect.stringContaining('query.quote_not_closed')]);
  const params = { id: who.search };
  const followed = await call(app(), removeSearch, { actor: who.actor, params });
  expect([followed.status, followed.text]).toEqual([409, expect.stringContaining('1 subscription follows')]);
  const changed = await call(app(), patchSearch, { actor: who.actor, params, body: { query: 'strap' } });
  expect(changed.json(searchShape)).toMatchObject({ name: 'Torque', query: 'strap', followers: 1 });
  await happens(app(), { about: {}, texts: [{ name: 'title', text: 'torque' }] });
  await happens(app(), { about: {}, texts: [{ name: 'title', text: 'strap' }] });
  expect(await told(who)).toHaveLength(1);
  await sql`delete from subscription`.execute(database.current.owner.db);
  expect((await call(app(), removeSearch, { actor: who.actor, params })).status).toBe(204);
});

test('gives queries to a transaction that tells everybody, and to no other', async () => {
  await follower('torque');
  const asked = (id: string) =>
    sql<{ queries: string[] | null }>`select queries from queries_followed(${id}, null)`;
  const { id } = await happens(app(), { texts: [] });
  const { rows } = await asOperator(app().db, (tx) => asked(id).execute(tx));
  expect(rows).toEqual([{ queries: null }]);
});

test('finds the one of ten thousand searches of many firms', async () => {
  const who = await follower('needle NEAR/3 haystack');
  await sql`
    with firm as (
      insert into auth.firm (slug, name) select 'many-' || n, 'Many ' || n from generate_series(1, 100) n returning id
    ), kept as (
      insert into saved_search (firm_id, name, query, created_by)
      select id, 'S' || n, 'word' || n || ' OR 词' || n || ' AND "phrase ' || n || '"', 'x' from firm, generate_series(1, 100) n
      returning firm_id, id
    )
    insert into subscription (firm_id, to_inbox, mode, language, saved_searches)
    select firm_id, true, 'immediate', 'en', array[id] from kept`.execute(database.current.owner.db);
  const text = 'A needle in the haystack, and word77.';
  expect(await happens(app(), { about: {}, texts: [{ name: 'text', text }] })).toMatchObject({ alerts: 101 });
  expect(await told(who)).toHaveLength(1);
});
