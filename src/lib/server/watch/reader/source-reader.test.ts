import { afterAll, describe, expect, it } from 'vitest';
import type { Fetchable } from '#lib/server/watch/extract/extract.ts';
import { createSourceReader, type SourceReader } from './source-reader.ts';

/** What is hostile has to be read, and a machine that does much else at a time reads it slowly. */
const PATIENT = { deadline_ms: 60_000 };
const reader = createSourceReader(PATIENT);
afterAll(() => reader.close());

const bytesOf = (text: string) => new TextEncoder().encode(text);
const rss = (inside: string) => bytesOf(`<rss version="2.0"><channel>${inside}</channel></rss>`);
const url = 'https://notices.example/feed';
const readBy = (by: SourceReader, bytes: Uint8Array, source: Partial<Fetchable> = {}) =>
  by.extract(
    { kind: 'feed', url, charset: null, name: 'Notices', settings: {}, ...source },
    { bytes, url, charset: null },
  );

/** How many items there are, or why there are none. */
async function entryCount(bytes: Uint8Array, source?: Partial<Fetchable>): Promise<number | string> {
  const { items, problems } = await readBy(reader, bytes, source);
  return items.length > 0 ? items.length : (problems[0]?.found ?? problems[0]?.code ?? 'nothing');
}

const lol = [...'123456789']
  .map((n) => `<!ENTITY lol${n} "${`&lol${Number(n) - 1 || ''};`.repeat(10)}">`)
  .join('');

