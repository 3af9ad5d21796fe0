import { foldName, narrow } from '#lib/domain/text/fold.ts';
import type { Direction } from './measure.ts';

// How the cells of customs files are written, whatever kind of file they stand in.

const DIRECTION_NAMES: ReadonlyMap<string, Direction> = new Map([
  ...['export', 'exports', '出口', 'e', 'ex', '出'].map((name) => [name, 'export'] as const),
  ...['import', 'imports', '进口', '進口', 'i', 'im', '进'].map((name) => [name, 'import'] as const),
]);

/** Export or import by any of its names; null for another word. */
export function directionOf(written: string): Direction | null {
  return DIRECTION_NAMES.get(foldName(written)) ?? null;
}

/** The four digits of an office, alone or before its name; a spreadsheet turns 0901 into 901. */
export function officeCode(written: string): string | null {
  if (/^\d{4}$/.test(written)) return written;
  const match = /^(\d{3,4})(?!\d)/.exec(narrow(written));
  return match?.[1]?.padStart(4, '0') ?? null;
}

/** A cell without blanks around it and without what spreadsheets put before text: an apostrophe or ="…". */
export function cellText(cell: string | undefined): string {
  if (cell === undefined || cell === '') return '';
  const first = cell.charCodeAt(0);
  const last = cell.charCodeAt(cell.length - 1);
  const is_plain = first > 39 && first !== 61 && first < 0x2000 && last > 32 && last !== 34 && last < 0x2000;
  if (is_plain || (first > 0x3000 && first < 0xa000 && last > 0x3000 && last < 0xff00)) return cell;
  return cell
    .trim()
    .replace(/^="(.*)"$/, '$1')
    .replace(/^'/, '')
    .trim();
}
