import { afterAll, beforeAll, expect, it } from 'vitest';
import { sql } from 'kysely';
import type { SourceSettings } from '#lib/domain/watch/source.ts';
import { extractPending } from '#lib/server/documents/extract-pending.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { answerItem } from '#lib/server/watch/answers.ts';
import { findItem } from '#lib/server/watch/items/item.ts';
import { filedProblemText } from '#lib/server/watch/problem-text.ts';
import { foldFiles } from '#lib/server/watch/fold-files.ts';
import { sweep } from '#lib/server/watch/sweep.ts';
import { createWatcher, type Watcher } from '#lib/server/watch/watcher.ts';
import {
  encodeGb18030,
  makeDoc,
  makeDocx,
  makePdf,
  makeScannedPdf,
  makeWorkbook,
  makeZip,
} from '../fixtures/documents/make.ts';
import { useDatabase } from '../support/database.ts';
import { operatorActor } from '../support/factories.ts';
import { easySiteList, OfficialSites, type Reply } from '../support/official-sites.ts';

const database = useDatabase({ ALLOW_PRIVATE_ADDRESSES: '127.0.0.0/8' });
const sites = new OfficialSites();
let watcher: Watcher;
let made = 0;

beforeAll(async () => {
  await sites.start();
  watcher = createWatcher(database.current.worker, { random: () => 0.5 });
});
afterAll(async () => {
  await watcher.close();
  sites.stop();
});

const EASYSITE: SourceSettings = {
  selectors: { item: '[class^="conList_ul"] li', title: 'a@title', link: 'a@href', date: 'span' },
};

async function addList(path: string, host: number, rows: { title: string; href: string; date: string }[]) {
  made += 1;
  sites.set(path, { body: easySiteList(rows) });
  const { rows: added } = await sql<{ id: string }>`
    insert into source (slug, name, kind, url, settings, next_check_at)
    values (${`source-${made}`}, ${path}, 'html_list', ${sites.url(path, host)}, ${JSON.stringify(EASYSITE)}, now() - interval '1 second')
    returning id`.execute(database.current.owner.db);
  return added[0]?.id ?? '';
}

/** A page as EasySite makes it, with what changes at every visit. */
function detailPage({ text, number = '', files = [] }: { text: string; number?: string; files?: string[] }) {
  return {
    body: `<html><body><div class="easysite-news-title"><h2>公告</h2></div>
<div class="hgfg_list"><span>【文　　号】</span>${number}</div><div class="hgfg_list"><span>【生效日期】</span>2026-06-01</div>
<div id="easysiteText"><p>${text}</p>${files.map((file) => `<a href="${file}">附件：${file}</a>`).join('')}</div>
<div class="easysite-news-operation">浏览次数：${Math.random()}</div></body></html>`,
  };
}
const file = (bytes: Uint8Array): Reply => ({
  body: bytes,
  headers: { 'content-type': 'application/octet-stream' },
});

/** Everything that is due, down to the text of files; `again` asks pages and files before their time. */
async function run({ again = false } = {}) {
  const { owner, worker } = database.current;
  if (again)
    await sql`update item_fetch set next_check_at = now() - interval '1 second' where next_check_at is not null`.execute(
      owner.db,
    );
  const counts = await sweep(watcher, new Date());
  await extractPending(worker, new Date());
  const { stored } = await foldFiles(watcher, { now: new Date() });
  return { counts, stored };
}

async function itemOf(title: string) {
  const { rows } = await sql<{
    id: string;
    text: string;
    document_no: string | null;
    effective_on: string | null;
    detail_state: string;
    revision_no: number;
    is_changed: boolean;
    documents: { state: string; url: string }[];
  }>`
    select i.id, i.text, i.document_no, i.effective_on::text, i.detail_state, i.revision_no, i.changed_at > i.first_seen_at as is_changed,
      (select coalesce(jsonb_agg(jsonb_build_object('state', d.state, 'url', d.url) order by d.url), '[]')
       from item_document d where d.item_id = i.id) as documents
    from item i where i.title = ${title} and i.merged_into is null`.execute(database.current.owner.db);
  return rows[0];
}

