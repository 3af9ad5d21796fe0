import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Actor, Scope } from '#lib/domain/accounts/actor.ts';
import type { Operation } from '#lib/server/http/operation.ts';
import {
  deleteSource,
  getSource,
  getSources,
  patchSource,
  postSource,
  postSourcePoll,
  postSourcePreview,
} from '#lib/server/watch/sources-api.ts';
import { call } from '../support/call.ts';
import { useDatabase } from '../support/database.ts';
import { easySiteList, OfficialSites, RUISHU_WALL } from '../support/official-sites.ts';

const database = useDatabase({ ALLOW_PRIVATE_ADDRESSES: '127.0.0.0/8' });
const sites = new OfficialSites();
beforeAll(() => sites.start());
afterAll(() => sites.stop());

const operator = (...scopes: Scope[]): Actor => ({
  kind: 'key',
  id: randomUUID(),
  name: 'Operator key',
  firm: null,
  firm_scopes: [],
  operator_scopes: scopes,
});
const firm: Actor = {
  ...operator(),
  firm: {
    id: randomUUID(),
    slug: 'a',
    name: 'A',
    uscc: null,
    customs_office: '3104',
    time_zone: 'Asia/Shanghai',
    is_sample: false,
  },
  firm_scopes: ['watch:read'],
};
const writer = operator('watch:read', 'watch:write');

const source = z.looseObject({ id: z.uuid() });
const polled = z.object({
  outcome: z.string(),
  items_new: z.number(),
  items_updated: z.number(),
  problem: z.object({ code: z.string(), message: z.string() }).loose().nullable(),
});
const SELECTORS = { item: '[class^="conList_ul"] li', title: 'a@title', link: 'a@href', date: 'span' };
/** A list of one notice whose address is its own in each test. */
const listAt = (path: string) =>
  easySiteList([{ title: '示例公告甲', href: `${path}/1.html`, date: '2026-05-13' }]);

function send<P, Q, B>(
  operation: Operation<P, Q, B>,
  given: { actor?: Actor; id?: string; body?: unknown; query?: Record<string, string> } = {},
) {
  const { actor = writer, id, ...rest } = given;
  return call(database.current.app, operation, { actor, ...(id ? { params: { id } } : {}), ...rest });
}

async function create(path: string, more: Record<string, unknown> = {}): Promise<string> {
  const answer = await send(postSource, {
    body: { name: path, kind: 'html_list', url: sites.url(path), selectors: SELECTORS, ...more },
  });
  expect(answer.status, answer.text).toBe(201);
  return answer.json(source).id;
}
const poll = async (id: string) => (await send(postSourcePoll, { id })).json(polled);

