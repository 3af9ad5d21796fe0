import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shipment } from '../../../../tests/bench/shipments.ts';
import { decisionRequestSchema } from './decision-request.ts';
import { isPlainRequest } from './plain-request.ts';

/** Every place of a question: the path to it, and what stands there. */
function placesOf(value: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [[...path]];
  const inner = Object.entries(value).flatMap(([name, one]) =>
    placesOf(one, [...path, Array.isArray(value) ? Number(name) : name]),
  );
  return [[...path], ...inner];
}

/** The question with another value at one place, or without it, or with a field that nobody knows. */
function changed(value: unknown, path: readonly (string | number)[], change: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return change;
  if (Array.isArray(value))
    return value.flatMap((one: unknown, index) => {
      if (index !== name) return [one];
      const next = changed(one, rest, change);
      return next === undefined ? [] : [next];
    });
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, one]): [string, unknown][] => {
    if (key !== name) return [[key, one]];
    const next = changed(one, rest, change);
    return next === undefined ? [] : [[key, next]];
  });
  return Object.fromEntries(entries);
}

const STRANGE = [
  undefined,
  null,
  '',
  'x',
  'x'.repeat(201),
  'x'.repeat(501),
  0,
  -1.5,
  1e999,
  true,
  [],
  {},
  '2026-02-29',
  '2026-08-01',
  '31040',
  '\ud800',
  { cnas_id: 'CNAS L1' },
  { site: 'A', cnas_id: 'CNAS L1' },
  { cnas_id: 'CNAS L1', more: 1 },
  { phthalate_free: true, flame_retardants: 'none' },
  { flame_retardants: 'none', phthalate_free: true },
  { contents: [{ substance: 'lead', content: '< 5 ppm' }] },
  { contents: [{ content: 5, substance: 'lead' }] },
];

test('whatever is taken as plain is what the schema makes of it, to the byte', () => {
  let plain = 0;
  const shipments = fc.integer({ min: 0, max: 5_000 }).map((n) => shipment(n));
  fc.assert(
    fc.property(shipments, fc.nat(), fc.nat(), fc.constantFrom(...STRANGE), (one, at, turns, strange) => {
      const places = placesOf(one);
      const path = places[at % places.length] ?? [];
      const value = turns % 5 === 0 ? one : changed(one, path, strange);
      const parsed = decisionRequestSchema.safeParse(value);
      if (!isPlainRequest(value)) return;
      plain += 1;
      expect(parsed.success).toBe(true);
      for (const part of ['product', 'report', 'materials'] as const)
        expect(JSON.stringify(value[part])).toBe(JSON.stringify(parsed.data?.[part]));
      for (const part of ['reference', 'declaration_date', 'customs_office', 'known_at'] as const)
        expect(value[part] ?? null).toBe(parsed.data?.[part] ?? null);
    }),
    { numRuns: process.env.LONG ? 50_000 : 2_000 },
  );
  expect(plain).toBeGreaterThan(300);
});

test('what is sent in another order, with other fields, or by id is left to the schema', () => {
  const whole = shipment(1);
  const { category, ...product } = whole.product;
  expect(isPlainRequest(whole)).toBe(true);
  expect(isPlainRequest({ ...whole, product: { ...product, category } })).toBe(false);
  expect(isPlainRequest({ ...whole, product: { ...whole.product, colour: 'red' } })).toBe(false);
  expect(isPlainRequest({ ...whole, report_id: 'f8c4…' })).toBe(false);
  expect(isPlainRequest({ ...whole, known_at: '2026-08-01T00:00:00Z' })).toBe(false);
});
