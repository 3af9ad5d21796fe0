import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextDelaySeconds, RETRY_AFTER_MAX_SECONDS, retryAfterSeconds } from './retry.ts';

const steps = [
  { attempt: 1, delay_seconds: 5 },
  { attempt: 2, delay_seconds: 300 },
];

test('stays within a fifth of the step, whatever chance says', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (random) => {
      const delay = nextDelaySeconds(steps, { attempt: 2, random, retry_after_seconds: null });
      expect(delay).toBeGreaterThanOrEqual(240);
      expect(delay).toBeLessThanOrEqual(360);
    }),
  );
});

test('ends after the last step', () => {
  expect(nextDelaySeconds(steps, { attempt: 3, random: 0.5, retry_after_seconds: 1 })).toBeNull();
});

test('waits as long as the receiver asks, never less than the step and never beyond a day', () => {
  const after = (retry_after_seconds: number) =>
    nextDelaySeconds(steps, { attempt: 1, random: 0.5, retry_after_seconds });
  expect(after(1)).toBe(5);
  expect(after(120)).toBe(120);
  expect(after(9_999_999)).toBe(RETRY_AFTER_MAX_SECONDS);
});

test.each([
  ['120', 120],
  ['Wed, 13 May 2026 01:01:00 GMT', 60],
  ['Wed, 13 May 2026 00:00:00 GMT', 0],
  ['-5', null],
  ['soon', null],
  ['2026', 2026],
  [undefined, null],
])('reads Retry-After %j as %j seconds', (written, seconds) => {
  expect(retryAfterSeconds(written, new Date('2026-05-13T01:00:00Z'))).toBe(seconds);
});
