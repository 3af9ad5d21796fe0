import { afterAll, describe, expect, it } from 'vitest';
import { createFeedReader } from './feed-reader.ts';

const reader = createFeedReader();
afterAll(() => reader.close());

const bytesOf = (text: string) => new TextEncoder().encode(text);
const rss = (inside: string) => bytesOf(`<rss version="2.0"><channel>${inside}</channel></rss>`);
const read = async (bytes: Uint8Array) =>
  (await reader.read(bytes, { address: 'https://notices.example/feed' })).result;

async function entryCount(bytes: Uint8Array): Promise<number | string> {
  const result = await read(bytes);
  return result.ok ? result.feed.entries.length : result.problem;
}

const lol = [...'123456789']
  .map((n) => `<!ENTITY lol${n} "${`&lol${Number(n) - 1 || ''};`.repeat(10)}">`)
  .join('');

describe('createFeedReader', () => {
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
  ])(
    'survives %s',
    async (_, bytes, expected) => {
      expect(await entryCount(bytes)).toBe(expected);
    },
    30_000,
  );

  it('keeps the first 5,000 of 100,000 entries and says how many it left out', async () => {
    const result = await read(rss('<item><title>a</title></item>'.repeat(100_000)));
    expect(result).toMatchObject({ ok: true, feed: { entries_left_out: 95_000 } });
    expect(result.ok && result.feed.entries.length).toBe(5_000);
  }, 30_000);

  it('ends a reading at its deadline and reads the next feed', async () => {
    const hasty = createFeedReader({ deadline_ms: 1 });
    const slow = await hasty.read(rss('<item><title>a</title></item>'), { address: null });
    await hasty.close();
    expect(slow).toEqual({ result: { ok: false, problem: 'too_slow' } });
    expect(await entryCount(rss('<item><title>a</title></item>'))).toBe(1);
  });

  it('survives a feed that takes all the memory there is', async () => {
    const small = createFeedReader({ heap_megabytes: 8 });
    const outcome = await small.read(rss('<item><title>a</title><x/></item>'.repeat(150_000)), {
      address: null,
    });
    await small.close();
    expect(outcome).toEqual({ result: { ok: false, problem: 'crashed' } });
  });

  it('refuses more than 15 MB unread', async () => {
    expect(await entryCount(new Uint8Array(15 * 1024 * 1024 + 1))).toBe('too_large');
  });

  it('answers several feeds at once, each with its own', async () => {
    const titles = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const result = await read(rss(`<item><title>${index}</title></item>`));
        return result.ok ? result.feed.entries[0]?.title : result.problem;
      }),
    );
    expect(titles).toEqual(Array.from({ length: 20 }, (_, index) => String(index)));
  });
});
