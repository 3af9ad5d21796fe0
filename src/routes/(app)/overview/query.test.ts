import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PERIODS, overviewQuery, parseOverviewQuery } from './query.ts';

const read = (query: string) => parseOverviewQuery(new URLSearchParams(query));

describe('the address of the overview', () => {
  it('leaves defaults out', () => {
    expect(overviewQuery({ weeks: 4, view: null })).toBe('/overview');
    expect(overviewQuery({ weeks: 12, view: 'executive' })).toBe('/overview?weeks=12&view=executive');
  });

  it('ignores what it cannot read', () => {
    expect(read('weeks=5&view=king')).toEqual({ weeks: 4, view: null });
    expect(read('weeks=12.0&view=')).toEqual({ weeks: 4, view: null });
  });

  it('reads back what it wrote', () => {
    const query = fc.record({
      weeks: fc.constantFrom(...PERIODS),
      view: fc.constantFrom('executive' as const, 'manager' as const, null),
    });
    fc.assert(
      fc.property(query, (one) => {
        expect(read(overviewQuery(one).split('?')[1] ?? '')).toEqual(one);
      }),
      { seed: 412 },
    );
  });
});
