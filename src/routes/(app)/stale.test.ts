import { describe, expect, it } from 'vitest';
import { daysBehind, isStale } from './stale.ts';

describe('how old the data are', () => {
  it('is counted in days of China, not of the reader', () => {
    expect(daysBehind(new Date('2026-09-20T15:59:59Z'), '2026-09-20')).toBe(0);
    expect(daysBehind(new Date('2026-09-20T16:00:00Z'), '2026-09-20')).toBe(1);
  });

  it('is worth a word only after a weekend', () => {
    // Friday's declarations on Monday morning, and on Tuesday.
    expect(isStale(daysBehind(new Date('2026-09-21T01:00:00Z'), '2026-09-18'))).toBe(false);
    expect(isStale(daysBehind(new Date('2026-09-22T01:00:00Z'), '2026-09-18'))).toBe(true);
  });
});
