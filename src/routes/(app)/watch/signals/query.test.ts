import { describe, expect, it } from 'vitest';
import { inboxQuery, parseInboxQuery } from './query.ts';

const ID = '0f0f0f0f-0f0f-4f0f-8f0f-0f0f0f0f0f0f';
const read = (query: string) => parseInboxQuery(new URLSearchParams(query));

describe('the query of the inbox', () => {
  it.each([
    '',
    '?view=archive',
    '?view=dismissed&pending=sac-clause-4.12',
    `?pending=national-template&at=${ID}`,
    `?view=archive&order=score&at=${ID}`,
  ])('comes back as it was: %j', (query) => {
    expect(inboxQuery(read(query))).toBe(query);
  });

  it('ignores what it cannot read', () => {
    expect(read('?view=all&pending=../x&order=up&at=1')).toEqual({
      view: 'open',
      pending: null,
      order: 'time',
      at: null,
    });
  });
});
