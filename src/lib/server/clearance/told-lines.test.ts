import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ToldLines } from './told-lines.ts';

const RUNS = process.env.LONG ? 500 : 30;

describe('the lines that told something again', () => {
  it('are found by declaration and item, the first line first, however many there are', () => {
    const told = fc.record({
      serial: fc.integer({ min: 0, max: 6000 }),
      office: fc.constantFrom('3104', '5304'),
      item_no: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(told, { maxLength: 5000, size: 'max' }), (all) => {
        const lines = new ToldLines();
        const expected = new Map<string, number>();
        for (const [index, { serial, office, item_no }] of all.entries()) {
          const declaration_no = `${office}20260${String(serial).padStart(9, '0')}`;
          const name = `${declaration_no} ${item_no}`;
          if (!expected.has(name)) expected.set(name, index + 2);
          lines.add({ declaration_no, item_no, line: index + 2 });
        }
        for (const [name, line] of expected) {
          const [declaration_no = '', item_no] = name.split(' ');
          expect(lines.find(declaration_no, Number(item_no))).toBe(line);
        }
        expect(lines.find('310420260000006001', 1)).toBe(null);
        expect(lines.find('990020260000000001', 1)).toBe(null);
      }),
      { numRuns: RUNS },
    );
  });
});
