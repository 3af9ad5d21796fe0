import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sql } from 'kysely';
import { z } from 'zod';
import { extractPending } from '#lib/server/documents/extract-pending.ts';
import { loadPendingItems } from '#lib/server/reference/load-pending.ts';
import { loadSources } from '#lib/server/reference/load-sources.ts';
import { foldFiles } from '#lib/server/watch/fold-files.ts';
import { getSignals } from '#lib/server/watch/signals/signals-api.ts';
import { sweep } from '#lib/server/watch/sweep.ts';
import { createWatcher, type Watcher } from '#lib/server/watch/watcher.ts';
import { makeDoc, makeDocx, makePdf, makeWorkbook } from '../fixtures/documents/make.ts';
import { call } from '../support/call.ts';
import { useDatabase } from '../support/database.ts';
import { operatorActor } from '../support/factories.ts';
import {
  easySiteList,
  gb18030,
  hanwebList,
  OfficialSites,
  RUISHU_WALL,
  samrList,
} from '../support/official-sites.ts';

/** The sources that an installation starts with, read by their own settings from a server shaped like theirs. */
const database = useDatabase({ ALLOW_PRIVATE_ADDRESSES: '127.0.0.0/8' });
const sites = new OfficialSites();
let watcher: Watcher;

beforeAll(async () => {
  await sites.start();
  watcher = createWatcher(database.current.worker, { random: () => 0.5 });
  await loadSources(database.current.app.db, new Date());
  await loadPendingItems(database.current.app.db);
  await sql`update source set is_enabled = false, next_check_at = null`.execute(database.current.owner.db);
});
afterAll(async () => {
  await watcher.close();
  sites.stop();
});

let host = 1;
/** Lets one of the default sources be asked at a path of the fixture server, under a host of its own. */
async function watch(slug: string, path: string): Promise<void> {
  host += 1;
  await sql`
    update source set url = ${sites.url(path, host)}, is_enabled = true, wall = null, needs = null, next_check_at = now() - interval '1 second'
    where slug = ${slug}`.execute(database.current.owner.db);
}

async function addPage(slug: string, path: string): Promise<void> {
  host += 1;
  await sql`
    insert into source (slug, name, kind, url, next_check_at)
    values (${slug}, ${slug}, 'page', ${sites.url(path, host)}, now() - interval '1 second')`.execute(
    database.current.owner.db,
  );
}

/** Everything that is due, down to the text of files. */
async function run() {
  const { owner, worker } = database.current;
  await sql`update source set next_check_at = now() - interval '1 second' where is_enabled and kind <> 'manual'`.execute(
    owner.db,
  );
  const counts = await sweep(watcher, new Date());
  await extractPending(worker, new Date());
  await foldFiles(watcher, { now: new Date() });
  return counts;
}

async function rowsOf<T>(query: ReturnType<typeof sql<T>>): Promise<T[]> {
  return (await query.execute(database.current.owner.db)).rows;
}
const itemsOf = (slug: string) =>
  rowsOf(sql<{ title: string; document_no: string | null; issued_on: string | null }>`
    select distinct i.title, i.document_no, i.issued_on::text from item i
    join item_sighting s on s.item_id = i.id join source o on o.id = s.source_id
    where o.slug = ${slug} order by i.title`);
const healthOf = (slug: string) =>
  rowsOf(sql<{ health: string; code: string | null }>`
    select health, problem->>'code' as code from source where slug = ${slug}`);

/** The page of another site is followed once the first site's could not be had. */
const TURNS_MIN = 3;
const TURNS_MAX = 8;
/** Pages and files that were not asked for yet, or whose text is not in their item. */
async function unread(): Promise<number> {
  const [row] = await rowsOf(sql<{ count: number }>`
    select count(*)::int from item_fetch
    where (ok_at is null and failures = 0) or (document_id is not null and document_id is distinct from text_of_document_id)`);
  return row?.count ?? 0;
}

const NUMBER = '国家标准化管理委员会公告2026年第9号';
const TITLE = `关于GB 31701—2026第４．１２條适用问题的解释（${NUMBER}）`;