it('reads the page of an item and every kind of file attached to it', async () => {
  sites.set(
    '/d/1.html',
    detailPage({ text: '依据第4.12条办理。', files: ['a.pdf', 'b.doc', 'c.docx', 'd.xlsx'] }),
  );
  sites.set('/d/a.pdf', file(makePdf([{ zh: '目录三十七类' }])));
  sites.set('/d/b.doc', file(makeDoc('附件乙的内容')));
  sites.set('/d/c.docx', file(makeDocx(['附件丙的内容'])));
  sites.set('/d/d.xlsx', file(makeWorkbook({ 表: [['婴儿床', '9403']] }, 'xlsx')));
  await addList('/list-1', 2, [{ title: '关于示例甲', href: '/d/1.html', date: '2026-05-13' }]);
  await run();
  const item = await itemOf('关于示例甲');
  expect(item).toMatchObject({ detail_state: 'fetched', effective_on: '2026-06-01', is_changed: false });
  expect(item?.documents.map(({ state }) => state)).toEqual(['stored', 'stored', 'stored', 'stored']);
  for (const part of ['依据第4.12条办理。', '目录三十七类', '附件乙的内容', '附件丙的内容', '婴儿床'])
    expect(item?.text).toContain(part);
});

it('takes a later edit of a page or a file for a change, and counters for none', async () => {
  sites.set('/e/1.html', detailPage({ text: '限量 20 mg/kg', files: ['/e/a.docx'] }));
  sites.set('/e/a.docx', file(makeDocx(['第一版'])));
  await addList('/list-2', 3, [{ title: '关于示例乙', href: '/e/1.html', date: '2026-05-13' }]);
  await run();
  const before = await itemOf('关于示例乙');
  expect((await run({ again: true })).stored).toEqual([]);
  expect(await itemOf('关于示例乙')).toMatchObject({ revision_no: before?.revision_no, is_changed: false });
  sites.set('/e/1.html', detailPage({ text: '限量 30 mg/kg', files: ['/e/a.docx'] }));
  await run({ again: true });
  expect(await itemOf('关于示例乙')).toMatchObject({ is_changed: true });
  sites.set('/e/a.docx', file(makeDocx(['第二版'])));
  expect((await run({ again: true })).stored).toMatchObject([{ outcome: 'changed' }]);
  const after = await itemOf('关于示例乙');
  expect(after?.text).toContain('第二版');
  expect(after?.text).not.toContain('第一版');
});

it('tells nobody of what only better code reads otherwise, and of an edit that came meanwhile all the same', async () => {
  sites.set('/x/1.html', detailPage({ text: '限量 20 mg/kg' }));
  await addList('/list-x', 9, [{ title: '关于示例读法', href: '/x/1.html', date: '2026-05-13' }]);
  await run();
  const revision_no = ((await itemOf('关于示例读法'))?.revision_no ?? 0) + 1;
  const readByOlderCode = () =>
    sql`
      with old as (update item_fetch set extractor_version = 1 where url like '%/x/1.html' returning item_id)
      update item set text = '限量20', text_sha256 = repeat('0', 64) from old where id = old.item_id`.execute(
      database.current.owner.db,
    );
  await readByOlderCode();
  sites.set('/x/1.html', detailPage({ text: '限量 20 mg/kg' }));
  await run({ again: true });
  const upgraded = await itemOf('关于示例读法');
  expect(upgraded).toMatchObject({ revision_no, is_changed: false });
  expect(upgraded?.text).toContain('20 mg/kg');
  await readByOlderCode();
  sites.set('/x/1.html', detailPage({ text: '限量 30 mg/kg' }));
  await run({ again: true });
  expect(await itemOf('关于示例读法')).toMatchObject({ is_changed: true });
});

