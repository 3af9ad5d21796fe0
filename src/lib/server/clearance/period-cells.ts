import { cellOfParts, mergeCells, type Cell } from '#lib/domain/clearance/cell.ts';
import { CELL_MEASURES, MEASURES, ofEachMeasure, type CellMeasure } from '#lib/domain/clearance/measure.ts';
import type { Grain } from '#lib/domain/clearance/period.ts';
import type { DayGroup, DayKey } from './day-groups.ts';
import { ALL_SHAPES, CATEGORY, CHANNEL, foldDays, OFFICE } from './fold-days.ts';

/**
 * What cells are kept of. Weeks by office and category together would be as many as all others: they are
 * read from days, which are kept undivided.
 */
export type CellGrain = Exclude<Grain, 'day'>;
const SHAPES: Record<CellGrain, readonly number[]> = {
  month: ALL_SHAPES,
  week: [0, 1, 2, 4, 5, 6],
};
/**
 * Stages are shown for a whole period and not by office and category at once: half of all cells were theirs. Weeks
 * complete a month that is cut, for the page as it opens.
 */
const STAGE_SHAPES: typeof SHAPES = {
  month: [0, OFFICE, CATEGORY, CHANNEL, OFFICE | CHANNEL, CATEGORY | CHANNEL],
  week: [0, CHANNEL],
};
const ASKED: ReadonlySet<CellMeasure> = new Set(MEASURES);

/** The shapes that cells of a measure are kept in; others are read from days. */
export function shapesOf(grain: CellGrain, measure: CellMeasure): readonly number[] {
  return (ASKED.has(measure) ? SHAPES : STAGE_SHAPES)[grain];
}

/** The cells of one period with one value, or all, in each dimension; `day` is its first day. */
type Part = DayKey & { cells: Record<CellMeasure, Cell | null> };

/** A cell as it is stored. */
export type PeriodCell = Omit<DayKey, 'is_extra'> & { measure: CellMeasure; shape: number; cell: Cell };

/**
 * All cells of a grain, in the order of their key, which is the order in which an index takes them fastest.
 * Values are sorted once, for the finest slices; the others are merged from those, which gives the same.
 */
export function periodCells(groups: readonly DayGroup[], grain: CellGrain): PeriodCell[] {
  const measures = CELL_MEASURES.filter((measure) => shapesOf(grain, measure).length > 0);
  const by_shape = partsByShape(groups, { grain, measures });
  return measures.toSorted().flatMap((measure) =>
    shapesOf(grain, measure).flatMap((shape) =>
      (by_shape.get(shape) ?? []).flatMap(({ is_extra: _, cells, ...key }) => {
        const cell = cells[measure];
        return cell ? [{ ...key, measure, shape, cell }] : [];
      }),
    ),
  );
}

/** From which finer slices those of a shape are merged. */
const FINER: readonly (readonly [shape: number, from: number])[] = [
  [CATEGORY | CHANNEL, OFFICE | CATEGORY | CHANNEL],
  [OFFICE | CATEGORY, OFFICE | CATEGORY | CHANNEL],
  [CATEGORY, CATEGORY | CHANNEL],
  [CHANNEL, OFFICE | CHANNEL],
  [OFFICE, OFFICE | CHANNEL],
  [0, CHANNEL],
];

type Wanted = { grain: CellGrain; measures: readonly CellMeasure[] };

function partsByShape(groups: readonly DayGroup[], wanted: Wanted): Map<number, Part[]> {
  const finest = OFFICE | CATEGORY | CHANNEL;
  const { grain } = wanted;
  const [own, extra] = [false, true].map((is_extra) => finestParts(groups, { ...wanted, is_extra }));
  const all = extra?.length ? merged([...(own ?? []), ...extra], { grain, shape: finest }) : (own ?? []);
  const by_shape = new Map<number, Part[]>([
    [finest, all.toSorted(inOrderOfKey)],
    // Where all categories stand together, each declaration counts once.
    [OFFICE | CHANNEL, merged(own ?? [], { grain, shape: OFFICE | CHANNEL })],
  ]);
  for (const [shape, from] of FINER) by_shape.set(shape, merged(by_shape.get(from) ?? [], { grain, shape }));
  return by_shape;
}

function finestParts(
  groups: readonly DayGroup[],
  { grain, measures, is_extra }: Wanted & { is_extra: boolean },
): Part[] {
  const days = groups.filter((group) => group.is_extra === is_extra);
  return foldDays(days, { grain, shape: OFFICE | CATEGORY | CHANNEL }).map(({ key, groups: parts }) => {
    const { start: day, ...dimensions } = key;
    const cells = ofEachMeasure((measure) =>
      measures.includes(measure) ? cellOfParts(parts.map(({ seconds }) => seconds[measure])) : null,
    );
    return { ...dimensions, day, is_extra, cells };
  });
}

function merged(parts: readonly Part[], fold: { grain: CellGrain; shape: number }): Part[] {
  return foldDays(parts, fold)
    .map(({ key, groups }) => {
      const { start: day, ...dimensions } = key;
      const cells = ofEachMeasure((measure) =>
        mergeCells(groups.flatMap((part) => part.cells[measure] ?? [])),
      );
      return { ...dimensions, day, is_extra: false, cells };
    })
    .toSorted(inOrderOfKey);
}

/** The order of the keys of cells and, but for the place of the channel, of days. */
function inOrderOfKey(a: DayKey, b: DayKey): number {
  return (
    a.day - b.day ||
    compare(a.customs_office, b.customs_office) ||
    compare(a.category, b.category) ||
    compare(a.channel, b.channel)
  );
}

/** Of code units: that is the order of codes and slugs in the database, whatever its collation. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
