import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseShown, firmsOf, isSafe, type DisclosureGroup } from './disclosure.ts';

const numRuns = process.env.LONG ? 3000 : 150;
const held = (...firms: number[]): DisclosureGroup => ({ holders: firms.map((firm) => [firm]) });
const all = (groups: readonly unknown[]) => groups.map((_group, index) => index);
const shown = (groups: readonly DisclosureGroup[], ...candidates: number[][]) =>
  chooseShown(
    groups,
    candidates.map((of) => ({ groups: of })),
  );

describe('a number over several firms', () => {
  it('is shown of five firms and not of four', () => {
    expect(isSafe([held(1, 2, 3, 4)])).toBe(false);
    expect(isSafe([held(1, 2, 3, 4, 5)])).toBe(true);
    expect(shown([held(1, 2), held(3, 4)], [0, 1])).toEqual([false]);
  });

  it('is not shown where a broker that holds all but one firm’s declarations could tell that one', () => {
    const broker = 9;
    const with_clients = { holders: [...[1, 2, 3, 4].map((client) => [client, broker]), [5]] };
    expect(firmsOf([with_clients])).toBe(6);
    expect(isSafe([with_clients])).toBe(false);
    // With another firm that it does not hold, it is left with two and can tell neither.
    expect(isSafe([with_clients, held(6)])).toBe(true);
  });

  it('is shown of declarations that all five firms hold: none of them learns anything', () => {
    expect(isSafe([{ holders: [[1, 2, 3, 4, 5]] }])).toBe(true);
  });

  it('is left out where the total less the others would be about few firms', () => {
    const [large, small] = [held(1, 2, 3, 4, 5), held(6)];
    expect(shown([large, small], [0, 1], [0])).toEqual([true, false]);
    // Two small ones together are few as well; of five firms they can hide each other.
    expect(shown([large, small, held(7)], [0, 1, 2], [0])).toEqual([true, false]);
    expect(shown([large, held(6, 7, 8), held(9, 10)], [0, 1, 2], [0])).toEqual([true, true]);
  });

  it('is left out where several numbers together would tell it, in two dimensions', () => {
    // Rows and columns of a table; one entry is of one firm, its row and its column are large.
    const groups = [held(1), held(1, 2, 3, 4, 5, 6), held(1, 2, 3, 4, 5, 6), held(1, 2, 3, 4, 5, 6)];
    const [total, row, column, ...entries] = shown(groups, [0, 1, 2, 3], [0, 1], [0, 2], [1], [2], [3]);
    expect([total, row, column]).toEqual([true, true, true]);
    // Any entry beside the rows and columns would tell the small one.
    expect(entries).toEqual([false, false, false]);
  });

  it('is shown by office and by channel of few firms, where no combination is about fewer', () => {
    const six = [1, 2, 3, 4, 5, 6];
    const groups = [held(...six), held(...six), held(...six), held(...six)];
    expect(shown(groups, [0, 1, 2, 3], [0, 1], [2, 3], [0, 2], [1, 3], [0], [1])).toEqual([
      true,
      true,
      true,
      true,
      true,
      true,
      true,
    ]);
  });

  it('that is the same as one that is shown is shown too', () => {
    const groups = [held(1, 2, 3, 4, 5)];
    expect(shown(groups, [0], [0])).toEqual([true, true]);
  });
});

describe('whatever is shown', () => {
  const group = fc
    .array(fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 2 }), {
      minLength: 1,
      maxLength: 7,
    })
    .map((holders): DisclosureGroup => ({ holders }));

  it('lets no combination with small whole weights be about too few firms', () => {
    const world = fc.tuple(
      fc.array(group, { minLength: 2, maxLength: 6 }),
      fc.array(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 5 }), {
        minLength: 1,
        maxLength: 5,
      }),
    );
    fc.assert(
      fc.property(world, ([groups, lists]) => {
        const candidates = [all(groups), ...lists].map((list) =>
          [...new Set(list)].filter((one) => one < groups.length),
        );
        const is_shown = shown(groups, ...candidates);
        const numbers = candidates.filter((list, index) => is_shown[index] && list.length > 0);
        for (const weights of weightings(numbers.length)) {
          const support = groups.filter((_group, index) => {
            const sum = numbers.reduce(
              (total, list, at) => total + (list.includes(index) ? (weights[at] ?? 0) : 0),
              0,
            );
            return sum !== 0;
          });
          if (support.length > 0) expect(isSafe(support)).toBe(true);
        }
      }),
      { seed: 412, numRuns },
    );
  });

  it('is much: a number that nothing small could be told from is not left out', () => {
    // One firm in each group alone, as where firms have one product each: two halves of five firms.
    const groups = Array.from({ length: 10 }, (_, index) => held(index));
    expect(shown(groups, all(groups), [0, 1, 2, 3, 4], [5, 6, 7, 8, 9])).toEqual([true, true, true]);
    // Halves of another cut would leave two and three firms.
    expect(shown(groups, all(groups), [0, 1, 2, 3, 4], [3, 4, 5, 6, 7])).toEqual([true, true, false]);
  });
});

/** All weights from −2 to 2. */
function* weightings(count: number): Generator<number[]> {
  for (let code = 0; code < 5 ** count; code += 1)
    yield Array.from({ length: count }, (_, index) => (Math.floor(code / 5 ** index) % 5) - 2);
}
