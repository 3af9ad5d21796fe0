import { foldText, originalSpan, type FoldedText } from './script.ts';

/**
 * The number of a standard as GB/T 1.1 and the standards platform write it. `year` is null for an undated
 * citation, which means the latest edition and never one that happens to be at hand.
 */
export type StandardNo = {
  /** `GB`, `GB/T`, `FZ/T`, `DB33/T`, `T/CTCA`, `ISO`, `EN`. */
  family: string;
  /** `31701`, `6675.1`, `8124-1`. */
  number: string;
  year: number | null;
};

export type StandardCitation = StandardNo & { start: number; end: number };

/** On folded text: one dash, one width, lower case. */
const YEAR = '(?:\\s?[-:]\\s?(?<year>(?:19|20)\\d{2}|\\d{2})(?!\\d))?';
/** Nothing that would make the match a part of a longer number. */
const END = '(?![\\d.]*\\d)(?!\\s?-\\s?\\d)';
const APART = '(?<![a-z\\d])(?<![a-z]/)';
const FORMS: readonly RegExp[] = [
  // GBZ without a stroke is another family (occupational health) than GB/Z.
  new RegExp(
    `(?=g)${APART}(?<family>gbz|gb\\s*/?\\s*t|gb\\s*/\\s*z)\\s*(?<num>\\d{1,6}(?:\\.\\d{1,3})?)${YEAR}${END}`,
    'g',
  ),
  new RegExp(`(?=g)${APART}(?<family>gb)\\s*(?<num>\\d{3,6}(?:\\.\\d{1,3})?)${YEAR}${END}`, 'g'),
  new RegExp(
    `(?=[fqshyjlwdtc])${APART}(?<family>(?:fz|qb|sn|hj|hg|yy|jb|qc|ly|wb|db\\d{2,6})(?:\\s*/\\s*[tz])?|[tq]/[a-z]{2,10})\\s*(?<num>\\d{1,6}(?:\\.\\d{1,3})?)${YEAR}${END}`,
    'g',
  ),
  new RegExp(
    `(?=[iebd])${APART}(?<family>iso/iec|iso|iec|(?:bs |din )?en(?: iso)?)\\s?(?<num>\\d{2,6}(?:-\\d{1,3}(?!\\d))?)(?:\\s?:\\s?(?<year>(?:19|20)\\d{2})(?!\\d))?${END}`,
    'g',
  ),
  new RegExp(`(?=a)${APART}(?<family>astm)\\s?(?<num>[a-g]\\d{2,4})${YEAR}${END}`, 'g'),
];

/** The standards platform wraps parts of a number and of its name in tags; the year stands outside them. */
export function stripSacinfo(text: string): string {
  return text.replace(/<\/?sacinfo>/gi, '');
}

/** Every standard number of the text, in order, with its place in the original. */
export function findStandardNos(text: string): StandardCitation[] {
  return standardNosIn(foldText(text));
}

/** The same for a text that is folded already; places are those of its original. */
export function standardNosIn(folded: FoldedText): StandardCitation[] {
  const found = FORMS.flatMap((form) =>
    [...folded.folded.matchAll(form)].map((match) => ({
      ...standardOf(match.groups ?? {}),
      ...originalSpan(folded, match.index, match.index + match[0].length),
    })),
  );
  return found.sort((a, b) => a.start - b.start);
}

/** Reads a text that is one standard number, with or without 《》, a name behind it or tags; else null. */
export function parseStandardNo(text: string): StandardNo | null {
  const [first, ...others] = findStandardNos(stripSacinfo(text));
  if (!first || others.length > 0) return null;
  const { family, number, year } = first;
  const lead = stripSacinfo(text).slice(0, first.start);
  return /^[\s《〈"“「(（[]*$/.test(lead) ? { family, number, year } : null;
}

/** `GB 31701-2026`, `GB/T 46975-2025`, `ISO 8124-1:2018`; an undated one has no year. */
export function standardText(standard: StandardNo): string {
  const { family, number, year } = standard;
  if (year === null) return `${family} ${number}`;
  return `${family} ${number}${/^(?:ISO|IEC|EN|BS|DIN)/.test(family) ? ':' : '-'}${year}`;
}

/** The same standard whatever the edition: GB 31701 and GB/T 31701 are two standards. */
export function isSameStandard(a: StandardNo, b: StandardNo): boolean {
  return a.family === b.family && a.number === b.number;
}

/** The same edition of the same standard. Two undated citations name no edition, so they are not equal here. */
export function isSameEdition(a: StandardNo, b: StandardNo): boolean {
  return isSameStandard(a, b) && a.year !== null && a.year === b.year;
}

/** Whether a citation can mean this dated edition: a dated one that edition alone, an undated one any. */
export function canMeanEdition(citation: StandardNo, edition: StandardNo): boolean {
  return isSameStandard(citation, edition) && (citation.year === null || citation.year === edition.year);
}

function standardOf(groups: Record<string, string | undefined>): StandardNo {
  const family = (groups.family ?? '')
    .replace(/\s*\/\s*/, '/')
    .replace(/^gb\s*t$/, 'gb/t')
    .toUpperCase();
  const number = (groups.num ?? '').toUpperCase();
  return { family, number, year: groups.year === undefined ? null : fullYear(Number(groups.year)) };
}

/** Until the middle of the nineties editions had two digits (GB 9685-95); ASTM has them still (F963-23). */
function fullYear(year: number): number {
  if (year >= 100) return year;
  return year < 50 ? 2000 + year : 1900 + year;
}
