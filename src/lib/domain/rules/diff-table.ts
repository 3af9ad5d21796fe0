import { foldForMatch } from '#lib/domain/text/script.ts';
import { isUnit } from '#lib/domain/text/unit.ts';
import { changeBetween, type Limit, type LimitChange } from './diff-limits.ts';
import { diffRun, type Segment, type SegmentOp } from './diff-run.ts';
import { diffSequence, type DiffBudget, type Hunk } from './diff-sequence.ts';

/** Rows are matched first, then the cells of matched rows are compared, column by column. */
export type TableRow = { op: SegmentOp | 'changed'; cells: Segment[][] };
export type TableDiff = { rows: TableRow[]; limits: LimitChange[]; same: number };

/** Whether a line is a row: cells parted by tabs, or by bars with one at each end. */
export function isTableRow(line: string): boolean {
  return line.includes('\t') || /^\s*\|.*\|\s*$/.test(line);
}

export function cellsOf(line: string): string[] {
  if (line.includes('\t')) return line.split('\t').map((cell) => cell.trim());
  return line
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim());
}

/** Compares two tables, each as its rows of cells; null is a table that does not exist on that side. */
export function diffTable(
  before: readonly string[][] | null,
  after: readonly string[][] | null,
  budget: DiffBudget,
): TableDiff {
  const columns = alignColumns(before?.[0] ?? [], after?.[0] ?? []);
  const headers = { before: before?.[0] ?? [], after: after?.[0] ?? [] };
  const rows: TableRow[] = [];
  const limits: LimitChange[] = [];
  let same = 0;
  for (const pair of alignRows(before ?? [], after ?? [], budget)) {
    if (!pair.before || !pair.after) {
      const op = pair.before ? 'removed' : 'added';
      const row = (pair.before ?? pair.after ?? []).map((cell) => (pair.before ? [cell, ''] : ['', cell]));
      rows.push({
        op,
        cells: row.map(([was = '', is = ''], index) => compare(was, is, { before: index, after: index })),
      });
      continue;
    }
    const is_regular =
      pair.before.length === headers.before.length && pair.after.length === headers.after.length;
    const cells = (is_regular ? columns : alignByPlace(pair.before, pair.after)).map((column) =>
      compare(cellAt(pair.before, column.before), cellAt(pair.after, column.after), column),
    );
    const is_same = cells.every((segments) => segments.every(({ op }) => op === 'same'));
    rows.push({ op: is_same ? 'same' : 'changed', cells });
  }
  return { rows, limits, same };

  function compare(was: string, is: string, column: Column): Segment[] {
    const diff = diffRun(was, is, budget);
    same += diff.same;
    limits.push(...diff.limits.map((change) => withColumnUnit(change, unitsOf(column, headers))));
    return diff.segments;
  }
}

type Column = { before: number | null; after: number | null };
type Headers = { before: readonly string[]; after: readonly string[] };

function cellAt(row: readonly string[] | null, index: number | null): string {
  return index === null ? '' : (row?.[index] ?? '');
}

/** Columns of one count keep their places; where one was added or taken out, the heads tell which. */
function alignColumns(before: readonly string[], after: readonly string[]): Column[] {
  if (before.length === after.length) return alignByPlace(before, after);
  const columns: Column[] = [];
  walk(before, after, {
    both: (a, b) => columns.push({ before: a, after: b }),
    hunk: ({ a0, a1, b0, b1 }) => {
      const is_renamed = a1 - a0 === b1 - b0;
      for (let a = a0; a < a1; a += 1) columns.push({ before: a, after: is_renamed ? b0 + a - a0 : null });
      for (let b = b0; b < b1 && !is_renamed; b += 1) columns.push({ before: null, after: b });
    },
  });
  return columns;
}

function alignByPlace(before: readonly string[], after: readonly string[]): Column[] {
  return Array.from({ length: Math.max(before.length, after.length) }, (_, index) => ({
    before: index < before.length ? index : null,
    after: index < after.length ? index : null,
  }));
}

type RowPair = { before: readonly string[] | null; after: readonly string[] | null };