it('makes one item with three sightings and one signal of a notice that three sites carry', async () => {
  sites.set('/eportal/list', {
    body: easySiteList(
      [
        { title: TITLE, href: '/customs/2026-05/28/article_2026052809301512345.html', date: '2026-05-28' },
        // The same article under its address of before, as both answer.
        { title: TITLE, href: '/customs/302249/2480148/6775328/index.html', date: '2026-05-28' },
        {
          title: '附件：目录（37类）',
          href: '/customs/attachDir/2026/05/20260528093015.pdf',
          date: '2026-05-28',
        },
      ],
      { list_class: 'conList_ull' },
    ),
  });
  const article = `<html><head><meta name="PubDate" content="2026-05-28 09:30"></head><body>
<div class="easysite-news-title"><h2>${TITLE}</h2></div><div class="hgfg_list"><span>【文　　号】</span>${NUMBER}</div>
<div id="easysiteText"><p>《GB 31701—2026》第4.12条所称模拟使用耐久性，按附件试验。</p>
${['a.pdf', 'b.doc', 'c.docx', 'd.xls', 'e.xlsx'].map((file) => `<a href="/files/${file}">${file}</a>`).join('')}
<script>document.title='run'</script></div></body></html>`;
  sites.set('/customs/2026-05/28/article_2026052809301512345.html', { body: article });
  sites.set('/customs/302249/2480148/6775328/index.html', { body: article });
  const file = (body: Uint8Array) => ({ body, headers: { 'content-type': 'application/octet-stream' } });
  sites.set('/customs/attachDir/2026/05/20260528093015.pdf', file(makePdf([{ zh: '目录三十七类' }])));
  sites.set('/files/a.pdf', file(makePdf([{ zh: '附件甲' }])));
  sites.set('/files/b.doc', file(makeDoc('附件乙的内容')));
  sites.set('/files/c.docx', file(makeDocx(['附件丙的内容'])));
  sites.set('/files/d.xls', file(makeWorkbook({ 表: [['婴儿床', '9403']] }, 'biff8')));
  sites.set('/files/e.xlsx', file(makeWorkbook({ 表: [['学步车', '8715']] }, 'xlsx')));
  const mirror = { title: `转发：${TITLE}`, date: '2026-05-29' };
  sites.set('/col/col1229000000/index.html', {
    body: hanwebList([{ ...mirror, href: '/art/2026/5/29/art_1229_58999999.html' }]),
  });
  sites.set('/front/page/build/unit', {
    body: samrList([{ ...mirror, title: TITLE, href: '/zw/art/2026/art_935c.html' }]),
    headers: { 'content-type': 'application/json' },
  });
  await watch('gacc-announcements', '/eportal/list');
  await watch('nb-scjgj', '/col/col1229000000/index.html');
  await watch('samr-list', '/front/page/build/unit');
  // A turn at a host and a run of the readers are bounded in time; what is left comes with the next.
  for (let turn = 0; turn < TURNS_MAX && (turn < TURNS_MIN || (await unread()) > 0); turn += 1) await run();
  const items = await rowsOf(sql<{ id: string; sources: number; text: string }>`
    select i.id, i.text, (select count(distinct source_id)::int from item_sighting where item_id = i.id) as sources
    from item i where i.document_no = ${NUMBER} and i.merged_into is null`);
  expect(items.map(({ sources }) => sources)).toEqual([3]);
  for (const part of ['附件甲', '附件乙的内容', '附件丙的内容', '婴儿床', '学步车'])
    expect(items[0]?.text).toContain(part);
  const answer = await call(database.current.app, getSignals, {
    actor: operatorActor(['watch:read']),
    query: { pending_item: 'sac-clause-4.12' },
  });
  const shape = z.object({
    items: z.array(
      z.object({
        item: z.object({ id: z.string(), title: z.string() }),
        state: z.string(),
        spans: z.array(z.object({ field: z.string(), start: z.number(), end: z.number() })),
      }),
    ),
  });
  const [signal, ...more] = answer.json(shape).items;
  expect(more).toEqual([]);
  expect(signal).toMatchObject({ state: 'open', item: { id: items[0]?.id } });
  const shown = signal?.spans
    .filter(({ field }) => field === 'title')
    .map(({ start, end }) => signal.item.title.slice(start, end));
  expect(shown).toContain('第４．１２條');
}, 120_000);

