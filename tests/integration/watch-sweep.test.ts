import { describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { sourceCoverage } from '#lib/server/watch/coverage.ts';
import { createUnchangedRecorder } from '#lib/server/watch/record-unchanged.ts';
import { SOURCE_COLUMNS, type SourceRow } from '#lib/server/watch/source-row.ts';
import { findSource } from '#lib/server/watch/sources.ts';
import { sweep } from '#lib/server/watch/sweep.ts';
import { useDatabase } from '../support/database.ts';
import { easySiteList, gb18030, hanwebList, RUISHU_WALL, samrList } from '../support/official-sites.ts';
import { EASYSITE, useWatchedSources } from '../support/watched-sources.ts';

const database = useDatabase({ ALLOW_PRIVATE_ADDRESSES: '127.0.0.0/8' });
const { sites, theWatcher, addSource, sweepAll, one, sourceOf, itemsOf } = useWatchedSources(database);
const TITLE = '宁波海关关于设立婴幼儿用品专属通关通道的公告（宁波海关公告2026年第17号）';

describe('a sweep', () => {
  it('reads an EasySite list, without the row that says nothing is new', async () => {
    sites.set('/list-a', {
      body: easySiteList([
        { title: TITLE, href: '/2026-05/13/article_2026051309301512345.html', date: '2026-05-13' },
      ]),
    });
    const id = await addSource({ kind: 'html_list', url: sites.url('/list-a', 2), settings: EASYSITE });
    expect(await sweepAll()).toMatchObject({ checked: 1, items_new: 1 });
    expect(await itemsOf(id)).toEqual([
      {
        title: TITLE,
        url: sites.url('/2026-05/13/article_2026051309301512345.html', 2),
        document_no: '宁波海关公告2026年第17号',
        issued_on: '2026-05-13',
        sightings: 1,
      },
    ]);
    expect(await sourceOf(id)).toMatchObject({ health: 'healthy', failures: 0 });
  });

  it('takes one notice on three sites for one item', async () => {
    const mirror = '宁波海关公告〔2026〕17号';
    sites.set('/list-b', {
      body: hanwebList([{ title: mirror, href: '/art/2026/5/13/art_1_2.html', date: '2026-05-13' }]),
    });
    sites.set('/list-c', {
      body: samrList([{ title: `转发（${mirror}）`, href: '/zw/art_9.html', date: '2026-05-20' }]),
      headers: { 'content-type': 'application/json' },
    });
    await addSource({
      kind: 'html_list',
      url: sites.url('/list-b', 3),
      settings: {
        selectors: { item: 'record li', title: 'a', link: 'a@href', date: 'p' },
        inner: { datastore: true },
      },
    });
    const id = await addSource({
      kind: 'html_list',
      url: sites.url('/list-c', 4),
      settings: { selectors: { item: 'li', date: 'div' }, inner: { json_path: 'data.html' } },
    });
    expect(await sweepAll()).toMatchObject({ items_new: 0, failed: 0 });
    expect(await itemsOf(id)).toMatchObject([{ title: TITLE, sightings: 3 }]);
  });

  it('reads a feed in GB18030 that says it is UTF-8', async () => {
    const feed =
      '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>海关法规</title><item><title>关于婴幼儿用品检测的通知</title><link>/n/1</link><pubDate>Wed, 13 May 2026 09:30:00 +0800</pubDate></item></channel></rss>';
    sites.set('/feed', { body: gb18030(feed), headers: { 'content-type': 'text/xml' } });
    const id = await addSource({ kind: 'feed', url: sites.url('/feed', 5) });
    await sweepAll();
    expect(await itemsOf(id)).toMatchObject([{ title: '关于婴幼儿用品检测的通知', issued_on: '2026-05-13' }]);
  });

  it('reads standards out of JSON with their number and state', async () => {
    const body = JSON.stringify({
      total: 1,
      rows: [
        {
          id: '71F7',
          C_STD_CODE: '<sacinfo>GB</sacinfo> <sacinfo>31701</sacinfo>-2015',
          C_C_NAME: '婴幼儿及儿童<sacinfo>纺织</sacinfo>产品安全技术规范',
          STATE: '现行',
          ISSUE_DATE: '2015-05-26',
        },
      ],
    });
    sites.set('/std', { body, headers: { 'content-type': 'application/json' } });
    const id = await addSource({
      kind: 'json',
      url: sites.url('/std', 6),
      settings: {
        json: {
          rows: 'rows',
          key: 'id',
          title: 'C_C_NAME',
          code: 'C_STD_CODE',
          date: 'ISSUE_DATE',
          state: 'STATE',
        },
      },
    });
    await sweepAll();
    expect(await itemsOf(id)).toMatchObject([
      {
        title: 'GB 31701-2015 婴幼儿及儿童纺织产品安全技术规范',
        document_no: 'GB 31701-2015',
        issued_on: '2015-05-26',
      },
    ]);
  });

  it('calls a wall blocked, keeps what it knows, tells the operator once, and again when it is open', async () => {
    const list = easySiteList([{ title: '示例公告甲', href: '/a', date: '2026-05-13' }]);
    sites.set('/wall', { body: list });
    const id = await addSource({ kind: 'html_list', url: sites.url('/wall', 7), settings: EASYSITE });
    await sweepAll();
    sites.set('/wall', { status: 412, body: RUISHU_WALL });
    await sweepAll();
    await sweepAll();
    expect(await sourceOf(id)).toMatchObject({ health: 'blocked', failures: 2, problem: { code: 'wall' } });
    expect(await itemsOf(id)).toHaveLength(1);
    sites.set('/wall', { body: list });
    await sweepAll();
    expect(await sourceOf(id)).toMatchObject({ health: 'healthy', failures: 0, problem: null });
    const { rows } = await sql<{ health: string }>`
      select data->>'health' as health from event where kind = 'source.unhealthy' and subject_id = ${id} order by id`.execute(
      database.current.owner.db,
    );
    expect(rows.map(({ health }) => health)).toEqual(['blocked', 'healthy']);
  });

  it('calls a list that yields nothing any more another layout', async () => {
    sites.set('/layout', { body: easySiteList([{ title: '示例公告乙', href: '/b', date: '2026-05-13' }]) });
    const id = await addSource({ kind: 'html_list', url: sites.url('/layout', 8), settings: EASYSITE });
    await sweepAll();
    sites.set('/layout', { body: '<html><body><div class="new-list">示例公告乙</div></body></html>' });
    await sweepAll();
    expect(await sourceOf(id)).toMatchObject({
      health: 'changed_layout',
      problem: { code: 'extract.no_items' },
    });
  });

  it('calls menus that a rebuilt site leaves to the selectors another layout, until somebody has looked', async () => {
    const list = (rows: { title: string; href: string; date: string }[]) => ({ body: easySiteList(rows) });
    const menu = list(
      ['首页', '新闻中心'].map((title, n) => ({ title, href: `/col/col122900000${n}/`, date: '' })),
    );
    sites.set('/rebuilt', list([{ title: '关于示例的公告', href: '/2026/1.html', date: '2026-05-13' }]));
    const id = await addSource({
      kind: 'html_list',
      url: sites.url('/rebuilt', 29),
      settings: { ...EASYSITE, follows_details: false },
    });
    await sweepAll();
    sites.set('/rebuilt', menu);
    for (let times = 0; times < 2; times += 1) await sweepAll();
    expect(await sourceOf(id)).toMatchObject({
      health: 'changed_layout',
      problem: { code: 'extract.rebuilt' },
    });
    expect((await itemsOf(id)).map(({ title }) => title)).toEqual(['关于示例的公告']);
    await sql`update source set edited_at = now() where id = ${id}`.execute(database.current.owner.db);
    await sweepAll();
    expect(await sourceOf(id)).toMatchObject({ health: 'healthy' });
  });

  it('takes a feed that says it is empty for one without news, and one that lost its entries for another layout', async () => {
    const feed = (entries: string) => ({
      body: `<rss version="2.0"><channel><title>t</title>${entries}</channel></rss>`,
      headers: { 'content-type': 'application/rss+xml' },
    });
    sites.set('/empty.xml', feed(''));
    const id = await addSource({ kind: 'feed', url: sites.url('/empty.xml', 30) });
    await sweepAll();
    expect(await sourceOf(id)).toMatchObject({ health: 'healthy' });
    sites.set('/empty.xml', feed('<item><title>公告</title></item>'));
    await sweepAll();
    sites.set('/empty.xml', feed(''));
    for (let times = 0; times < 2; times += 1) await sweepAll();
    expect(await sourceOf(id)).toMatchObject({ health: 'changed_layout', failures: 2 });
  });

  it('asks conditionally and takes 304 for unchanged', async () => {
    sites.set('/etag', {
      body: easySiteList([{ title: '示例公告丙', href: '/c', date: '2026-05-13' }]),
      headers: { etag: '"one"' },
    });
    const id = await addSource({ kind: 'html_list', url: sites.url('/etag', 9), settings: EASYSITE });
    await sweepAll();
    await sweepAll();
    expect(sites.visits.filter(({ path }) => path === '/etag').map(({ status }) => status)).toEqual([
      200, 304,
    ]);
    expect(await sourceOf(id)).toMatchObject({ health: 'healthy' });
    const { rows } = await sql<{ outcome: string; checks: number }>`
      select outcome, checks from source_watch where source_id = ${id}`.execute(database.current.owner.db);
    expect(rows).toEqual([{ outcome: 'watched', checks: 2 }]);
  });

  it('writes the end of an unchanged check of a held, unedited source alone, and what ends otherwise by itself', async () => {
    const token = '0197b1a2-0000-4000-8000-000000000001';
    const held = await addSource({ kind: 'page', url: sites.url('/held', 14) });
    const edited = await addSource({ kind: 'page', url: sites.url('/edited', 14) });
    const lost = await addSource({ kind: 'page', url: sites.url('/lost', 15) });
    await sql`
      insert into host_gate (host, lease_token, leased_until)
      select host, ${token}, now() + interval '30 s' from source where id = ${held}
      on conflict (host) do update set lease_token = excluded.lease_token, leased_until = excluded.leased_until`.execute(
      database.current.owner.db,
    );
    const rowOf = async (id: string) =>
      one(sql<SourceRow>`
        update source s set health = 'healthy', next_check_at = now() - interval '1 minute'
        where id = ${id} returning ${sql.raw(SOURCE_COLUMNS)}`);
    const result = {
      outcome: 'unchanged' as const,
      problem: null,
      etag: null,
      last_modified: null,
      item_count: null,
      new_items: 0,
      retry_after_seconds: null,
      max_age_seconds: null,
      ttl_minutes: null,
    };
    const unchanged = createUnchangedRecorder(theWatcher().query);
    const rows = await Promise.all([held, edited, lost].map(rowOf));
    // What was taken is written a moment later: the edit comes after the row is read, and surely before that.
    await sql`update source set edited_at = now() where id = ${edited}`.execute(database.current.owner.db);
    for (const [index, id] of [held, edited, lost].entries()) {
      const row = rows[index];
      if (!row) throw new Error('no such source');
      const lease_token = id === lost ? '0197b1a2-0000-4000-8000-000000000002' : token;
      const end = { result, lease_token, now: new Date(), random: 0.5 };
      expect(unchanged.take(row, end)).toBe(true);
      expect(unchanged.take({ ...row, health: 'failing', failures: 2 }, end)).toBe(false);
    }
    await unchanged.written(token);
    expect((await sourceOf(held))?.next_minutes).toBeGreaterThan(50);
    expect((await sourceOf(edited))?.next_minutes).toBeLessThan(0);
    expect((await sourceOf(lost))?.next_minutes).toBeLessThan(0);
    const watched = await sql<{ source_id: string }>`
      select source_id from source_watch where source_id in (${held}, ${edited}, ${lost})`.execute(
      database.current.owner.db,
    );
    expect(watched.rows).toEqual([{ source_id: held }]);
    await sql`update host_gate set lease_token = null, leased_until = null where lease_token = ${token}`.execute(
      database.current.owner.db,
    );
    await sql`update source set deleted_at = now() where id in (${held}, ${edited}, ${lost})`.execute(
      database.current.owner.db,
    );
  });

  it('says in the ledger when a check came later than promised, and which address was watched', async () => {
    sites.set('/rhythm', ({ headers }) =>
      headers['if-none-match']
        ? { status: 304 }
        : { body: '<article>正文</article>', headers: { etag: '"1"' } },
    );
    sites.set('/rhythm-2', { body: '<article>正文</article>' });
    const id = await addSource({ kind: 'page', url: sites.url('/rhythm', 28) });
    const sweepLateBy = async (minutes: number) => {
      await sql`update source set next_check_at = now() - make_interval(mins => ${minutes}, secs => 1) where id = ${id}`.execute(
        database.current.owner.db,
      );
      await sweep(theWatcher(), new Date());
    };
    await sweepLateBy(0);
    await sweepLateBy(14);
    await sweepLateBy(16);
    await sweepLateBy(0);
    await sql`update source set url = ${sites.url('/rhythm-2', 28)}, etag = null where id = ${id}`.execute(
      database.current.owner.db,
    );
    await sweepLateBy(0);
    const { rows } = await sql<{ checks: number; is_late: boolean; path: string }>`
      select checks, is_late, substring(url from '/[^/]*$') as path from source_watch where source_id = ${id} order by id`.execute(
      database.current.owner.db,
    );
    expect(rows).toEqual([
      { checks: 2, is_late: false, path: '/rhythm' },
      { checks: 2, is_late: true, path: '/rhythm' },
      { checks: 1, is_late: false, path: '/rhythm-2' },
    ]);
    const source = await findSource(database.current.app, id);
    if (!source) throw new Error('no such source');
    const to_at = new Date();
    const { gaps, addresses } = await sourceCoverage(database.current.app, source, {
      from_at: source.created_at,
      to_at,
    });
    // From its making to its first check, and from the promised check to the late one.
    expect(gaps.map(({ reason }) => reason)).toEqual(['not_watched', 'not_watched']);
    expect(addresses.map(({ url }) => url)).toEqual([sites.url('/rhythm', 28), sites.url('/rhythm-2', 28)]);
  });

  it('takes the words of one site for no edit of those of another, and an edit of either for one', async () => {
    const feed = (text: string) => ({
      body: `<rss version="2.0"><channel><title>t</title><item><title>公告</title><link>http://two.example/1</link><description>${text}</description></item></channel></rss>`,
      headers: { 'content-type': 'application/rss+xml' },
    });
    const settings = { follows_details: false };
    sites.set('/short.xml', feed('摘要'));
    sites.set('/long.xml', feed('全文，限量为 20 mg/kg'));
    const id = await addSource({ kind: 'feed', url: sites.url('/short.xml', 31), settings });
    await sweepAll();
    await addSource({ kind: 'feed', url: sites.url('/long.xml', 32), settings });
    const item = async () =>
      one(sql<{ revision_no: number; text: string; is_changed: boolean }>`
        select i.revision_no, i.text, i.changed_at > i.first_seen_at as is_changed
        from item i join item_sighting s on s.item_id = i.id where s.source_id = ${id}`);
    for (let times = 0; times < 3; times += 1) await sweepAll();
    expect(await item()).toEqual({ revision_no: 2, text: '全文，限量为 20 mg/kg', is_changed: false });
    sites.set('/long.xml', feed('全文，限量为 25 mg/kg'));
    for (let times = 0; times < 2; times += 1) await sweepAll();
    expect(await item()).toEqual({ revision_no: 3, text: '全文，限量为 25 mg/kg', is_changed: true });
    sites.set('/short.xml', feed('摘要二'));
    for (let times = 0; times < 2; times += 1) await sweepAll();
    expect(await item()).toMatchObject({ revision_no: 4, text: '摘要二' });
  });

  it('records A, B and A again as three snapshots, and counters as none', async () => {
    const page = (text: string) => ({
      body: `<html><body><h1>标题</h1><article>${text}</article><p>浏览次数：${Math.random()}</p></body></html>`,
    });
    sites.set('/flip', page('限量 20 mg/kg'));
    const id = await addSource({ kind: 'page', url: sites.url('/flip', 10) });
    for (const text of ['限量 20 mg/kg', '限量 30 mg/kg', '限量 20 mg/kg', '限量 20 mg/kg']) {
      sites.set('/flip', page(text));
      await sweepAll();
    }
    const revisions = await sql<{ text: string }>`
      select r.text from item_revision r join item_sighting s on s.item_id = r.item_id where s.source_id = ${id} order by r.revision_no`.execute(
      database.current.owner.db,
    );
    expect(revisions.rows.map(({ text }) => text)).toEqual([
      '限量 20 mg/kg',
      '限量 30 mg/kg',
      '限量 20 mg/kg',
    ]);
  });

  it('reads what is stored again by better code before it calls anything changed', async () => {
    const feed = (...entries: [string, string][]) => ({
      body: `<rss version="2.0"><channel><title>A</title>${entries
        .map(
          ([name, text]) =>
            `<item><title>${name}</title><link>${name}</link><description>${text}</description></item>`,
        )
        .join('')}</channel></rss>`,
    });
    sites.set('/feed-read', feed(['first', 'Limit 20'], ['second', 'Limit 40']));
    const id = await addSource({ kind: 'feed', url: sites.url('/feed-read', 2) });
    await sweepAll();
    await sql`
      with old as (update source set extractor_version = 1 where id = ${id} returning id)
      update item set text = 'Limit', text_sha256 = repeat('0', 64)
      where id in (select s.item_id from item_sighting s join old on old.id = s.source_id)`.execute(
      database.current.owner.db,
    );
    sites.set('/feed-read', feed(['third', 'New'], ['first', 'Limit 20'], ['second', 'Limit 45']));
    expect(await sweepAll()).toMatchObject({ items_new: 1 });
    const { rows } = await sql<{ title: string; text: string; is_changed: boolean }>`
      select i.title, i.text, i.changed_at > i.first_seen_at as is_changed
      from item i join item_sighting s on s.item_id = i.id where s.source_id = ${id} order by i.title`.execute(
      database.current.owner.db,
    );
    expect(rows).toEqual([
      { title: 'first', text: 'Limit 20', is_changed: false },
      { title: 'second', text: 'Limit 45', is_changed: true },
      { title: 'third', text: 'New', is_changed: false },
    ]);
  });

  it('waits as long as Retry-After says', async () => {
    sites.set('/busy', { status: 503, headers: { 'retry-after': '7200' } });
    const id = await addSource({ kind: 'page', url: sites.url('/busy', 11) });
    await sweepAll();
    const found = await sourceOf(id);
    expect(found?.next_minutes).toBeGreaterThan(119);
    expect(found).toMatchObject({ failures: 1, problem: { code: 'http_status' } });
  });

  it('obeys robots.txt', async () => {
    sites.set('/robots.txt', (request) =>
      request.headers.host?.startsWith('127.0.0.12')
        ? { body: 'User-agent: *\nDisallow: /private', headers: { 'content-type': 'text/plain' } }
        : { status: 404 },
    );
    sites.set('/private/list', { body: easySiteList([]) });
    const id = await addSource({ kind: 'page', url: sites.url('/private/list', 12) });
    await sweepAll();
    expect(await sourceOf(id)).toMatchObject({ problem: { code: 'robots' } });
    expect(sites.visitsTo('/private/list')).toBe(0);
  });

  it.each([
    [
      'a file longer than is read',
      21,
      () => ({ body: `User-agent: *\nDisallow: /closed\n${'#\n'.repeat(800_000)}` }),
    ],
    [
      'a file at another host',
      22,
      () => ({ status: 301, headers: { location: sites.url('/rules.txt', 23) } }),
    ],
    ['no file, because it is asked too often', 24, () => ({ status: 429 })],
  ])('keeps to rules that stand in %s', async (_name, host, reply) => {
    const here = `127.0.0.${host}`;
    sites.set('/robots.txt', ({ headers }) => (headers.host?.startsWith(here) ? reply() : { status: 404 }));
    sites.set('/rules.txt', {
      body: 'User-agent: *\nDisallow: /closed',
      headers: { 'content-type': 'text/plain' },
    });
    const path = `/closed/${host}`;
    const id = await addSource({ kind: 'page', url: sites.url(path, host) });
    await sweepAll();
    expect((await sourceOf(id))?.problem?.code).toMatch(/^robots/);
    expect(sites.visitsTo(path)).toBe(0);
  });

  it('takes a page for what it was asked for, wherever it moves, and a login for none', async () => {
    sites.set('/guide', { body: '<h1>指南</h1><article>限量 20 mg/kg</article>' });
    sites.set('/guide-2', { body: '<h1>指南</h1><article>限量 25 mg/kg</article>' });
    sites.set('/login', { body: '<title>统一身份认证</title><input type="password"><p>请登录后查看。</p>' });
    const id = await addSource({ kind: 'page', url: sites.url('/guide', 25) });
    await sweepAll();
    sites.set('/guide', { status: 301, headers: { location: '/login' } });
    await sweepAll();
    expect(await sourceOf(id)).toMatchObject({ health: 'blocked', problem: { code: 'login' } });
    sites.set('/guide', { status: 301, headers: { location: '/guide-2' } });
    await sweepAll();
    expect(await sourceOf(id)).toMatchObject({ health: 'healthy' });
    const items = await sql<{ revision_no: number; text: string }>`
      select distinct i.id, i.revision_no, i.text from item i join item_sighting s on s.item_id = i.id where s.source_id = ${id}`.execute(
      database.current.owner.db,
    );
    expect(items.rows).toMatchObject([{ revision_no: 2, text: '限量 25 mg/kg' }]);
  });

  it('calls a source no good that says nothing changed before it was ever read', async () => {
    sites.set('/never', { status: 304 });
    const id = await addSource({ kind: 'page', url: sites.url('/never', 26) });
    await sweepAll();
    expect(await sourceOf(id)).toMatchObject({
      health: 'new',
      failures: 1,
      problem: { code: 'http_status' },
    });
  });

  it('asks a silent source without conditions, because its server may say 304 for ever', async () => {
    const conditions: unknown[] = [];
    sites.set('/quiet', ({ headers }) => {
      conditions.push(headers['if-none-match']);
      return { body: '<h1>页</h1><article>正文</article>', headers: { etag: '"1"' } };
    });
    const id = await addSource({ kind: 'page', url: sites.url('/quiet', 27), expected_update_days: 1 });
    for (let times = 0; times < 2; times += 1) await sweepAll();
    await sql`update source set health = 'silent', last_new_item_at = now() - interval '9 days' where id = ${id}`.execute(
      database.current.owner.db,
    );
    await sweepAll();
    expect(conditions).toEqual([undefined, '"1"', undefined]);
  });

  it('never asks one host twice at once', () => {
    const by_host = Map.groupBy(sites.visits, ({ host }) => host);
    for (const visits of by_host.values())
      for (const [index, visit] of visits.entries()) {
        const before = visits[index - 1];
        if (before) expect(visit.at_ms).toBeGreaterThanOrEqual((before.ended_ms ?? Infinity) - 5);
      }
  });
});