describe('sources', () => {
  it('are refused with an encoding that nobody knows', async () => {
    const body = { name: 'x', kind: 'feed', url: 'https://example.org/feed', charset: 'klingon' };
    const answer = await send(postSource, { body });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('"field":"charset"');
    const id = await create('/encoded', { charset: 'GBK', is_enabled: false });
    expect((await send(patchSource, { id, body: { charset: 'klingon' } })).status).toBe(422);
  });

  it('are kept with every setting and given back as they were sent', async () => {
    const given = {
      name: '国家标准平台',
      name_zh: '国标平台',
      kind: 'json',
      url: 'https://std.samr.gov.cn/gb/search/gbQueryPage?searchText=GB%2031701',
      language: 'zh-CN',
      authority: 'SAC',
      interval_minutes: 360,
      expected_update_days: 90,
      charset: 'gb18030',
      is_enabled: false,
      json: { rows: 'rows', key: 'id', title: 'C_C_NAME', code: 'C_STD_CODE', date: 'ISSUE_DATE' },
      only: { STATE: '现行' },
      follows_details: true,
    };
    const made = await send(postSource, { body: given });
    expect(made.status).toBe(201);
    const { id } = made.json(source);
    expect((await send(getSource, { id })).json(z.looseObject({}))).toMatchObject({
      ...given,
      health: 'paused',
      next_check_at: null,
      selectors: null,
    });
  });

  it('refuse what cannot be read, with the field and what to do', async () => {
    const bad = {
      name: 'x',
      kind: 'html_list',
      url: 'ftp://example.org',
      interval_minutes: 1,
      colour: 'red',
    };
    const answer = await send(postSource, { body: bad });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('http://');
    expect(answer.text).toContain('/interval_minutes');
    expect(answer.text).toContain('colour');
    const without = await send(postSource, {
      body: { name: 'x', kind: 'html_list', url: 'https://example.org' },
    });
    expect(without.status).toBe(422);
    expect(without.text).toContain('/selectors');
  });

  it('are changed in part, and read anew when they are read otherwise', async () => {
    sites.set('/patched', { body: listAt('/patched'), headers: { etag: '"1"' } });
    const id = await create('/patched', { filter: '乙' });
    expect(await poll(id)).toMatchObject({ outcome: 'unchanged', items_new: 0 });
    const patched = await send(patchSource, { id, body: { filter: null, expected_update_days: 7 } });
    expect(patched.json(z.looseObject({}))).toMatchObject({
      filter: null,
      expected_update_days: 7,
      selectors: SELECTORS,
    });
    expect(await poll(id)).toMatchObject({ outcome: 'changed', items_new: 1 });
  });

  it('are paused and resumed, and gone once they are deleted', async () => {
    sites.set('/paused', { body: listAt('/paused') });
    const id = await create('/paused');
    const paused = await send(patchSource, { id, body: { is_enabled: false } });
    expect(paused.json(source)).toMatchObject({ health: 'paused', next_check_at: null });
    const resumed = await send(patchSource, { id, body: { is_enabled: true } });
    expect(resumed.json(source)).toMatchObject({ health: 'new' });
    expect((await send(deleteSource, { id })).status).toBe(204);
    expect((await send(getSource, { id })).status).toBe(404);
    expect((await send(deleteSource, { id })).status).toBe(404);
  });

  it('come page by page, newest first', async () => {
    for (const path of ['/one', '/two', '/three']) await create(path, { is_enabled: false });
    const page = z.object({ items: z.array(source), next_cursor: z.string().nullable() });
    const first = (await send(getSources, { query: { limit: '2' } })).json(page);
    const rest = (await send(getSources, { query: { limit: '500', cursor: first.next_cursor ?? '' } })).json(
      page,
    );
    const ids = [...first.items, ...rest.items].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(first.items).toHaveLength(2);
    expect(rest.next_cursor).toBeNull();
  });

  it('are known to firms by name and address alone, and changed by the operator alone', async () => {
    const id = await create('/known', { is_enabled: false });
    const read = (await send(getSource, { actor: firm, id })).json(z.looseObject({}));
    expect(Object.keys(read).sort()).toEqual([
      'authority',
      'id',
      'kind',
      'language',
      'name',
      'name_zh',
      'slug',
      'url',
    ]);
    expect((await send(postSource, { actor: firm, body: {} })).status).toBe(403);
    expect((await send(patchSource, { actor: operator('watch:read'), id, body: {} })).status).toBe(403);
    expect((await send(postSourcePoll, { actor: firm, id })).status).toBe(403);
  });
});

