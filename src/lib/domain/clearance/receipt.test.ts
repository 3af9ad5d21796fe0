import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDeclarationNo } from '#lib/domain/text/declaration-no.ts';
import { foldReceipts, RECEIPT_EVENTS, type ReceiptFact, type ReceiptReading } from './receipt.ts';

const RUNS = process.env.LONG ? 20_000 : 300;
const read = readDeclarationNo('310420260000742108');
if (!read.ok) throw new Error(read.problem);
const NUMBER = read.value;

const READINGS = {
  '7': { event: 'submitted', reopens: false },
  L: { event: 'accepted', reopens: false },
  E: { event: 'rejected', reopens: false },
  C: { event: 'inspect', reopens: false },
  M: { event: 'hold', reopens: true },
  H: { event: 'hold', reopens: false },
  P: { event: 'released', reopens: false },
  D: { event: 'void', reopens: true },
  X: { event: 'gate', reopens: false },
  R: { event: 'closed', reopens: false },
} as const satisfies Record<string, ReceiptReading>;

/** Minutes after 08:00 of one day. */
const at = (minutes: number) => Date.UTC(2026, 4, 14, 0, minutes);

/** `L0 C60 P120`: codes with the minute at which each came. */
function facts(written: string): ReceiptFact[] {
  return written.split(' ').map((part) => {
    const code = part.charAt(0);
    const reading = Object.entries(READINGS).find(([known]) => known === code)?.[1];
    if (!reading) throw new Error(part);
    return {
      notice_at: at(Number(part.slice(1))),
      reading,
      declared_at: null,
      is_declared_day: false,
      customs_office: null,
    };
  });
}

const fold = (written: string) => foldReceipts(NUMBER, facts(written));

describe('the record of receipts', () => {
  it('goes from acceptance over the inspection notice to release', () => {
    expect(fold('L0 C60 P120 R5000')).toEqual({
      customs_office: '3104',
      declared_at: at(0),
      is_declared_day: false,
      inspection_notified_at: at(60),
      released_at: at(120),
      is_reopened: false,
      is_closed_unreleased: false,
      is_release_too_early: false,
    });
  });

  it('takes the first release, not a repeated one', () => {
    expect(fold('L0 P120 P180').released_at).toBe(at(120));
  });

  it('reopens when the declaration is deleted after release', () => {
    expect(fold('L0 P120 D180')).toMatchObject({ released_at: null, is_reopened: true });
    expect(fold('L0 P120 D180 P240')).toMatchObject({ released_at: at(240), is_reopened: false });
  });

  it('waits for the release after a new review, and not after a mere hold', () => {
    expect(fold('L0 P120 M180 P240').released_at).toBe(at(240));
    expect(fold('L0 P120 H180').released_at).toBe(at(120));
  });

  it('forgets the inspection of a declaration that was deleted', () => {
    expect(fold('L0 C60 D90 L100 P120').inspection_notified_at).toBe(null);
    expect(fold('L0 C60 M90 P120').inspection_notified_at).toBe(at(60));
  });

  it('never takes closing for release', () => {
    expect(fold('L0 R5000')).toMatchObject({ released_at: null, is_closed_unreleased: true });
  });

  it('begins at the acceptance that stood', () => {
    expect(fold('L0 E30 L60 P120').declared_at).toBe(at(60));
    expect(fold('L0 E30').declared_at).toBe(at(0));
    expect(fold('70 L5').declared_at).toBe(at(5));
    expect(fold('70 P50').declared_at).toBe(at(0));
    expect(fold('P50').declared_at).toBe(null);
  });

  it('takes the declaration time that receipts repeat, the newest, before acceptance', () => {
    const [accepted, released] = facts('L5 P120');
    if (!accepted || !released) throw new Error('two receipts');
    const told = (fact: ReceiptFact, declared_at: number, is_declared_day = false) => ({
      ...fact,
      declared_at,
      is_declared_day,
    });
    const declared = (...list: ReceiptFact[]) => foldReceipts(NUMBER, list);
    expect(declared(told(accepted, at(1)), told(released, at(2))).declared_at).toBe(at(2));
    expect(declared(told(accepted, at(-480), true), released)).toMatchObject({
      declared_at: at(5),
      is_declared_day: false,
    });
    expect(declared(told(released, at(-480), true))).toMatchObject({
      declared_at: at(-480),
      is_declared_day: true,
    });
  });

  it('does not count a release before the declaration as negative hours', () => {
    expect(fold('P0 L60')).toMatchObject({ released_at: null, is_release_too_early: true });
  });

  it('takes a review of the same second before the release, and a deletion after it', () => {
    expect(fold('L0 M60 P60').released_at).toBe(at(60));
    expect(fold('L0 D60 P60').released_at).toBe(null);
  });

  it('names the office of the newest receipt that has one', () => {
    const [first, second] = facts('L0 P60');
    if (!first || !second) throw new Error('two receipts');
    const list = [
      { ...first, customs_office: '3101' },
      { ...second, customs_office: '3105' },
    ];
    expect(foldReceipts(NUMBER, list).customs_office).toBe('3105');
  });
});

const fact = fc.record<ReceiptFact>({
  // Few instants, so that many receipts fall on the same one.
  notice_at: fc.integer({ min: 0, max: 6 }).map(at),
  reading: fc.record({ event: fc.constantFrom(...RECEIPT_EVENTS), reopens: fc.boolean() }),
  declared_at: fc.option(fc.integer({ min: -3, max: 3 }).map(at)),
  is_declared_day: fc.boolean(),
  customs_office: fc.option(fc.constantFrom('3101', '3104', '3105')),
});

describe('receipts in any order', () => {
  it('come to the same record, also when some come twice', () => {
    fc.assert(
      fc.property(
        fc
          .array(fact, { maxLength: 12 })
          .chain((list) =>
            fc.tuple(
              fc.constant(list),
              fc.shuffledSubarray([...list, ...list], { minLength: list.length * 2 }),
            ),
          ),
        ([list, shuffled]) => {
          expect(foldReceipts(NUMBER, shuffled)).toEqual(foldReceipts(NUMBER, list));
        },
      ),
      { numRuns: RUNS, seed: 4_4 },
    );
  });

  it('never lose the declaration by a further receipt, and never release before it', () => {
    fc.assert(
      fc.property(fc.array(fact, { maxLength: 8 }), fact, (list, further) => {
        const before = foldReceipts(NUMBER, list);
        const after = foldReceipts(NUMBER, [...list, further]);
        if (before.declared_at !== null) expect(after.declared_at).not.toBe(null);
        if (after.released_at !== null && after.declared_at !== null)
          expect(after.released_at).toBeGreaterThanOrEqual(after.declared_at);
      }),
      { numRuns: RUNS, seed: 44 },
    );
  });
});
