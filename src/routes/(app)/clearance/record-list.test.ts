import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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

  it('ignores what it cannot read', () => {
    expect(parseList(new URLSearchParams('kind=king&order=up&over=-1'))).toEqual(LIST_DEFAULT);
  });

  it('reads back what it wrote, beside the query', () => {
    const list = fc.record({
      kind: fc.constantFrom(...KINDS, null),
      over_seconds: fc.option(fc.nat(999_999_999), { nil: null }),
      district: fc.constantFrom('3100', null),
      order: fc.constantFrom(...ORDERS),
      after: fc.option(fc.stringMatching(/^[\w-]{1,40}$/), { nil: null }),
    });
    fc.assert(
      fc.property(list, (one) => {
        const query = { ...CLEARANCE_QUERY_DEFAULT, office: '0901' };
        const params = paramsOf(listAddress(query, one));
        expect(parseList(params)).toEqual(one);
        expect(parseClearanceQuery(params)).toEqual(query);
      }),
      { seed: 412 },
    );
  });
});
