import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import { respond, type Operation } from '#lib/server/http/operation.ts';
import { getSourceCoverage, getWatchMeasures } from '#lib/server/watch/coverage-api.ts';
import { allMeasures } from '#lib/server/watch/measures.ts';
import { noteSilence } from '#lib/server/watch/note-silence.ts';
import { getSnapshots, postSnapshot } from '#lib/server/watch/snapshots-api.ts';
import { getSourcesOpml, postSourcesOpml } from '#lib/server/watch/source-files-api.ts';
import {
  deleteSource,
  getSource,
  getSources,
  postSource,
  postSourcePoll,
} from '#lib/server/watch/sources-api.ts';
import { endedSources } from '#lib/server/watch/sources.ts';
import { makePdf } from '../fixtures/documents/make.ts';
import { call } from '../support/call.ts';
import { useDatabase } from '../support/database.ts';
import { easySiteList, OfficialSites, RUISHU_WALL } from '../support/official-sites.ts';

const database = useDatabase({ ALLOW_PRIVATE_ADDRESSES: '127.0.0.0/8', JOBS: 'off' });
const sites = new OfficialSites();
beforeAll(() => sites.start());
afterAll(() => sites.stop());

const actor: Actor = {
  kind: 'key',
  id: randomUUID(),
  name: 'Operator key',
  firm: null,
  firm_scopes: [],
  operator_scopes: ['watch:read', 'watch:write'],
};
const source = z.looseObject({ id: z.uuid() });
const SELECTORS = { item: '[class^="conList_ul"] li', title: 'a@title', link: 'a@href', date: 'span' };

async function create(path: string, more: Record<string, unknown> = {}): Promise<string> {
  const body = { name: path, kind: 'html_list', url: sites.url(path), selectors: SELECTORS, ...more };
  return (await call(database.current.app, postSource, { actor, body })).json(source).id;
}