/** Equal rows first; between them rows with the same first cell; between those, as many as both sides have. */
function alignRows(before: readonly string[][], after: readonly string[][], budget: DiffBudget): RowPair[] {
  const pairs: RowPair[] = [];
  const texts = (rows: readonly string[][]) => rows.map((row) => row.join('\t'));
  walk(texts(before), texts(after), {
    budget,
    both: (a, b) => pairs.push({ before: before[a] ?? null, after: after[b] ?? null }),
    hunk: ({ a0, a1, b0, b1 }) => {
      const [rows_a, rows_b] = [before.slice(a0, a1), after.slice(b0, b1)];
      walk(rows_a.map(keyOf), rows_b.map(keyOf), {
        budget,
        both: (a, b) => pairs.push({ before: rows_a[a] ?? null, after: rows_b[b] ?? null }),
        hunk: (hunk) =>
          pairs.push(...alignByLikeness(rows_a.slice(hunk.a0, hunk.a1), rows_b.slice(hunk.b0, hunk.b1))),
      });
    },
  });
  return pairs;
}

function keyOf(row: readonly string[]): string {
  return foldForMatch(row[0] ?? '');
}

/** Rows whose first cells differ are one row only when another cell is kept (the name was rewritten). */
function alignByLikeness(before: readonly string[][], after: readonly string[][]): RowPair[] {
  const pairs: RowPair[] = [];
  let next = 0;
  for (const row of before) {
    const index = after.findIndex((other, at) => at >= next && isSameRow(row, other));
    if (index === -1) {
      pairs.push({ before: row, after: null });
      continue;
    }
    pairs.push(...after.slice(next, index).map((other) => ({ before: null, after: other })));
    pairs.push({ before: row, after: after[index] ?? null });
    next = index + 1;
  }
  return [...pairs, ...after.slice(next).map((other) => ({ before: null, after: other }))];
}

/** Two rows that share half their cells are one only when their names are written alike. */
function isSameRow(a: readonly string[], b: readonly string[]): boolean {
  const kept = a.filter((cell, index) => cell !== '' && cell === b[index]).length;
  const share = kept / Math.max(a.length, b.length, 1);
  return share > 0.5 || (share === 0.5 && shareOfCharacters(a[0] ?? '', b[0] ?? '') >= 0.5);
}

function shareOfCharacters(a: string, b: string): number {
  const characters = new Set(foldForMatch(b));
  const kept = [...foldForMatch(a)].filter((character) => characters.has(character)).length;
  return kept / Math.max(a.length, b.length, 1);
}

/** Tables are small: this is far more than the steps of a page of rows. */
const ROW_STEPS_MAX = 400_000;

function walk(
  before: readonly string[],
  after: readonly string[],
  visit: { budget?: DiffBudget; both: (a: number, b: number) => void; hunk: (hunk: Hunk) => void },
): void {
  const ids = new Map<string, number>();
  const sequence = (texts: readonly string[]) =>
    Int32Array.from(texts, (text) => {
      if (!ids.has(text)) ids.set(text, ids.size);
      return ids.get(text) ?? 0;
    });
  const hunks = diffSequence(sequence(before), sequence(after), visit.budget ?? { steps: ROW_STEPS_MAX });
  let [a, b] = [0, 0];
  const common = (until: number) => {
    for (; a < until; a += 1, b += 1) visit.both(a, b);
  };
  for (const hunk of hunks) {
    common(hunk.a0);
    visit.hunk(hunk);
    [a, b] = [hunk.a1, hunk.b1];
  }
  common(before.length);
}

/** 限值（mg/kg）: the head of a column names the unit of its numbers. */
function unitsOf(column: Column, headers: Headers): { before: string | null; after: string | null } {
  return {
    before: headUnit(cellAt(headers.before, column.before)),
    after: headUnit(cellAt(headers.after, column.after)),
  };
}

function headUnit(head: string): string | null {
  const name = /[（(/,，]\s*([^()（）]{1,16}?)\s*[)）]?$/.exec(head)?.[1]?.trim();
  return name !== undefined && isUnit(name) ? name : null;
}

function withColumnUnit(
  change: LimitChange,
  units: { before: string | null; after: string | null },
): LimitChange {
  const before = withUnit(change.before, units.before);
  const after = withUnit(change.after, units.after);
  return before === change.before && after === change.after ? change : changeBetween(before, after);
}

function withUnit(limit: Limit | null, unit: string | null): Limit | null {
  return limit?.kind === 'number' && limit.unit === null && unit !== null ? { ...limit, unit } : limit;
}
