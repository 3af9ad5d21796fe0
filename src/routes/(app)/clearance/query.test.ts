import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STATISTICS, type Comparison } from '#lib/domain/clearance/dashboard.ts';
import { CHANNELS, DIRECTIONS, MEASURES, NOT_GIVEN } from '#lib/domain/clearance/measure.ts';
import { GRAINS } from '#lib/domain/clearance/period.ts';
import { RANGES } from '#lib/domain/clearance/time-range.ts';
import {
  CLEARANCE_QUERY_DEFAULT,
  CLEARANCE_SORTS,
  clearanceQuery,
  parseClearanceQuery,
  shownDays,
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
      comparison: { kind: 'office' as const, office: '3104' },
      is_ascending: true,
    };
    expect(clearanceQuery(query)).toBe('?from=2026-05-01&vs=3104&office=0901&channel=green&sort=-mean');
  });

  it('ignores days that do not exist and periods that run backwards', () => {
    expect(read('from=2026-02-30&to=yesterday')).toEqual(CLEARANCE_QUERY_DEFAULT);
    expect(read('from=2026-06-01&to=2026-05-01')).toEqual(CLEARANCE_QUERY_DEFAULT);
    expect(read('from=0000-01-01&to=9999-12-31')).toEqual(CLEARANCE_QUERY_DEFAULT);
  });

  it('ignores values of no known kind', () => {
    const nonsense =
      "range=soon&vs=31&office=310&district=3104&channel=red&m=speed&dir=up&by=hour&stat=mode&sort=-luck&rows=9&category=a'b";
    expect(read(nonsense)).toEqual(CLEARANCE_QUERY_DEFAULT);
  });

  it('lets days win over a named period', () => {
    expect(read('range=all&from=2026-05-01')).toMatchObject({ range: '12m', from: '2026-05-01', to: null });
  });

  it('keeps the named period of a form whose days nobody changed', () => {
    const shown = shownDays({ from: '2026-06-23', to: '2026-09-20' });
    const sent = `range=90d&shown=${shown}&from=2026-06-23&to=2026-09-20`;
    expect(read(sent)).toMatchObject({ range: '90d', from: null, to: null });
    expect(clearanceQuery(read(sent))).toBe('?range=90d');
  });

  it('takes the days of a form in which a day was changed', () => {
    const shown = shownDays({ from: '2026-06-23', to: '2026-09-20' });
    expect(read(`range=90d&shown=${shown}&from=2026-06-01&to=2026-09-20`)).toMatchObject({
      from: '2026-06-01',
      to: '2026-09-20',
    });
    expect(read(`range=90d&shown=${shown}&from=&to=2026-09-20`)).toMatchObject({
      from: null,
      to: '2026-09-20',
    });
  });

  it('ends the filter by a district that the office does not belong to', () => {
    expect(read('district=3100&office=3104')).toMatchObject({ district: '3100', office: '3104' });
    expect(read('district=5300&office=3104')).toMatchObject({ district: null, office: '3104' });
  });

  it('does not compare an office with itself', () => {
    expect(read('office=3104&vs=3104').comparison).toEqual({ kind: 'previous' });
  });

  it('reads back what it wrote', () => {
    const day = fc
      .date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
      .map((at) => at.toISOString().slice(0, 10));
    const days = fc
      .tuple(fc.option(day, { nil: null }), fc.option(day, { nil: null }))
      .map(([a, b]) => (a !== null && b !== null && a > b ? { from: b, to: a } : { from: a, to: b }));
    const period = fc.oneof(
      fc.constantFrom(...RANGES).map((range) => ({ range, from: null, to: null })),
      days.map((one) => ({ range: CLEARANCE_QUERY_DEFAULT.range, ...one })),
    );
    const comparison: fc.Arbitrary<Comparison> = fc.oneof(
      fc.constantFrom('none', 'baseline', 'previous', 'year').map((kind) => ({ kind })),
      fc.stringMatching(/^9\d{3}$/).map((office) => ({ kind: 'office' as const, office })),
    );
    const query = fc
      .record({
        period,
        comparison,
        measure: fc.constantFrom(...MEASURES),
        direction: fc.constantFrom(...DIRECTIONS),
        district: fc.option(fc.constant('3100'), { nil: null }),
        office: fc.option(fc.stringMatching(/^31\d{2}$/), { nil: null }),
        category: fc.option(fc.oneof(fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/), fc.constant(NOT_GIVEN)), {
          nil: null,
        }),
        channel: fc.option(fc.constantFrom(...CHANNELS, NOT_GIVEN), { nil: null }),
        grain: fc.option(fc.constantFrom(...GRAINS), { nil: null }),
        statistic: fc.constantFrom(...STATISTICS),
        sort: fc.constantFrom(...CLEARANCE_SORTS),
        is_ascending: fc.boolean(),
        shows_all: fc.boolean(),
      })
      .map(({ period: one, ...rest }) => ({ ...rest, ...one }));
    fc.assert(
      fc.property(query, (one) => {
        expect(read(clearanceQuery(one))).toEqual(one);
      }),
      { seed: 412, numRuns },
    );
  });

  it('never fails, whatever the address holds, and settles at once', () => {
    const key = fc.constantFrom(
      'range',
      'from',
      'to',
      'shown',
      'vs',
      'm',
      'office',
      'district',
      'sort',
      'by',
    );
    const noise = fc.array(
      fc.tuple(key, fc.oneof(fc.string(), fc.constantFrom('3104', '-n', '2026-05-01', 'all'))),
    );
    fc.assert(
      fc.property(noise, (pairs) => {
        const once = clearanceQuery(parseClearanceQuery(new URLSearchParams(pairs)));
        expect(clearanceQuery(read(once))).toBe(once);
      }),
      { seed: 412, numRuns },
    );
  });
});
