import { expect, it } from 'vitest';
import { readOpml, writeOpml } from './opml.ts';
import { sourceInput } from '#lib/domain/watch/source-input.ts';

const list = sourceInput.parse({
  name: '宁波海关 "公告" <1> & 更多',
  kind: 'html_list',
  url: 'http://ningbo.customs.gov.cn/?a=1&b=2',
  interval_minutes: 30,
  expected_update_days: 7,
  charset: 'gb18030',
  is_enabled: false,
  selectors: { item: '[class^="conList_ul"] li', title: 'a@title|a > b', date: 'span' },
  inner: { json_path: 'data.html' },
  pages: 3,
  only: { STATE: '现行' },
});

it('gives every setting back as it was', () => {
  const read = readOpml(writeOpml([list], 'Sources'));
  expect(read).toEqual([{ line: 5, ok: true, input: list, is_ours: true }]);
});

it('takes feeds of other programs over, folders and all, and names bad outlines by line', () => {
  const text = `<?xml version="1.0"?>
<opml version="1.0"><body>
<outline text="Customs"><outline text="GACC &amp; Co" type="rss" xmlUrl="https://example.org/rss" htmlUrl="https://example.org"/>
  <outline text="Without address" type="rss"/>
  <outline text="Bad" xmlURL="ftp://example.org/"
     type="rss"/></outline>
</body></opml>`;
  expect(readOpml(text)).toMatchObject([
    {
      line: 3,
      ok: true,
      is_ours: false,
      input: { name: 'GACC & Co', kind: 'feed', url: 'https://example.org/rss' },
    },
    { line: 4, ok: false, code: 'no_address', found: 'Without address' },
    { line: 5, ok: false, code: 'bad_setting' },
  ]);
});

it('says of a page that it is no OPML', () => {
  expect(readOpml('<html><body>x</body></html>')).toBeNull();
});

it('says of a file that is cut off what is missing, and keeps what stands before', () => {
  const text =
    '<opml version="2.0"><body>\n<outline text="a" xmlUrl="https://example.org/a"/>\n<outline text="b" xmlUrl="https://exam';
  expect(readOpml(text)).toMatchObject([
    { ok: true, line: 2 },
    { ok: false, line: 3, code: 'cut_off' },
  ]);
});
