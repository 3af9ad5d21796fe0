import { describe, expect, it } from 'vitest';
import { readInstant } from './instant.ts';

describe('readInstant', () => {
  // A short fraction looks like the day of a date with dots.
  it.each([
    ['46145.5', '2026-05-03T12:00:00+08:00'],
    ['46145.25', '2026-05-03T06:00:00+08:00'],
    ['46145.333333333', '2026-05-03T08:00:00+08:00'],
  ])('reads the serial number %s of a spreadsheet', (written, instant) => {
    expect(readInstant(written)).toMatchObject({ ok: true, instant_ms: Date.parse(instant) });
  });
});