describe('createSourceReader', () => {
  it.each<[string, Uint8Array, number | string]>([
    [
      '100,000 elements inside each other',
      rss(`<item><description>${'<b>'.repeat(100_000)}x</description></item>`),
      1,
    ],
    ['the same escaped', rss(`<item><description>${'&lt;b&gt;'.repeat(100_000)}x</description></item>`), 1],
    [
      'entities that expand to a billion',
      bytesOf(
        `<!DOCTYPE x [<!ENTITY lol "lol">${lol}]><rss><channel><item><title>&lol9;</title></item></channel></rss>`,
      ),
      1,
    ],
    ['50,000 sections of CDATA that never end', rss(`<item><title>${'<![CDATA['.repeat(50_000)}`), 1],
    ['three million ampersands', rss(`<item><title>${'&'.repeat(3_000_000)}</title></item>`), 1],
    ['a million opening brackets', rss(`<item><title>${'<'.repeat(1_000_000)}</title></item>`), 1],
    ['half a million attributes', rss(`<item ${'a="b" '.repeat(500_000)}><title>x</title></item>`), 1],
    ['a million comments that never end', bytesOf(`${'<!--'.repeat(1_000_000)}<rss>`), 'not_a_feed'],
    ['JSON a million lists deep', bytesOf(`{"items":${'['.repeat(1_000_000)}`), 'not_a_feed'],
    ['nothing', bytesOf(''), 'empty'],
    ['blanks', bytesOf(' \n\t '), 'empty'],
    ['a page', bytesOf('<!DOCTYPE html><html><body><p>Sign in</p></body></html>'), 'html_page'],
    ['plain text', bytesOf('502 Bad Gateway'), 'not_a_feed'],
    ['a picture', Uint8Array.from({ length: 5_000 }, (_, index) => (index * 7919) % 256), 'not_a_feed'],
  ])('survives %s', async (_, bytes, expected) => {
    expect(await entryCount(bytes)).toBe(expected);
  });

  it('keeps the first 5,000 of 100,000 entries and says how many it left out', async () => {
    const { items, problems } = await readBy(reader, rss('<item><title>a</title></item>'.repeat(100_000)));
    expect(items.length).toBe(5_000);
    expect(problems).toEqual([{ position: null, code: 'left_out', found: '95000' }]);
  });

  const LIST = {
    kind: 'html_list',
    settings: { selectors: { item: 'li', title: 'a', link: 'a@href', date: 'span' } },
  } as const;
  const JSON_ROWS = { kind: 'json', settings: { json: { rows: 'rows', title: 't' } } } as const;
  const row = '<ul><li><a href="/a">公告</a><span>2026-05-13</span></li></ul>';

  it.each<[string, string, Partial<Fetchable>, number | string]>([
    ['a page 100,000 elements deep', '<div>'.repeat(100_000) + row, LIST, 1],
    ['elements of 100,000 kinds inside each other', manyKinds() + row, LIST, 1],
    ['tables 100,000 deep', '<table><tr><td>'.repeat(100_000) + row, LIST, 1],
    ['14 MB without a blank', row + 'x'.repeat(14_000_000), LIST, 1],
    ['a title of 10 MB', `<li><a href="/a">${'长'.repeat(3_000_000)}</a></li>`, LIST, 1],
    [
      'JSON 100,000 lists deep',
      `{"rows":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      JSON_ROWS,
      'no_title',
    ],
    ['JSON with 300,000 rows', `{"rows":[${'{"t":"a"},'.repeat(300_000)}{"t":"a"}]}`, JSON_ROWS, 5_000],
    ['a page whose text is 100,000 deep', '<span>'.repeat(100_000) + '正文', { kind: 'page' }, 1],
  ])('survives %s', async (_, text, source, expected) => {
    expect(await entryCount(bytesOf(text), source)).toBe(expected);
  });

  it('ends a selector that tries everything with everything, and reads another source meanwhile', async () => {
    const both = createSourceReader({ deadline_ms: 4_000 });
    await Promise.all([readBy(both, bytesOf(row), LIST), readBy(both, bytesOf(row), LIST)]);
    const hostile = '<b></b>'.repeat(20_000);
    const slow = readBy(both, bytesOf(hostile), {
      kind: 'html_list',
      settings: { selectors: { item: 'u ~ b ~ b ~ b' } },
    });
    const others = [readBy(both, bytesOf(row), LIST), readBy(both, bytesOf(row), LIST)];
    const first = await Promise.race([slow.then(() => 'slow'), Promise.all(others).then(() => 'others')]);
    expect(first).toBe('others');
    expect(await slow).toMatchObject({ items: [], problems: [{ code: 'too_slow' }] });
    expect((await Promise.all(others)).map(({ items }) => items.length)).toEqual([1, 1]);
    await both.close();
  });

  it('ends a reading at its deadline and reads the next answer', async () => {
    const hasty = createSourceReader({ deadline_ms: 1 });
    const slow = await readBy(hasty, rss('<item><title>a</title></item>'));
    await hasty.close();
    expect(slow.problems).toEqual([{ position: null, code: 'too_slow', found: null }]);
    expect(await entryCount(rss('<item><title>a</title></item>'))).toBe(1);
  });

  it('survives an answer that takes all the memory there is', async () => {
    const small = createSourceReader({ heap_megabytes: 8 });
    const outcome = await readBy(small, rss('<item><title>a</title><x/></item>'.repeat(150_000)));
    await small.close();
    expect(outcome.problems).toEqual([{ position: null, code: 'crashed', found: null }]);
  });

  it('refuses more than 15 MB unread', async () => {
    expect(await entryCount(new Uint8Array(15 * 1024 * 1024 + 1))).toBe('too_large');
  });

  it('shows an original that nests without end, and reads its page', async () => {
    const bytes = bytesOf(`<html><body>${'<b>'.repeat(100_000)}公告<script>alert(1)</script></body></html>`);
    const shown = await reader.showOriginal(bytes, 'text/html');
    expect(shown.ok && shown.html).toContain('公告');
    expect(shown.ok && shown.html).not.toContain('script');
    const page = await reader.readPage({
      bytes,
      address: url,
      site: url,
      override: null,
      header: null,
      body_selector: null,
    });
    expect(page).toMatchObject({ ok: true, detail: { text: '公告' } });
  });

  it('answers several sources at once, each with its own', async () => {
    const titles = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const { items } = await readBy(reader, rss(`<item><title>${index}</title></item>`));
        return items[0]?.title;
      }),
    );
    expect(titles).toEqual(Array.from({ length: 20 }, (_, index) => String(index)));
  });
});

function manyKinds(): string {
  return Array.from({ length: 100_000 }, (_, index) => `<x-${index}>`).join('');
}