it('reads the services of standards, of ePing, and a feed with a wrong declaration', async () => {
  sites.set('/gb/search/gbQueryPage', {
    body: JSON.stringify({
      total: 2,
      rows: [
        {
          id: '4507EFE13D37CB6AE06397BE0A0A601F',
          C_STD_CODE: '<sacinfo>GB</sacinfo> <sacinfo>31701</sacinfo>-2026',
          C_C_NAME: '婴幼儿及儿童用品安全技术规范',
          STATE: '即将实施',
          ISSUE_DATE: '2026-02-10',
          ACT_DATE: '2026-06-01',
        },
        { id: 'x', C_STD_CODE: 'GB 31701-2015', C_C_NAME: '旧', STATE: '现行', ISSUE_DATE: '2015-05-26' },
      ],
    }),
    headers: { 'content-type': 'application/json' },
  });
  sites.set('/api/v1/azureSearch/getAll', {
    body: JSON.stringify({
      totalCount: 812,
      items: ['G/TBT/N/CHN/1329', 'G/TBT/N/CHN/1329/Add.1', 'G/TBT/N/MYS/27/Rev.1'].map((documentSymbol) => ({
        documentSymbol,
        title: `Infant products (${documentSymbol})`,
        distributionDate: '2026-05-20T00:00:00',
        commentDeadlineDate: null,
        linkToNotification: `https://notifications.example/${documentSymbol.length}`,
      })),
    }),
    headers: { 'content-type': 'application/json' },
  });
  const feed = `<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>海关法规</title>${[
    ['关于婴幼儿用品检测的通知', '<pubDate>Wed, 13 May 2026 09:30:00 +0800</pubDate>'],
    ['没有日期的通知', ''],
  ]
    .map(([title, date], index) => `<item><title>${title}</title><link>/n/${index}</link>${date}</item>`)
    .join('')}</channel></rss>`;
  sites.set('/gov/customs/list/fagui', { body: gb18030(feed), headers: { 'content-type': 'text/xml' } });
  await watch('std-gb31701', '/gb/search/gbQueryPage');
  await watch('wto-eping-chn', '/api/v1/azureSearch/getAll');
  await watch('rsshub-fagui', '/gov/customs/list/fagui');
  await run();
  expect(await itemsOf('std-gb31701')).toMatchObject([
    { document_no: 'GB 31701-2015', issued_on: '2015-05-26' },
    { document_no: 'GB 31701-2026', issued_on: '2026-02-10' },
  ]);
  expect((await itemsOf('wto-eping-chn')).map(({ document_no }) => document_no)).toEqual([
    'G/TBT/N/CHN/1329',
    'G/TBT/N/CHN/1329/Add.1',
  ]);
  expect(await itemsOf('rsshub-fagui')).toMatchObject([
    { title: '关于婴幼儿用品检测的通知', issued_on: '2026-05-13' },
    { title: '没有日期的通知', issued_on: null },
  ]);
});

it('says of each hostile or broken answer what it is, and reads the source beside it', async () => {
  const page = '<html><body><article>正文</article></body></html>';
  const lol = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('');
  sites.set('/limited', { status: 429, headers: { 'retry-after': '600' } });
  sites.set('/walled', { status: 412, body: RUISHU_WALL });
  sites.set('/shell', { status: 400, body: '' });
  sites.set('/moved', { status: 302, headers: { location: '/arrived' } });
  sites.set('/arrived', { body: page });
  sites.set('/round', { status: 302, headers: { location: '/round' } });
  sites.set('/bomb', {
    body: gzipSync(Buffer.alloc(40 * 1024 * 1024, 'x')),
    headers: { 'content-encoding': 'gzip' },
  });
  sites.set('/deep', { body: `<body>${'<div>'.repeat(100_000)}深处的正文</body>` });
  sites.set('/bombs.xml', {
    body: `<!DOCTYPE x [<!ENTITY l0 "ha">${lol}]><rss><channel><item><title>&l9;</title></item></channel></rss>`,
    headers: { 'content-type': 'text/xml' },
  });
  sites.set('/deep.json', {
    body: `{"rows":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    headers: { 'content-type': 'application/json' },
  });
  sites.set('/well', { body: page });
  for (const path of ['limited', 'walled', 'shell', 'moved', 'round', 'bomb', 'deep', 'well'])
    await addPage(path, `/${path}`);
  await watch('rsshub-fagui', '/bombs.xml');
  await watch('std-notices', '/deep.json');
  await run();
  const told = async (slug: string) => (await healthOf(slug))[0];
  expect(await told('limited')).toMatchObject({ code: 'http_status' });
  expect(await told('walled')).toMatchObject({ health: 'blocked', code: 'wall' });
  expect(await told('shell')).toMatchObject({ health: 'blocked', code: 'wall' });
  expect(await told('round')).toMatchObject({ code: 'fetch.too_many_redirects' });
  expect(await told('bomb')).toMatchObject({ code: 'fetch.too_large' });
  expect(await told('std-notices')).toMatchObject({ health: 'changed_layout' });
  for (const slug of ['moved', 'deep', 'well'])
    expect(await told(slug)).toEqual({ health: 'healthy', code: null });
  expect((await itemsOf('deep'))[0]?.title).toBe('deep');
  const waits = await rowsOf(sql<{ seconds: number }>`
    select extract(epoch from next_check_at - now())::float8 as seconds from source where slug = 'limited'`);
  expect(waits[0]?.seconds).toBeGreaterThan(595);
});
