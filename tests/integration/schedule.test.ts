import { validate } from 'node-cron';
import { expect, it } from 'vitest';
import { schedule } from '../../jobs/schedule.ts';

it('names every job once, at times that the scheduler reads', () => {
  expect(schedule.filter(({ cron }) => !validate(cron))).toEqual([]);
  expect(new Set(schedule.map(({ name }) => name)).size).toBe(schedule.length);
});
