import { describe, expect, it } from 'vitest';
import { parseAllFirmsQuery, spanOf } from './query.ts';

describe('the query of all firms', () => {
  it('is read from the address, and what cannot be read is ignored', () => {
    const read = (text: string) => parseAllFirmsQuery(new URLSearchParams(text));
    expect(read('months=36&m=arrived_to_released&dir=import')).toEqual({
      months: 36,
      measure: 'arrived_to_released',
      direction: 'import',
    });
    expect(read('months=7&m=gacc_overall&dir=up')).toEqual(read(''));
  });

  it.each([
    [12, '2026-11-25', '2025-12-01'],
    [3, '2026-01-31', '2025-11-01'],
    [36, '2024-02-29', '2021-03-01'],
  ])('covers %i months up to %s', (months, today, from) => {
    expect(spanOf(months, today)).toEqual({ from, to: today });
  });
});
