import { describe, expect, it } from 'vitest';
import { PAGE_ROWS, pageAddress, pageWithin } from './page-within.ts';

const at = (query: string) => new URL(`http://127.0.0.1/eligibility/materials${query}`);

describe('a page of materials', () => {
  it('begins where the one before ended', () => {
    expect(pageWithin(at('?page=2'), PAGE_ROWS + 1)).toEqual({ number: 2, last: 2, offset: PAGE_ROWS });
    expect(pageWithin(at('?page=2'), PAGE_ROWS)).toEqual({ number: 1, last: 1, offset: 0 });
  });

  it.each(['', '?page=0', '?page=-1', '?page=1.5', '?page=two', `?page=${'9'.repeat(400)}`])(
    'is the first for %j',
    (query) => {
      expect(pageWithin(at(query), 1_000)).toMatchObject({ number: 1, offset: 0 });
    },
  );

  it('is the last when a later one is asked for, and the first of nothing', () => {
    expect(pageWithin(at('?page=999'), 101)).toMatchObject({ number: 3, last: 3 });
    expect(pageWithin(at('?page=7'), 0)).toEqual({ number: 1, last: 1, offset: 0 });
  });

  it('is kept by its forms', () => {
    expect(pageAddress(at('?/ask&page=3'))).toBe('/eligibility/materials?page=3');
    expect(pageAddress(at('?/ask'))).toBe('/eligibility/materials');
  });
});