it('takes two notices for one when the page of the second says the number of the first', async () => {
  sites.set('/f/1.html', detailPage({ text: '正文', number: '宁波海关公告2026年第88号' }));
  sites.set('/f/2.html', detailPage({ text: '转载正文', number: '宁波海关公告〔2026〕88号' }));
  await addList('/list-3', 4, [{ title: '关于示例丙的公告', href: '/f/1.html', date: '2026-05-13' }]);
  await run();
  const list = '/list-4';
  await addList(list, 5, [{ title: '转发：关于示例丙', href: '/f/2.html', date: '2026-05-15' }]);
  await run();
  expect(await itemOf('转发：关于示例丙')).toBeUndefined();
  const { rows } = await sql<{ sources: number }>`
    select count(distinct source_id)::int as sources from item_sighting
    where item_id = ${(await itemOf('关于示例丙的公告'))?.id ?? ''}`.execute(database.current.owner.db);
  expect(rows).toEqual([{ sources: 2 }]);
  // The list of the second is read again and leads to the item that is left.
  await sql`update source set next_check_at = now() - interval '1 second'`.execute(database.current.owner.db);
  expect((await run()).counts).toMatchObject({ items_new: 0 });
});

it('asks a page that failed again, and keeps what it had of one that fails later', async () => {
  sites.set('/g/1.html', { status: 500 });
  await addList('/list-5', 6, [{ title: '关于示例丁', href: '/g/1.html', date: '2026-05-13' }]);
  await run();
  expect(await itemOf('关于示例丁')).toMatchObject({ detail_state: 'failed', text: '' });
  sites.set('/g/1.html', detailPage({ text: '终于有了' }));
  await run({ again: true });
  expect(await itemOf('关于示例丁')).toMatchObject({ detail_state: 'fetched', text: '终于有了' });
  sites.set('/g/1.html', { status: 404 });
  await run({ again: true });
  expect(await itemOf('关于示例丁')).toMatchObject({ detail_state: 'fetched', text: '终于有了' });
});

it('reads the page that the next site shows at once when that of the first cannot be had', async () => {
  const number = '宁波海关公告2026年第99号';
  const notice = (href: string) => ({ title: `关于示例庚的公告（${number}）`, href, date: '2026-05-13' });
  sites.set('/n/1.html', { status: 500 });
  sites.set('/n/2.html', { status: 404 });
  sites.set('/n/3.html', detailPage({ text: '第三家的正文', number }));
  // The page of the first site lies on a host of its own, so that both other lists are read before it.
  await addList('/list-8', 9, [notice(sites.url('/n/1.html', 12))]);
  await addList('/list-9', 10, [notice('/n/2.html')]);
  await addList('/list-10', 11, [notice('/n/3.html')]);
  await sweep(watcher, new Date(), { lanes: 1 });
  expect(await itemOf(notice('').title)).toMatchObject({ detail_state: 'fetched', text: '第三家的正文' });
  const order = sites.visits
    .map(({ path }) => path)
    .filter((path) => /^\/(list-(8|9|10)|n\/\d\.html)$/.test(path));
  expect(order).toEqual(['/list-8', '/list-9', '/list-10', '/n/1.html', '/n/2.html', '/n/3.html']);
});

it('reads the files of an attached archive, and says what it does not read', async () => {
  const inner = makeZip([{ name: 'x.txt', data: Buffer.from('深处') }]);
  const archive = makeZip([
    { name: encodeGb18030('附件一.docx'), data: Buffer.from(makeDocx(['压缩包里的目录'])) },
    { name: 'inner.zip', data: Buffer.from(inner) },
    { name: 'run.exe', data: Buffer.from('MZ\u0000\u0001\u0002\u0003'.repeat(20)) },
  ]);
  sites.set('/z/1.html', detailPage({ text: '见附件。', files: ['/z/a.zip', '/z/b.rar'] }));
  sites.set('/z/a.zip', file(archive));
  sites.set('/z/b.rar', file(Buffer.from('526172211a0701003392b5e50a01050600050101808000', 'hex')));
  await addList('/list-7', 8, [{ title: '关于示例己', href: '/z/1.html', date: '2026-05-13' }]);
  await run();
  const item = await itemOf('关于示例己');
  for (const part of ['【附件一.docx】\n压缩包里的目录', '压缩包内的压缩包未读取', '此类文件未读取'])
    expect(item?.text).toContain(part);
  expect(item?.text).not.toContain('深处');
  const shown = await findItem(database.current.app, operatorActor(['watch:read']), item?.id ?? '');
  expect(shown?.attachments).toMatchObject([
    { state: 'stored', problem: null },
    { state: 'failed', problem: 'packed' },
  ]);
  expect(filedProblemText('packed', textsOf('en'))).toMatch(/^RAR and 7z archives cannot be read/);
});