/** Sends bytes as they are, as a program would. */
async function sendBytes<P, Q, B>(
  operation: Operation<P, Q, B>,
  {
    id,
    query = {},
    body,
    type,
  }: { id?: string; query?: Record<string, string>; body: string | Uint8Array<ArrayBuffer>; type: string },
): Promise<{ status: number; json: unknown }> {
  const url = new URL(`http://127.0.0.1:3000/api/v1${operation.path}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const response = await respond(operation, {
    request: new Request(url, { method: 'POST', headers: { 'content-type': type }, body }),
    url,
    params: id ? { id } : {},
    locals: { app: database.current.app, actor, request_id: 'R-TEST' },
    getClientAddress: () => '127.0.0.1',
  });
  return { status: response.status, json: await response.json() };
}

it('goes on with the history of a source behind a wall by pages that a person saved', async () => {
  const row = { title: '示例公告甲', href: '/wall/1.html', date: '2026-05-13' };
  sites.set('/wall', { body: easySiteList([row]) });
  sites.set('/wall/1.html', { body: '<div id="easysiteText">正文</div>' });
  const id = await create('/wall');
  await call(database.current.app, postSourcePoll, { actor, params: { id } });
  sites.set('/wall', { status: 412, body: RUISHU_WALL });
  await call(database.current.app, postSourcePoll, { actor, params: { id } });
  const list = easySiteList([row, { title: '示例公告乙', href: '/wall/2.html', date: '2026-05-20' }]);
  const sent = await sendBytes(postSnapshot, { id, body: list, type: 'text/html' });
  expect(sent).toMatchObject({ status: 201, json: { outcome: 'changed', items_new: 1, is_new: true } });
  const again = await sendBytes(postSnapshot, { id, body: list, type: 'text/html' });
  expect(again.json).toMatchObject({ outcome: 'unchanged', items_new: 0 });
  const third = easySiteList([{ title: '示例公告丙', href: '/wall/3.html', date: '2026-05-21' }]);
  const mhtml = [
    `From: <Saved by a browser>\r\nSnapshot-Content-Location: ${sites.url('/wall')}`,
    'MIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"; boundary="b"\r\n\r\n--b',
    `Content-Type: text/html; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(third).toString('base64')}\r\n--b--`,
  ].join('\r\n');
  const single = await sendBytes(postSnapshot, { id, body: mhtml, type: 'multipart/related' });
  expect(single).toMatchObject({
    status: 201,
    json: { items_new: 1, items: [{ title: '示例公告丙', url: sites.url('/wall/3.html') }] },
  });
  const snapshots = (await call(database.current.app, getSnapshots, { actor, params: { id } })).json(
    z.object({ items: z.array(z.looseObject({ kind: z.string() })) }),
  );
  expect(snapshots.items[0]).toMatchObject({ kind: 'manual', captured_by: actor.id });
  const still = await call(database.current.app, getSource, { actor, params: { id } });
  expect(still.json(source)).toMatchObject({ health: 'blocked' });
});

it.each([
  [{ url: 'file:///etc/passwd' }, /^url /],
  [{ html: '<h1>公告</h1>', issued_on: '2026-13-01' }, /^issued_on /],
  [{ page: '<h1>公告</h1>' }, /^Nothing was sent/],
])('refuses %j as a saved page, and takes it for no page', async (body, sentence) => {
  const id = await create('/wrapped', { kind: 'manual', selectors: undefined });
  const sent = await sendBytes(postSnapshot, { id, body: JSON.stringify(body), type: 'application/json' });
  expect(sent).toMatchObject({ status: 422 });
  expect(z.object({ detail: z.string() }).parse(sent.json).detail).toMatch(sentence);
});

it('makes one item of a saved page, known by the number and address that it says itself', async () => {
  const id = await create('/saved', { is_enabled: false });
  const page = `<!-- saved from url=(0045)http://ningbo.customs.gov.cn/x/article_1.html -->
<html><body><div class="easysite-news-title"><h2>关于示例的公告</h2></div>
<div class="hgfg_list"><span>【文　　号】</span>宁波海关公告2026年第77号</div><div id="easysiteText"><p>依据第4.12条。</p></div></body></html>`;
  await sendBytes(postSnapshot, { id, body: page, type: 'text/html; charset=utf-8' });
  const { rows } = await sql<Record<string, string>>`
    select title, url, document_no, text from item where identity like 'doc:%' and document_no like '%77%'`.execute(
    database.current.owner.db,
  );
  expect(rows).toEqual([
    {
      title: '关于示例的公告',
      url: 'http://ningbo.customs.gov.cn/x/article_1.html',
      document_no: '宁波海关公告2026年第77号',
      text: '依据第4.12条。',
    },
  ]);
});

it('takes in a file with its text, and refuses what says nothing', async () => {
  const id = await create('/files', { kind: 'manual', selectors: undefined });
  const pdf = new Uint8Array(makePdf([{ zh: '目录三十七类' }]));
  const sent = await sendBytes(postSnapshot, {
    id,
    body: pdf,
    type: 'application/pdf',
    query: { title: '目录', issued_on: '2026-05-13' },
  });
  expect(sent).toMatchObject({
    status: 201,
    json: { items_new: 1, items: [{ title: '目录', issued_on: '2026-05-13' }] },
  });
  const { rows } = await sql<{ state: string; has_text: boolean }>`
    select d.state, i.text like '%目录三十七类%' as has_text from item i join item_document d on d.item_id = i.id
    where i.title = '目录'`.execute(database.current.owner.db);
  expect(rows).toEqual([{ state: 'stored', has_text: true }]);
  expect(await sendBytes(postSnapshot, { id, body: '<html></html>', type: 'text/html' })).toMatchObject({
    status: 422,
  });
  const given = { id, body: JSON.stringify({ url: 'http://10.0.0.1/' }), type: 'application/json' };
  expect(await sendBytes(postSnapshot, given)).toMatchObject({
    status: 422,
    json: { errors: [{ code: 'fetch.address_not_allowed' }] },
  });
});

it('gives all sources out as OPML and takes them back with every setting', async () => {
  const app = database.current.app;
  const id = await create('/opml', { interval_minutes: 15, pages: 3, filter: '婴|儿童', is_enabled: false });
  const before = (await call(app, getSource, { actor, params: { id } })).json(source);
  const opml = (await call(app, getSourcesOpml, { actor })).text;
  await call(app, deleteSource, { actor, params: { id } });
  const taken = await sendBytes(postSourcesOpml, { body: opml, type: 'text/x-opml' });
  expect(taken).toMatchObject({ status: 200, json: { created: 1, updated: 0, errors: [] } });
  const all = (await call(app, getSources, { actor })).json(z.object({ items: z.array(source) })).items;
  const { id: _, slug: __, created_at: ___, edited_at: ____, health_since: _____, ...kept } = before;
  expect(all.find(({ name }) => name === '/opml')).toMatchObject(kept);
  expect((await sendBytes(postSourcesOpml, { body: opml, type: 'text/x-opml' })).json).toMatchObject({
    created: 0,
  });
  const broken =
    '<opml>\n<body>\n<outline type="rss" text="x"/>\n<outline text="y" xmlUrl="https://example.org/y"/></body></opml>';
  expect((await sendBytes(postSourcesOpml, { body: broken, type: 'text/x-opml' })).json).toMatchObject({
    created: 1,
    errors: [{ line: 3, code: 'no_address' }],
  });
  expect((await sendBytes(postSourcesOpml, { body: '<html>', type: 'text/xml' })).status).toBe(422);
});

it('says when a source was watched, and how fast news travels', async () => {
  const app = database.current.app;
  const id = await create('/ledger', { kind: 'manual', selectors: undefined });
  await sql`insert into source_watch (source_id, outcome, from_at, to_at) values
    (${id}, 'watched', '2026-05-01T00:00Z', '2026-05-02T00:00Z'), (${id}, 'blocked', '2026-05-02T01:00Z', '2026-05-03T00:00Z')`.execute(
    database.current.owner.db,
  );
  const query = { from: '2026-05-01T00:00:00Z', to: '2026-05-03T00:00:00Z' };
  const answer = await call(app, getSourceCoverage, { actor, params: { id }, query });
  expect(answer.json(z.looseObject({}))).toMatchObject({
    watched_seconds: 25 * 3600,
    gaps: [{ from: '2026-05-02T01:00:00.000Z', to: '2026-05-03T00:00:00.000Z', reason: 'blocked' }],
  });
  const turned = { from: query.to, to: query.from };
  expect((await call(app, getSourceCoverage, { actor, params: { id }, query: turned })).status).toBe(422);
  const csv = await call(app, getSourceCoverage, {
    actor,
    params: { id },
    query: { ...query, format: 'csv' },
  });
  expect(csv.text).toContain('2026-05-02T01:00:00.000Z,2026-05-03T00:00:00.000Z,blocked');
});

it('calls a source silent that nobody filled by hand for longer than its rhythm, and tells once, and when it is filled', async () => {
  const { app, owner, worker } = database.current;
  const id = await create('/by-hand', { kind: 'manual', selectors: undefined, expected_update_days: 10 });
  const told = async () => {
    const { rows } = await sql<{ health: string }>`
      select data->>'health' as health from event where kind = 'source.unhealthy' and subject_id = ${id} order by id`.execute(
      owner.db,
    );
    return rows.map(({ health }) => health);
  };
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
  await noteSilence(worker, inDays(9));
  expect(await told()).toEqual([]);
  for (const days of [11, 12]) await noteSilence(worker, inDays(days));
  expect(await told()).toEqual(['silent']);
  const page = '<h1>公告</h1><article>由人导入的正文。</article>';
  expect((await sendBytes(postSnapshot, { id, body: page, type: 'text/html' })).status).toBe(201);
  expect(await told()).toEqual(['silent', 'healthy']);
  expect((await call(app, getSource, { actor, params: { id } })).json(source)).toMatchObject({
    health: 'healthy',
  });
});

it('measures how fast news travels, of each source and over all, and claims nothing that nobody knows', async () => {
  const { app, owner } = database.current;
  const at = (time: string) => `2026-05-02T${time}:00Z`;
  const [early, late] = [
    await create('/early', { kind: 'manual', selectors: undefined }),
    await create('/late', { kind: 'manual', selectors: undefined }),
  ];
  await sql`insert into source_watch (source_id, outcome, from_at, to_at) values
    (${early}, 'watched', '2026-05-01T00:00Z', ${at('12:00')}), (${late}, 'watched', ${at('02:00')}, ${at('12:00')})`.execute(
    owner.db,
  );
  const { rows: awaited } = await sql<{ id: string }>`
    insert into pending_item (slug, title, authority, state, query) values ('measured', 'x', 'x', 'announced', 'x') returning id`.execute(
    owner.db,
  );
  let made = 0;
  /** An item with its sightings: by whom, and when. */
  const item = async (published: string | null, ...seen: [source: string, time: string][]) => {
    made += 1;
    const first = at(seen.map(([, time]) => time).sort()[0] ?? '');
    const { rows } = await sql<{ id: string }>`
      insert into item (identity, title, text_sha256, published_at, first_seen_at, changed_at)
      values (${`url:measured-${made}`}, 'x', ${'0'.repeat(64)}, ${published && at(published)}, ${first}, ${first}) returning id`.execute(
      owner.db,
    );
    for (const [source_id, time] of seen)
      await sql`insert into item_sighting (item_id, source_id, url, title, first_seen_at, last_seen_at)
        values (${rows[0]?.id}, ${source_id}, ${`http://example.org/${made}`}, 'x', ${at(time)}, ${at(time)})`.execute(
        owner.db,
      );
    return rows[0]?.id;
  };
  const confirm = (item_id: string | undefined, time: string, from_archive = false) =>
    sql`insert into signal (pending_item_id, item_id, item_revision_no, query, spans, score, state, decided_at, from_archive)
      values (${awaited[0]?.id}, ${item_id}, 1, 'x', '[]', 1, 'confirmed', ${at(time)}, ${from_archive})`.execute(
      owner.db,
    );
  // Three hours at the one, five at the other.
  await confirm(await item('03:00', [early, '06:00'], [late, '08:00']), '10:00');
  // Of the first reading of the one that saw it first, however often it is seen later.
  await item('01:00', [late, '02:00'], [early, '07:00']);
  // Without a time, and with one in the future.
  await confirm(await item(null, [early, '06:00']), '11:00', true);
  await item('09:00', [early, '06:00']);
  // It was there before the later source was watched, on a page that was read only then.
  await item('01:30', [late, '04:00']);
  const of = async (source_id?: string) => {
    const query = { from: '2026-05-01T00:00:00Z', to: at('23:00'), ...(source_id ? { source_id } : {}) };
    return (await call(app, getWatchMeasures, { actor, query })).json(z.looseObject({}));
  };
  const none = { n: 0, p50_hours: null };
  const confirmed = (hours: number) => ({ n: 1, p50_hours: hours });
  expect(await of()).toMatchObject({
    published_to_fetched: { n: 1, p50_hours: 3 },
    fetched_to_confirmed: confirmed(4),
    confirmed_to_told: none,
  });
  expect(await of(early)).toMatchObject({
    published_to_fetched: { n: 2, p50_hours: 4.5, p90_hours: 5.7 },
    fetched_to_confirmed: confirmed(4),
  });
  expect(await of(late)).toMatchObject({
    published_to_fetched: { n: 1, p50_hours: 5 },
    fetched_to_confirmed: confirmed(2),
  });
  const told = sql`
    with told as (insert into event (kind, audience, subject_id, unique_key, data)
      select 'signal.confirmed', 'everyone', id, 'signal.confirmed:' || id, '{}' from signal where pending_item_id = ${awaited[0]?.id} and not from_archive
      returning id)
    insert into alert (event_id, in_inbox, created_at) select id, true, ${at('10:30')} from told`;
  await told.execute(owner.db);
  expect(await of()).toMatchObject({ confirmed_to_told: { n: 1, p50_hours: 0.5 } });
  const { by_source } = await allMeasures(app, {
    from_at: new Date(at('00:00')),
    to_at: new Date(at('23:00')),
  });
  expect(by_source.get(late)?.published_to_fetched.n).toBe(1);
});

it('still proves how a source was watched after its end, and counts nothing behind it', async () => {
  const app = database.current.app;
  const id = await create('/ended', { kind: 'manual', selectors: undefined });
  await sql`insert into source_watch (source_id, outcome, from_at, to_at) values
    (${id}, 'watched', '2026-05-01T00:00Z', '2026-05-02T00:00Z')`.execute(database.current.owner.db);
  await call(app, deleteSource, { actor, params: { id } });
  await sql`update source set deleted_at = '2026-05-02T01:00Z' where id = ${id}`.execute(
    database.current.owner.db,
  );
  const coverage = async (query: Record<string, string>) =>
    call(app, getSourceCoverage, { actor, params: { id }, query });
  const own = await coverage({ from: '2026-05-01T00:00:00Z' });
  expect(own.json(z.looseObject({}))).toMatchObject({
    ended_at: '2026-05-02T01:00:00.000Z',
    to: '2026-05-02T01:00:00.000Z',
    watched_seconds: 25 * 3600,
    share: 1,
    gaps: [],
  });
  const longer = await coverage({ from: '2026-05-01T00:00:00Z', to: '2026-05-02T05:00:00Z' });
  expect(longer.json(z.looseObject({}))).toMatchObject({
    watched_seconds: 25 * 3600,
    gaps: [{ from: '2026-05-02T01:00:00.000Z', to: '2026-05-02T05:00:00.000Z', reason: 'paused' }],
  });
  const csv = await coverage({ from: '2026-05-01T00:00:00Z', format: 'csv' });
  expect(csv.text).toContain('# watched until: 2026-05-02T01:00:00.000Z');
  expect((await call(app, getSource, { actor, params: { id } })).status).toBe(404);
  expect((await endedSources(app, 10)).map((one) => one.id)).toContain(id);
});
