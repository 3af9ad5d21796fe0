import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STAGES } from '#lib/domain/clearance/measure.ts';
import { CLEARANCE_QUERY_DEFAULT, parseClearanceQuery } from './query.ts';
import { KINDS, LIST_DEFAULT, listAddress, ORDERS, parseList } from './record-list.ts';

const paramsOf = (address: string) => new URL(address, 'http://x').searchParams;

describe('the address of a list of records', () => {
  it('leaves defaults out', () => {
    expect(listAddress(CLEARANCE_QUERY_DEFAULT, LIST_DEFAULT)).toBe('/clearance/records');
    expect(listAddress({ ...CLEARANCE_QUERY_DEFAULT, channel: 'green' }, { kind: 'inspected' })).toBe(
      '/clearance/records?channel=green&kind=inspected',
    );
  });

  it('carries the filters of the page, and not how it draws and sorts', () => {
    const query = {
      ...CLEARANCE_QUERY_DEFAULT,
      district: '3100',
      statistic: 'p90' as const,
      grain: 'day' as const,
      sort: 'n' as const,
      shows_all: true,
      comparison: { kind: 'year' as const },
    };
    expect(listAddress(query, { order: 'slowest' })).toBe('/clearance/records?district=3100&order=slowest');
  });

  it('ignores what it cannot read', () => {
    expect(parseList(new URLSearchParams('kind=king&order=up&over=-1&stage=declared_to_released'))).toEqual(
      LIST_DEFAULT,
    );
  });

  it('reads back what it wrote, beside the query', () => {
    const list = fc.record({
      kind: fc.constantFrom(...KINDS, null),
      over_seconds: fc.option(fc.nat(999_999_999), { nil: null }),
      under_seconds: fc.option(fc.nat(999_999_999), { nil: null }),
      stage: fc.constantFrom(...STAGES, null),
      order: fc.constantFrom(...ORDERS),
      after: fc.option(fc.stringMatching(/^[\w-]{1,40}$/), { nil: null }),
    });
    fc.assert(
      fc.property(list, (one) => {
        const query = { ...CLEARANCE_QUERY_DEFAULT, district: '0900', office: '0901' };
        const params = paramsOf(listAddress(query, one));
        expect(parseList(params)).toEqual(one);
        expect(parseClearanceQuery(params)).toEqual(query);
      }),
      { seed: 412 },
    );
  });
});
