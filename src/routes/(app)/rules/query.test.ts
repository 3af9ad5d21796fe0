import { describe, expect, it } from 'vitest';
import { parseReaderQuery, parseRulesQuery, readerQuery } from './query.ts';

const A = '00000000-0000-4000-8000-000000000001';
const B = '00000000-0000-4000-8000-000000000002';

describe('the query of the reader', () => {
  it.each([
    '',
    '?on=2026-11-01',
    '?known=2026-09-21T00%3A10%3A00.000Z',
    `?on=2026-11-01&known=2026-09-21T00%3A10%3A00.000Z&from=${A}&to=${B}`,
  ])('comes back as it was: %s', (search) => {
    expect(readerQuery(parseReaderQuery(new URLSearchParams(search)))).toBe(search);
  });

  it('reads a time of a form field as that of China', () => {
    const { known_at } = parseReaderQuery(new URLSearchParams('known=2026-09-21T08:10'));
    expect(known_at?.toISOString()).toBe('2026-09-21T00:10:00.000Z');
  });

  it.each(['?on=2026-02-30', '?on=x', '?known=soon', `?from=${A}`, `?from=${A}&to=x`])(
    'ignores %s',
    (search) => {
      expect(readerQuery(parseReaderQuery(new URLSearchParams(search)))).toBe('');
    },
  );

  it('ignores a kind that does not exist', () => {
    expect(parseRulesQuery(new URLSearchParams('kind=poem&q=%20a%20'))).toEqual({ q: 'a', kind: null });
  });
});
