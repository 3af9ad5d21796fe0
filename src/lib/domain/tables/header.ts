import { foldName } from '#lib/domain/text/fold.ts';
import {
  isHeader,
  missingFields,
  named,
  readHeader,
  type ColumnChoice,
  type ColumnNames,
  type Columns,
} from './columns.ts';

/** Rows before the header (titles, notes) that are looked at; a header stands near the top or not at all. */
export const HEADER_SEARCH_ROWS = 20;

export type FoundHeader<F extends string> = {
  /** How many of the rows stand before it, and how many it takes up: one, or two. */
  at: number;
  rows: 1 | 2;
  /** The name of each column; of a header in two rows both parts together, where neither says enough alone. */
  names: string[];
  columns: Columns<F>;
};

export type HeaderSearch<F extends string> =
  | { kind: 'found'; header: FoundHeader<F> }
  /** The next row decides, or the header has not come yet. */
  | { kind: 'more' }
  | { kind: 'none' }
  /** There is a header, and it has no column of any of these fields. */
  | { kind: 'incomplete'; missing: readonly F[]; names: string[] };

export type HeaderWish<F extends string> = {
  /** What was chosen for a header of these names. */
  choiceOf?: (names: readonly string[]) => ColumnChoice<F>;
  /** The row that is the header, when somebody said so; else it is found. */
  at?: number | null;
};

/**
 * Finds the header among the first rows of a file. Above it may stand titles and notes; it may take up two
 * rows: the same names in another language, or merged names (查验) over parts (通知时间, 完毕时间).
 * `is_end`: there are no more rows than these.
 */
export function findHeader<F extends string>(
  rows: readonly (readonly string[])[],
  known: ColumnNames<F>,
  { is_end, wish = {} }: { is_end: boolean; wish?: HeaderWish<F> },
): HeaderSearch<F> {
  const columnsOf = (names: readonly string[]) => readHeader(names, known, wish.choiceOf?.(names));
  const { at: said = null } = wish;
  const first = said ?? 0;
  const last = said ?? rows.length - 1;
  for (let at = first; at <= last && at < rows.length; at += 1) {
    const top = rows[at] ?? [];
    const next = rows[at + 1];
    const alone = columnsOf(top);
    const below = next ? columnsOf(next) : [];
    const joined = next && !looksLikeData(next) ? joinRows(top, next, known) : null;
    const both = joined ? columnsOf(joined) : [];
    if (said === null && !isHeader(alone, known) && !isHeader(both, known)) continue;
    if (!next && !is_end) return { kind: 'more' };
    if (joined && named(both) > Math.max(named(alone), named(below)) && !missingFields(both, known))
      return found({ at, rows: 2, names: joined, columns: both });
    const missing = missingFields(alone, known);
    if (!missing) {
      const rows_taken = next && repeats(next, known) ? 2 : 1;
      return found({ at, rows: rows_taken, names: [...top], columns: alone });
    }
    // A title can name two fields by accident; the row below it is the header then.
    if (said === null && next && !missingFields(below, known)) continue;
    return { kind: 'incomplete', missing, names: joined ?? [...top] };
  }
  return rows.length < HEADER_SEARCH_ROWS && !is_end ? { kind: 'more' } : { kind: 'none' };
}

function found<F extends string>(header: FoundHeader<F>): HeaderSearch<F> {
  return { kind: 'found', header };
}

/** Names hold no numbers of four digits; declaration numbers, codes and times do. */
function looksLikeData(cells: readonly string[]): boolean {
  return cells.some((cell) => /\d{4}/.test(cell));
}

/** A second header line in another language: at least half of its cells name columns themselves. */
function repeats<F extends string>(cells: readonly string[], known: ColumnNames<F>): boolean {
  if (looksLikeData(cells)) return false;
  const written = cells.filter((cell) => cell.trim() !== '').length;
  const again = cells.filter((cell) => known.fieldOf(cell) !== null).length;
  return again >= 2 && again * 2 >= written;
}

/** The names of a header in two rows. A merged name above stands over the empty cells to its right too. */
function joinRows<F extends string>(
  top: readonly string[],
  below: readonly string[],
  known: ColumnNames<F>,
): string[] {
  let over = '';
  return Array.from({ length: Math.max(top.length, below.length) }, (_, index) => {
    const own = top[index]?.trim() ?? '';
    const part = below[index]?.trim() ?? '';
    if (own !== '') over = own;
    if (part === '') return own;
    const spellings = [over + part, part, own];
    return spellings.find((name) => known.fieldOf(name) !== null) ?? [own, part].filter(Boolean).join(' ');
  });
}

/** What a header is remembered by: its names folded, in order, without the columns that a list of rejected rows adds. */
export function headerKey(names: readonly string[]): string {
  const own = names.slice(0, names.length - (isReasons(names.slice(-2)) ? 2 : 0));
  return own.map(foldName).join('|');
}

/** The columns that the list of rejected rows has beside those of the file. */
export const REASON_COLUMNS = ['line', 'reasons'] as const;

function isReasons(names: readonly string[]): boolean {
  return names[0] === REASON_COLUMNS[0] && names[1] === REASON_COLUMNS[1];
}

/**
 * The header under which rejected rows are given back, so that the mended rows load again without a question:
 * a column that was chosen is called by its field, one that was left out by a name that no field has.
 */
export function headerToMend<F extends string>(
  names: readonly string[],
  columns: Columns<F>,
  known: ColumnNames<F>,
): string[] {
  const automatic = readHeader(names, known);
  return names.map((name, index) => {
    const field = columns[index] ?? null;
    if (automatic[index] === field) return name;
    return field ?? `${name} (left out)`;
  });
}
