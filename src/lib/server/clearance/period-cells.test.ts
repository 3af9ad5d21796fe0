import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cellOfParts } from '#lib/domain/clearance/cell.ts';
import { ofEachMeasure } from '#lib/domain/clearance/measure.ts';
import type { DayGroup } from './day-groups.ts';
import { foldDays } from './fold-days.ts';
import { periodCells, shapesOf } from './period-cells.ts';

const NONE = new Int32Array(0);

/** 2026-05-01, a Friday: the days cross borders of weeks and of a month. */
const FIRST_DAY = 20_574;

const group = fc
  .record({
    day: fc.integer({ min: FIRST_DAY, max: FIRST_DAY + 40 }),
    customs_office: fc.constantFrom('3104', '3101', '0901'),
    category: fc.constantFrom('crib', 'walker', '-'),
    channel: fc.constantFrom('green', 'ordinary', '-'),
    is_extra: fc.boolean(),
    // Some groups alone have more values than an exact cell.
    seconds: fc.oneof(
      fc.array(fc.integer({ min: 0, max: 3_000_000 }), { maxLength: 8 }),
      fc.integer({ min: 1, max: 90_000 }).map((value) => Array.from({ length: 700 }, (_, at) => value + at)),
    ),
  })
  .map(({ seconds, ...key }): DayGroup => {
    const counts = {
      declared: 0,
      released: 0,
      inspected: 0,
      within_a_minute: 0,
      listed: 0,
      arrived: 0,
      prior: 0,
    };
    const values = Int32Array.from(seconds);
    return {
      ...key,
      ...counts,
      seconds: { ...ofEachMeasure(() => NONE), declared_to_released: values, arrived_to_declared: values },
    };
  });
const groups = fc.uniqueArray(group, {
  maxLength: 40,
  selector: ({ seconds: _, ...key }) => JSON.stringify(key),
});

it('merges from finer cells what the values of all days together give', () => {
  fc.assert(
    fc.property(groups, fc.constantFrom('month' as const, 'week' as const), (days, grain) => {
      const expected = (['arrived_to_declared', 'declared_to_released'] as const).flatMap((measure) =>
        shapesOf(grain, measure).flatMap((shape) =>
          foldDays(days, { grain, shape }).flatMap(({ key: { start: day, ...key }, groups: parts }) => {
            const cell = cellOfParts(parts.map(({ seconds }) => seconds[measure]));
            return cell ? [{ ...key, day, measure, shape, cell }] : [];
          }),
        ),
      );
      const name = (cell: object) => JSON.stringify({ ...cell, cell: null }, Object.keys(cell).toSorted());
      const sorted = (cells: readonly object[]) => cells.toSorted((a, b) => (name(a) < name(b) ? -1 : 1));
      expect(sorted(periodCells(days, grain))).toEqual(sorted(expected));
    }),
    { numRuns: process.env.LONG === '1' ? 1000 : 40 },
  );
});
