import { describe, expect, it } from 'vitest';
import { cohortCells, type CohortAtom } from './cohort.ts';

const atom = (given: Partial<CohortAtom> & { holders: readonly number[] }): CohortAtom => ({
  customs_office: '3104',
  category: 'crib',
  channel: 'ordinary',
  is_extra: false,
  seconds: Int32Array.of(3600),
  ...given,
});
const FIVE = [1, 2, 3, 4, 5];
const firms = (numbers: readonly number[], given: Partial<CohortAtom> = {}) =>
  numbers.map((firm) => atom({ ...given, holders: [firm], seconds: Int32Array.of(3600 * firm) }));
/** `all`, or what is single in the cell. */
const names = (atoms: readonly CohortAtom[]) =>
  cohortCells(atoms).cells.map(
    ({ customs_office, category, channel }) =>
      [customs_office, category, channel].filter((one) => one !== null).join(' ') || 'all',
  );

describe('the cells over several firms', () => {
  it('are none of four firms, and all twelve of five that are alike', () => {
    expect(cohortCells(firms([1, 2, 3, 4]))).toEqual({ cells: [], left_out: 12 });
    const { cells, left_out } = cohortCells(firms(FIVE));
    expect(left_out).toBe(0);
    expect(cells).toHaveLength(12);
    for (const { firms: count, cell } of cells) {
      expect(count).toBe(5);
      expect(cell).toMatchObject({ n: 5, sum_seconds: 15 * 3600, min_seconds: 3600, max_seconds: 5 * 3600 });
    }
  });

  it('count a declaration that two firms hold once, and both firms', () => {
    const { cells } = cohortCells([...firms(FIVE), atom({ holders: [1, 6], seconds: Int32Array.of(60) })]);
    expect(cells[0]).toMatchObject({ firms: 6, cell: { n: 6, min_seconds: 60 } });
  });

  it('leave out an office of few firms, and the one beside it that would tell it', () => {
    const atoms = [...firms(FIVE), ...firms([6], { customs_office: '3101' })];
    expect(names(atoms)).toContain('all');
    expect(names(atoms)).toContain('3100');
    expect(names(atoms).some((name) => /310[14]/.test(name))).toBe(false);
    const others = [...atoms, ...firms([7, 8, 9, 10], { customs_office: '5304' })];
    // The total less 3104 is now about five firms; the total less Ningbo would be about the four of Shenzhen.
    expect(names(others)).toContain('3104');
    expect(names(others).some((name) => /3100|3101|53/.test(name))).toBe(false);
  });

  it('show districts and offices that hide each other’s small neighbours', () => {
    const atoms = [
      ...firms(FIVE),
      ...firms([6, 7, 8], { customs_office: '3101' }),
      ...firms([9, 10], { customs_office: '3105' }),
    ];
    expect(names(atoms)).toContain('3104');
    expect(names(atoms)).not.toContain('3101');
  });

  it('count further categories of a declaration for these alone', () => {
    const atoms = [...firms(FIVE), ...firms(FIVE, { category: 'walker', is_extra: true })];
    const { cells } = cohortCells(atoms);
    const of = (category: string | null) =>
      cells.find((cell) => cell.place === 'all' && cell.category === category && cell.channel === null);
    expect(of(null)?.cell.n).toBe(5);
    expect(of('crib')?.cell.n).toBe(5);
    expect(of('walker')?.cell.n).toBe(5);
  });
});
