import { foldForMatch } from '#lib/domain/text/script.ts';

/** A line of a text with its place; `end` leaves the line break out. */
export type Line = { text: string; start: number; end: number; number: number };

/** The lines of a text, counted from 1. A form feed ends a page and with it a line. */
export function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const match of text.matchAll(/\r\n|[\n\r\f]|$/g)) {
    lines.push({ text: text.slice(start, match.index), start, end: match.index, number: lines.length + 1 });
    start = match.index + match[0].length;
  }
  return lines;
}

/** A running head stands on this many pages at least; a sentence that repeats twice is none. */
const REPEATS_MIN = 3;
const RUNNING_LENGTH_MAX = 60;
const PAGE_WORDS =
  /^(?:第\s*\d{1,4}\s*页(?:[\s,，/]*共\s*\d{1,4}\s*页)?|page\s*\d{1,4}(?:\s*(?:of|\/)\s*\d{1,4})?|[-—–·]\s*\d{1,4}\s*[-—–·])$/i;

/**
 * The numbers of lines that are page numbers or running heads, where that is safe to say: lines that only count
 * pages; bare numbers when all bare numbers of the text count up by one, page after page; and short lines that
 * repeat at least three times, always beside such a line or a page break.
 */
export function runningLines(lines: readonly Line[], text: string): Set<number> {
  const pages = new Set(
    lines.filter((line) => PAGE_WORDS.test(line.text.trim())).map(({ number }) => number),
  );
  const bare = lines.filter((line) => /^\s*\d{1,4}\s*$/.test(line.text));
  const counts_up = bare.every(
    (line, index) => index === 0 || Number(line.text) === Number(bare[index - 1]?.text) + 1,
  );
  if (bare.length >= REPEATS_MIN && counts_up) for (const { number } of bare) pages.add(number);
  const breaks = new Set(lines.filter((line) => text[line.end] === '\f').map(({ number }) => number));
  const repeats = new Map<string, Line[]>();
  for (const line of lines) {
    const key = foldForMatch(line.text);
    if (key === '' || key.length > RUNNING_LENGTH_MAX || line.text.includes('\t') || pages.has(line.number))
      continue;
    repeats.set(key, [...(repeats.get(key) ?? []), line]);
  }
  const running = new Set(pages);
  for (const group of repeats.values()) {
    if (group.length < REPEATS_MIN) continue;
    const is_beside = ({ number }: Line) => isBesidePage(number, { lines, pages, breaks });
    if (group.every(is_beside)) for (const { number } of group) running.add(number);
  }
  return running;
}

type Pages = { lines: readonly Line[]; pages: ReadonlySet<number>; breaks: ReadonlySet<number> };

/** Whether a page number or a page break is the next line that is not blank, upwards or downwards. */
function isBesidePage(number: number, { lines, pages, breaks }: Pages): boolean {
  if (number === 1 && (pages.size > 0 || breaks.size > 0)) return true;
  for (let above = number - 1; above >= 1; above -= 1) {
    if (pages.has(above) || breaks.has(above)) return true;
    if (lines[above - 1]?.text.trim() !== '') break;
  }
  if (breaks.has(number)) return true;
  for (let below = number + 1; below <= lines.length; below += 1) {
    if (pages.has(below)) return true;
    if (lines[below - 1]?.text.trim() !== '') return false;
    if (breaks.has(below)) return true;
  }
  return false;
}
