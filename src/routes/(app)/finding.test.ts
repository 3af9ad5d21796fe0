import { describe, expect, it } from 'vitest';
import type { ComparedBaseline, HoursSummary } from '#lib/domain/clearance/overview.ts';
import { findingOf } from './finding.ts';

const hours = (part: Partial<HoursSummary>): HoursSummary => ({
  measure: 'declared_to_released',
  direction: 'export',
  from: '2026-05-01',
  to: '2026-05-28',
  n: 214,
  mean_hours: 4.6,
  p50_hours: 4.1,
  p90_hours: 7,
  p95_hours: 8,
  min_hours: 0.1,
  max_hours: 30,
  quantiles: 'exact',
  baseline: null,
  faster_percent: 58.4,
  is_small_n: false,
  ...part,
});

/** Derived: rounding of the reported figures alone leaves 10.78 to 11.33 h. */
const DERIVED: ComparedBaseline = {
  id: 'b-1',
  measure: 'declared_to_released',
  direction: 'export',
  population: 'National average',
  population_zh: null,
  period_from: null,
  period_to: null,
  hours: 11.05,
  hours_low: 10.78,
  hours_high: 11.33,
  is_derived: true,
  derivation: null,
  derivation_zh: null,
  is_default: true,
  definition_confirmed: false,
  source_title: 'News report',
  source_title_zh: null,
  source_url: null,
  note: null,
  note_zh: null,
  comparable: true,
  why_not: null,
};

describe('findingOf', () => {
  it('says nothing without records', () => {
    expect(findingOf(null)).toEqual({ kind: 'nothing' });
  });

  it('compares by the share that the hours are under or over the baseline', () => {
    expect(findingOf(hours({}))).toMatchObject({ kind: 'faster', percent: 58.4 });
    expect(findingOf(hours({ faster_percent: -12 }))).toMatchObject({ kind: 'slower', percent: 12 });
    expect(findingOf(hours({ faster_percent: 0.6 }))).toMatchObject({ kind: 'same' });
  });

  it('calls hours within the range that a derived baseline leaves neither faster nor slower', () => {
    const beside = { baseline: DERIVED, faster_percent: -2.3 };
    expect(findingOf(hours({ ...beside, mean_hours: 11.3 }))).toMatchObject({ kind: 'same' });
    expect(findingOf(hours({ ...beside, mean_hours: 11.4 }))).toMatchObject({ kind: 'slower' });
  });

  it('never compares few records, even when a percentage came with them', () => {
    expect(findingOf(hours({ n: 2, is_small_n: true }))).toMatchObject({ kind: 'few', n: 2 });
  });

  it('does not compare where there is no comparable baseline', () => {
    expect(findingOf(hours({ faster_percent: null }))).toMatchObject({ kind: 'not_compared' });
  });
});
