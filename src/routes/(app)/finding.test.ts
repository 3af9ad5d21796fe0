import { describe, expect, it } from 'vitest';
import type { HoursSummary } from '#lib/domain/clearance/overview.ts';
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

describe('findingOf', () => {
  it('says nothing without records', () => {
    expect(findingOf(null)).toEqual({ kind: 'nothing' });
  });

  it('compares by the share that the hours are under or over the baseline', () => {
    expect(findingOf(hours({}))).toMatchObject({ kind: 'faster', percent: 58.4 });
    expect(findingOf(hours({ faster_percent: -12 }))).toMatchObject({ kind: 'slower', percent: 12 });
    expect(findingOf(hours({ faster_percent: 0.6 }))).toMatchObject({ kind: 'same' });
  });

  it('never compares few records, even when a percentage came with them', () => {
    expect(findingOf(hours({ n: 2, is_small_n: true }))).toMatchObject({ kind: 'few', n: 2 });
  });

  it('does not compare where there is no comparable baseline', () => {
    expect(findingOf(hours({ faster_percent: null }))).toMatchObject({ kind: 'not_compared' });
  });
});
