import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { decodeCursor, encodeCursor, pageFields, pageOf } from './page.ts';

const RUNS = process.env.LONG ? 5_000 : 200;
const KEY = z.tuple([z.string(), z.number()]);
const query = z.object(pageFields(KEY));

test('a cursor comes back as the key that it was made from', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), fc.integer(), (text, number) => {
      expect(decodeCursor(encodeCursor([text, number]), KEY)).toEqual({ ok: true, key: [text, number] });
    }),
    { numRuns: RUNS, seed: 20260513 },
  );
});

test.each([
  ['nonsense', 'abc'],
  ['other characters', 'a b+/='],
  ['another list', encodeCursor([1, 'x'])],
  ['too few values', encodeCursor(['x'])],
  ['something endless', 'a'.repeat(5_000)],
])('refuses %s as a cursor with a sentence', (_what, cursor) => {
  const parsed = query.safeParse({ cursor });
  expect(parsed.error?.issues).toMatchObject([
    { path: ['cursor'], message: 'is not a cursor of this list; leave it out to start with the newest' },
  ]);
});

test('a page has 50 rows unless said otherwise, and 500 at most', () => {
  expect(query.parse({})).toEqual({ limit: 50 });
  expect(query.parse({ limit: '500' }).limit).toBe(500);
  for (const limit of ['0', '501', '1.5', 'x']) expect(query.safeParse({ limit }).success).toBe(false);
});

test('walks a list to its end without losing or repeating a row', () => {
  const all = Array.from({ length: 23 }, (_, index) => ({ at: `t${99 - index}`, id: index }));
  const seen: number[] = [];
  let cursor: string | undefined;
  for (let turn = 0; turn < 10; turn += 1) {
    const asked = query.parse({ limit: '5', cursor });
    const from = asked.cursor ? all.findIndex((row) => row.id === asked.cursor?.[1]) + 1 : 0;
    const page = pageOf(all.slice(from, from + asked.limit + 1), asked.limit, (row) => [row.at, row.id]);
    seen.push(...page.items.map((row) => row.id));
    if (!page.next_cursor) break;
    cursor = page.next_cursor;
  }
  expect(seen).toEqual(all.map((row) => row.id));
});

test('a last page that is exactly full has no next one', () => {
  expect(pageOf([1, 2], 2, (row) => [row]).next_cursor).toBeNull();
  expect(pageOf([], 2, (row) => [row]).next_cursor).toBeNull();
});