it('takes what no reader can read for no text, whatever it is called, and goes on to the next file', async () => {
  const hollow = new Uint8Array(8_192);
  hollow.set([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
  sites.set('/i/1.html', detailPage({ text: '正文', files: ['a.doc', 'b.docx'] }));
  sites.set('/i/a.doc', file(hollow));
  sites.set('/i/b.docx', file(makeDocx(['附件乙的内容'])));
  sites.set('/i/c.rar', {
    body: Buffer.from('Rar!\x1a\x07\x00\xcf\x90\x73', 'latin1'),
    headers: { 'content-type': 'application/x-rar-compressed' },
  });
  await addList('/list-12', 13, [
    { title: '关于示例癸', href: '/i/1.html', date: '2026-05-13' },
    { title: '示例癸的附件', href: '/i/c.rar', date: '2026-05-13' },
  ]);
  await run();
  const item = await itemOf('关于示例癸');
  expect(item?.documents.map(({ state }) => state)).toEqual(['failed', 'stored']);
  expect(item?.text).toContain('附件乙的内容');
  expect(await itemOf('示例癸的附件')).toMatchObject({ text: '', documents: [{ state: 'failed' }] });
});

it('says of a file that holds pictures of pages alone that nothing finds it', async () => {
  sites.set('/k/1.html', detailPage({ text: '见附件', files: ['a.pdf', 'http://10.0.0.1/b.pdf'] }));
  sites.set('/k/a.pdf', file(makeScannedPdf()));
  await addList('/list-14', 15, [{ title: '关于示例丑', href: '/k/1.html', date: '2026-05-13' }]);
  for (let times = 0; times < 2; times += 1) await run();
  const item = await findItem(
    database.current.app,
    operatorActor(['watch:read']),
    (await itemOf('关于示例丑'))?.id ?? '',
  );
  if (!item) throw new Error('no such item');
  expect(answerItem(item).attachments).toMatchObject([
    { state: 'pending', problem: 'fetch.address_not_allowed' },
    { state: 'stored', problem: 'no_text' },
  ]);
  expect(filedProblemText('no_text', textsOf('en'))).toMatch(/^The file holds no text/);
});

it('keeps what it had of a file and a page where a page about them comes in their place', async () => {
  const gone = { body: '<html><title>提示</title><p>您访问的页面不存在或已删除</p></html>' };
  sites.set('/j/1.html', detailPage({ text: '正文', files: ['a.pdf', 'b.doc'] }));
  sites.set('/j/a.pdf', file(makePdf([{ zh: '目录三十七类' }])));
  sites.set('/j/b.doc', {
    body: '<html xmlns:o="urn:schemas-microsoft-com:office:office"><body>网页格式的附件</body></html>',
    headers: { 'content-type': 'application/msword' },
  });
  await addList('/list-13', 14, [{ title: '关于示例子', href: '/j/1.html', date: '2026-05-13' }]);
  await run();
  const before = await itemOf('关于示例子');
  for (const part of ['正文', '目录三十七类', '网页格式的附件']) expect(before?.text).toContain(part);
  sites.set('/j/1.html', gone);
  sites.set('/j/a.pdf', gone);
  await run({ again: true });
  const after = await itemOf('关于示例子');
  expect(after).toMatchObject({ text: before?.text, revision_no: before?.revision_no });
  expect(after?.documents.map(({ state }) => state)).toEqual(['failed', 'stored']);
});

it('never follows a link of an item into a private network', async () => {
  sites.set('/h/1.html', { status: 302, headers: { location: 'http://10.0.0.1/canary' } });
  await addList('/list-6', 7, [{ title: '关于示例戊', href: '/h/1.html', date: '2026-05-13' }]);
  await run();
  const { rows } = await sql<{ code: string }>`
    select problem->>'code' as code from item_fetch where url = ${sites.url('/h/1.html', 7)}`.execute(
    database.current.owner.db,
  );
  expect(rows).toEqual([{ code: 'fetch.address_not_allowed' }]);
});
