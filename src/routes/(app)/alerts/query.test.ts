import { expect, test } from 'vitest';
import { INBOX_VIEWS, inboxAddress, readInboxQuery } from './query.ts';

const ID = '0b4f4a0e-3c55-4b8e-9d1c-2f6d3f1f8a77';

test('an address is read back as it was written', () => {
  for (const view of INBOX_VIEWS)
    for (const id of [null, ID]) {
      const address = new URL(inboxAddress({ view, id }), 'http://x');
      expect(readInboxQuery(address.searchParams)).toEqual({ view, id });
    }
});

test('bad input opens what is open', () => {
  expect(readInboxQuery(new URLSearchParams('view=eaten&id=1;drop'))).toEqual({ view: 'open', id: null });
  expect(inboxAddress({ view: 'open', id: null })).toBe('/alerts');
});
