import { describe, expect, it } from 'vitest';
import {
  BASELINE_MEASURES,
  CELL_MEASURES,
  COHORT_FIRMS_MIN,
  EXACT_N_MAX,
  MEASURE_OF_CUSTOMS,
  MEASURES,
  ofEachMeasure,
} from './measure.ts';

describe('the measures', () => {
  it('are those of the published contract', () => {
    expect(MEASURES).toEqual(['declared_to_released', 'arrived_to_released', 'declared_to_inspected']);
  });

  it('leave the series of Customs out of everything that is measured here', () => {
    const measured: readonly string[] = CELL_MEASURES;
    expect(measured).not.toContain(MEASURE_OF_CUSTOMS);
    expect(BASELINE_MEASURES).toContain(MEASURE_OF_CUSTOMS);
  });

  it('are each given something, once', () => {
    expect(Object.keys(ofEachMeasure((measure) => measure)).sort()).toEqual([...CELL_MEASURES].sort());
    expect(Object.entries(ofEachMeasure((measure) => measure)).every(([name, value]) => name === value)).toBe(
      true,
    );
  });

  it('keep the promises: exact up to 1,000 values, five firms at least', () => {
    expect([EXACT_N_MAX, COHORT_FIRMS_MIN]).toEqual([1000, 5]);
  });
});
