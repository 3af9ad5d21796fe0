import { expect, it } from 'vitest';
import { coverageOf, type WatchOutcome } from './coverage.ts';

const at = (time: string) => new Date(`2026-05-13T${time}:00+08:00`);
const interval = (outcome: WatchOutcome, from: string, to: string, is_late: boolean | null = null) => ({
  outcome,
  is_late,
  from_at: at(from),
  to_at: at(to),
  checks: 1,
});
const range = { from_at: at('00:00'), to_at: at('12:00'), bridge_minutes: 120, promised_until: null };

it('bridges the rest between checks and nothing longer', () => {
  const found = coverageOf(
    [interval('watched', '01:00', '03:00'), interval('watched', '04:30', '08:00')],
    range,
  );
  expect(found.watched_seconds).toBe(7 * 3600);
  expect(found.gaps).toEqual([
    { from_at: at('00:00'), to_at: at('01:00'), reason: 'not_watched' },
    { from_at: at('08:00'), to_at: at('12:00'), reason: 'not_watched' },
  ]);
});

it('names what kept it from being watched, until it was watched again', () => {
  const found = coverageOf(
    [
      interval('watched', '00:00', '02:00'),
      interval('blocked', '03:00', '05:00'),
      interval('watched', '06:00', '12:00'),
    ],
    range,
  );
  // The last good check vouches until the wall was met, the wall until the next good check.
  expect(found.gaps).toEqual([{ from_at: at('03:00'), to_at: at('06:00'), reason: 'blocked' }]);
  expect(found.share).toBeCloseTo(0.75);
});

it('adds up to the whole time, and counts what was imported as a moment', () => {
  const found = coverageOf(
    [interval('imported', '02:00', '02:00'), interval('failing', '03:00', '04:00')],
    range,
  );
  const missing =
    found.gaps.reduce((sum, gap) => sum + gap.to_at.getTime() - gap.from_at.getTime(), 0) / 1000;
  expect(found.watched_seconds + missing).toBe(12 * 3600);
  expect(found.imports).toEqual([at('02:00')]);
});

it('takes a check that came later than promised for a gap, however short, and any other rest for none', () => {
  const found = coverageOf(
    [
      interval('watched', '00:00', '02:00'),
      interval('watched', '02:20', '05:00', true),
      interval('failing', '09:00', '09:00', false),
      interval('watched', '09:05', '11:30', false),
    ],
    { ...range, promised_until: at('12:10') },
  );
  expect(found.gaps).toEqual([
    { from_at: at('02:00'), to_at: at('02:20'), reason: 'not_watched' },
    { from_at: at('09:00'), to_at: at('09:05'), reason: 'failing' },
  ]);
});

it('vouches after the last check as long as the next one was promised', () => {
  const watched = [interval('watched', '00:00', '11:00', false)];
  const until = (promised_until: Date) => coverageOf(watched, { ...range, promised_until }).gaps;
  expect(until(at('12:01'))).toEqual([]);
  expect(until(at('11:59'))).toEqual([{ from_at: at('11:00'), to_at: at('12:00'), reason: 'not_watched' }]);
});
