import { expect, it } from 'vitest';
import { extract } from './extract.ts';
import { readHtmlList } from './html-list.ts';
import { readJsonRows } from './json-rows.ts';

it('reads a table whose links stand in scripts and whose numbers have a column', () => {
  const html = `<table><tr><th>序号</th></tr>
    <tr><td>1</td><td>GB 31701-2026</td><td></td><td><a onclick="showInfo('4507EFE1');">婴幼儿及儿童用品安全技术规范</a></td><td>2026-02-10</td></tr></table>`;
  const { items, problems } = readHtmlList(
    html,
    {
      item: 'tr:has([onclick*=showInfo])',
      code: 'td:nth-child(2)',
      title: 'td:nth-child(4)',
      link: '[onclick*=showInfo]@onclick',
      link_template: '/bzgk/gb/newGbInfo?hcno={}',
      date: 'td:nth-child(5)',
    },
    'https://openstd.samr.gov.cn/bzgk/gb/std_list_type',
  );
  expect(problems).toEqual([]);
  expect(items).toMatchObject([
    {
      title: 'GB 31701-2026 婴幼儿及儿童用品安全技术规范',
      number_row: 'GB 31701-2026',
      url: 'https://openstd.samr.gov.cn/bzgk/gb/newGbInfo?hcno=4507EFE1',
      issued_on: '2026-02-10',
    },
  ]);
});

it('keeps the rows whose field begins as asked, where a service ignores its own filters', () => {
  const row = (documentSymbol: string) => ({ documentSymbol, title: 'Safety of infant products' });
  const text = JSON.stringify({ items: [row('G/TBT/N/CHN/1329'), row('G/TBT/N/MYS/27/Rev.1')] });
  const { items } = readJsonRows(
    text,
    {
      json: { rows: 'items', key: 'documentSymbol', title: 'title' },
      only: { documentSymbol: 'G/TBT/N/CHN/*' },
    },
    'https://epingalert.org/api',
  );
  expect(items.map(({ url }) => url)).toEqual(['https://epingalert.org/api#G%2FTBT%2FN%2FCHN%2F1329']);
});

it('never takes a script for the link of an entry', async () => {
  const bytes = new TextEncoder().encode(
    '<rss version="2.0"><channel><item><title>a</title><link>javascript:alert(1)</link></item></channel></rss>',
  );
  const url = 'https://notices.example/feed';
  const source = { kind: 'feed' as const, url, charset: null, name: 'Notices', settings: {} };
  const { items } = await extract(source, { bytes, url, charset: null });
  expect(items).toMatchObject([{ title: 'a', url: null }]);
});

it.each([
  ['发布日期：2026-05-13', '2026-05-13'],
  ['[2026-05-13] 来源：宁波海关', '2026-05-13'],
  ['<b>13</b><i>2026-05</i>', '2026-05-13'],
  ['<b>13</b> <i>2026年5月</i>', '2026-05-13'],
  ['２０２６年０５月１３日', '2026-05-13'],
  ['发布日期：2026-05-13 实施日期：2026-06-01', '2026-05-13'],
  ['2026-05-13 至 2026-06-01', null],
  ['昨天', null],
  ['05-13', null],
])('reads of "%s" beside a link the day %s and guesses none', (written, issued_on) => {
  const html = `<li><a href="/1">甲</a><span>${written.replaceAll('><i>', '> <i>')}</span></li>`;
  const { items, problems } = readHtmlList(html, { item: 'li', date: 'span' }, 'https://notices.example/');
  expect(items).toMatchObject([{ title: '甲', issued_on }]);
  expect(problems).toHaveLength(issued_on === null ? 1 : 0);
});

it.each(['data[0].rows', '$.data[0].rows', "$['data'].0.rows"])('finds rows at %s', (rows) => {
  const text =
    'cb({"data":[{"rows":[{"id":2026033114511949415,"t":"甲"},{"id":2026033114511949416,"t":"乙"}]}]});';
  const { items } = readJsonRows(text, { json: { rows, key: 'id', title: 't' } }, 'https://notices.example/');
  expect(items.map(({ url }) => url)).toEqual([
    'https://notices.example/#2026033114511949415',
    'https://notices.example/#2026033114511949416',
  ]);
});

it('leaves digits inside texts and fractions of JSON as they are', () => {
  const text = '[{"t":"号: 12345678901234567890, \\"1234567890123456789\\"","n":0.12345678901234567}]';
  const { items } = readJsonRows(
    text,
    { json: { rows: '$', title: 't', code: 'n' } },
    'https://notices.example/',
  );
  expect(items).toMatchObject([
    {
      number_row: '0.12345678901234566',
      title: '0.12345678901234566 号: 12345678901234567890, "1234567890123456789"',
    },
  ]);
});

it('reads records of a data store that are escaped instead of set apart', async () => {
  const record = '<li><a href="/1">甲</a><p>[2026-05-13]</p></li>'
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
  const bytes = new TextEncoder().encode(
    `<datastore><recordset><record>${record}</record></recordset></datastore>`,
  );
  const url = 'https://notices.example/col/index.html';
  const settings = { inner: { datastore: true as const }, selectors: { item: 'record li', date: 'p' } };
  const source = { kind: 'html_list' as const, url, charset: null, name: 'Notices', settings };
  const { items } = await extract(source, { bytes, url, charset: null });
  expect(items).toMatchObject([{ title: '甲', url: 'https://notices.example/1', issued_on: '2026-05-13' }]);
});

it('keeps long numbers beside a text of 14 MB', () => {
  const text = JSON.stringify([{ t: '甲', body: 'x'.repeat(14_000_000) }]).replace(
    '{',
    '{"id":2026033114511949415,',
  );
  const { items } = readJsonRows(
    text,
    { json: { rows: '$', key: 'id', title: 't' } },
    'https://notices.example/',
  );
  expect(items).toMatchObject([{ url: 'https://notices.example/#2026033114511949415' }]);
});