describe('a preview', () => {
  it('shows what the settings find and what they cannot use, and stores nothing', async () => {
    sites.set('/preview', {
      body: easySiteList([
        { title: '示例公告甲（宁波海关公告2026年第71号）', href: '/p/1.html', date: '2026-05-13' },
        { title: '示例公告乙', href: '/p/2.html', date: '05-13' },
      ]),
    });
    const before = await counted();
    const answer = await send(postSourcePreview, {
      body: { name: 'p', kind: 'html_list', url: sites.url('/preview'), selectors: SELECTORS },
    });
    expect(answer.json(z.looseObject({}))).toMatchObject({
      items: [
        { issued_on: '2026-05-13', document_no: '宁波海关公告2026年第71号' },
        { title: '示例公告乙', issued_on: null, document_no: null },
      ],
      problems: [{ position: 2, code: 'date_without_year', found: '05-13' }],
    });
    expect(await counted()).toEqual(before);
  });

  it('says in a sentence why nothing was read', async () => {
    sites.set('/preview-wall', { status: 412, body: RUISHU_WALL });
    const ask = async (url: string) =>
      (await send(postSourcePreview, { body: { name: 'p', kind: 'page', url } })).json(
        z.object({ items: z.array(z.unknown()), problems: z.array(z.object({ code: z.string() }).loose()) }),
      );
    expect((await ask(sites.url('/preview-wall'))).problems[0]?.code).toBe('wall');
    expect((await ask('http://10.0.0.1/')).problems[0]?.code).toBe('fetch.address_not_allowed');
    sites.set('/preview-empty', { body: easySiteList([]) });
    const none = await send(postSourcePreview, {
      body: {
        name: 'p',
        kind: 'html_list',
        url: sites.url('/preview-empty'),
        selectors: { ...SELECTORS, item: 'div.none' },
      },
    });
    expect(none.json(z.looseObject({}))).toMatchObject({ items: [], problems: [{ code: 'no_items' }] });
    expect((await ask(sites.url('/nowhere'))).problems[0]).toMatchObject({ code: 'http_status' });
  });

  it('is tried on what was stored, without asking anybody', async () => {
    sites.set('/replay', { body: listAt('/replay') });
    const id = await create('/replay');
    await poll(id);
    const visits = sites.visitsTo('/replay');
    const answer = await send(postSourcePreview, {
      query: { replay: id },
      body: {
        name: 'p',
        kind: 'html_list',
        url: sites.url('/replay'),
        selectors: { ...SELECTORS, title: 'a' },
      },
    });
    expect(answer.json(z.looseObject({}))).toMatchObject({
      items: [{ title: '示例公告甲...' }],
      replayed: [{ item_count: 1 }],
    });
    expect(sites.visitsTo('/replay')).toBe(visits);
  });
});

describe('a poll', () => {
  it('answers what came of it, each time', async () => {
    sites.set('/polled', { body: listAt('/polled') });
    const id = await create('/polled');
    expect(await poll(id)).toEqual({ outcome: 'changed', items_new: 1, items_updated: 0, problem: null });
    expect(await poll(id)).toMatchObject({ outcome: 'unchanged', items_new: 0 });
    sites.set('/polled', { status: 412, body: RUISHU_WALL });
    expect(await poll(id)).toMatchObject({ outcome: 'blocked', problem: { code: 'wall' } });
    sites.set('/polled', { body: '<html><body><div class="new">x</div></body></html>' });
    expect(await poll(id)).toMatchObject({ outcome: 'failed', problem: { code: 'extract.no_items' } });
    expect((await send(getSource, { id })).json(source)).toMatchObject({ health: 'changed_layout' });
  });

  it('waits for what Retry-After asked, and leaves other sources of the own host alone', async () => {
    sites.set('/busy', { status: 429, headers: { 'retry-after': '600' } });
    sites.set('/idle', { body: listAt('/idle') });
    const [busy, idle] = [await create('/busy'), await create('/idle')];
    expect(await poll(busy)).toMatchObject({ outcome: 'failed', problem: { code: 'http_status' } });
    expect(await poll(busy)).toMatchObject({ outcome: 'failed', problem: { code: 'host_waits' } });
    expect(sites.visitsTo('/busy')).toBe(1);
    expect(await poll(idle)).toMatchObject({ problem: null });
  });

  it('asks nothing of a manual source', async () => {
    const id = await create('/manual', { kind: 'manual' });
    expect(await poll(id)).toMatchObject({ outcome: 'failed', problem: { code: 'manual' } });
  });
});

async function counted() {
  const { rows } = await sql<{ sources: string; snapshots: string; items: string }>`
    select (select count(*) from source) as sources, (select count(*) from snapshot) as snapshots,
           (select count(*) from item) as items`.execute(database.current.owner.db);
  return rows[0];
}
