import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHANNELS, DIRECTIONS, MEASURES } from '#lib/domain/clearance/measure.ts';
import {
  CLEARANCE_QUERY_DEFAULT,
  CLEARANCE_SORTS,
  clearanceQuery,
  parseClearanceQuery,
  parseNarrowed,
  recordsAddress,
} from './query.ts';

const numRuns = process.env.LONG ? 5000 : 100;
const read = (query: string) => parseClearanceQuery(new URLSearchParams(query));

describe('the address of the clearance page', () => {
  it('is empty when everything is default', () => {
    expect(clearanceQuery(CLEARANCE_QUERY_DEFAULT)).toBe('');
    expect(read('')).toEqual(CLEARANCE_QUERY_DEFAULT);
  });

  it('uses short keys and leaves defaults out', () => {
    const query = {
      ...CLEARANCE_QUERY_DEFAULT,
      from: '2026-05-01',
      office: '0901',
      channel: 'green' as const,
    };
    expect(clearanceQuery(query)).toBe('?from=2026-05-01&office=0901&channel=green');
  });

  it('ignores days that do not exist and periods that run backwards', () => {
    expect(read('from=2026-02-30&to=yesterday')).toEqual(CLEARANCE_QUERY_DEFAULT);
    expect(read('from=2026-06-01&to=2026-05-01')).toEqual(CLEARANCE_QUERY_DEFAULT);
  });

  it('ignores values of no known kind', () => {
    expect(read("office=310&channel=red&m=speed&dir=up&sort=luck&category=a'b")).toEqual(
      CLEARANCE_QUERY_DEFAULT,
    );
  });

  it('reads back what it wrote', () => {
    const day = fc
      .date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
      .map((at) => at.toISOString().slice(0, 10));
    const query = fc
      .record({
        period: fc.option(fc.tuple(day, day), { nil: null }),
        measure: fc.constantFrom(...MEASURES),
        direction: fc.constantFrom(...DIRECTIONS),
        office: fc.option(fc.stringMatching(/^\d{4}$/), { nil: null }),
        category: fc.option(fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/), { nil: null }),
        channel: fc.option(fc.constantFrom(...CHANNELS), { nil: null }),
        sort: fc.constantFrom(...CLEARANCE_SORTS),
      })
      .map(({ period, ...rest }) => {
        const [from = null, to = null] = period ? [...period].sort() : [];
        return { ...rest, from, to };
      });
    fc.assert(
      fc.property(query, (one) => {
        expect(read(clearanceQuery(one))).toEqual(one);
      }),
      { seed: 412, numRuns },
    );
  });

  it('never fails, whatever the address holds', () => {
    fc.assert(
      fc.property(fc.string(), (noise) => {
        expect(() => read(noise)).not.toThrow();
      }),
      { seed: 412, numRuns },
    );
  });
});

describe('the address of a list of records', () => {
  it('carries the query, and the order only when it is not the newest', () => {
    const query = { ...CLEARANCE_QUERY_DEFAULT, office: '3104' };
    expect(recordsAddress(CLEARANCE_QUERY_DEFAULT)).toBe('/clearance/records');
    expect(recordsAddress(query, { order: 'newest' })).toBe('/clearance/records?office=3104');
    expect(recordsAddress(query, { order: 'slowest', after: 'abc' })).toBe(
      '/clearance/records?office=3104&order=slowest&after=abc',
    );
  });

  it('keeps what narrows the list, and ignores what cannot be read', () => {
    const address = recordsAddress(CLEARANCE_QUERY_DEFAULT, { over_seconds: 90_000, district: '3100' });
    expect(address).toBe('/clearance/records?district=3100&over=90000');
    expect(parseNarrowed(new URL(address, 'http://x').searchParams)).toEqual({
      over_seconds: 90_000,
      district: '3100',
    });
    expect(parseNarrowed(new URLSearchParams('over=-1&district=31'))).toEqual({});
  });
});
