import { clausesIn, type ClauseCitation } from '#lib/domain/text/clauses.ts';
import { foldText, originalSpan, type FoldedText } from '#lib/domain/text/script.ts';
import { standardNosIn } from '#lib/domain/text/standard-no.ts';
import { isChinese, type Glossary, type GlossaryLanguage, type Meaning, type TermKind } from './glossary.ts';

/**
 * A stretch of a line. `term`: the glossary has it. `clause`: a citation, in the form of the other language. `kept`:
 * the same in both (numbers, signs, numbers of standards) or in the other language already. `unknown`: words that
 * the glossary lacks; they stay as they are, for nothing is guessed.
 */
export type Piece =
  | { as: 'term'; text: string; translation: string; kind: TermKind }
  | { as: 'clause'; text: string; translation: string }
  | { as: 'kept'; text: string }
  | { as: 'unknown'; text: string };

/** A line of a report is some hundred characters; what is longer is no line, and is cut by whoever reads the file. */
export const LINE_LENGTH_MAX = 2_000;

type Span = { start: number; end: number };
type Found = Span & { piece: Piece };

/**
 * Reads one line of a report by the glossary, the longest spelling first. `expected` is the kind of the cell that
 * the line is; a whole cell is read as that kind before anything else. The texts of the pieces make up the line.
 */
export function translateLine(
  glossary: Glossary,
  given: string,
  { to, expected = null }: { to: GlossaryLanguage; expected?: TermKind | null },
): Piece[] {
  const line = given.slice(0, LINE_LENGTH_MAX);
  const folded = foldText(line);
  const found = [...citationsOf(line, folded, to), ...standardsOf(line, folded)];
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  found.push(...termsOf(line, { folded, glossary, taken: found, to, expected }));
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  const pieces: Piece[] = [];
  let at = 0;
  for (const { start, end, piece } of found) {
    if (start < at) continue;
    pieces.push(...restOf(line.slice(at, start), to), piece);
    at = end;
  }
  pieces.push(...restOf(line.slice(at), to));
  return merged(pieces);
}

/** Whether every word of the line stands in the other language. */
export function isWhole(pieces: readonly Piece[]): boolean {
  return pieces.every(({ as }) => as !== 'unknown');
}

/** Whether anything of the line was translated. */
export function hasTranslation(pieces: readonly Piece[]): boolean {
  return pieces.some(({ as }) => as === 'term' || as === 'clause');
}

// --- clauses and standards --------------------------------------------------------------------------

/** 第4.12条, 4.8、4.11条, Clause 4.12, 附录A.2: forms whose parts mean the same. 款, 项 and chapters stay as they are. */
const PLAIN_CITATION =
  /^(?:第?\s?[\d.]+(?:\s?[、,和及与]\s?[\d.]+)*\s?条|(?:sub-?)?clauses?\s?[\d.]+(?:\s?(?:,|and|&)\s?[\d.]+)*|(?:附录|annex|appendix)\s?[a-z][\d.]*)$/;

function citationsOf(line: string, folded: FoldedText, to: GlossaryLanguage): Found[] {
  const spans = new Map<number, ClauseCitation[]>();
  for (const citation of clausesIn(folded))
    spans.set(citation.start, [...(spans.get(citation.start) ?? []), citation]);
  return [...spans.values()].flatMap((citations): Found[] => {
    const [first] = citations;
    if (!first || citations.some(({ is_implied }) => is_implied)) return [];
    const text = line.slice(first.start, first.end);
    if (!PLAIN_CITATION.test(foldText(text).folded.trim())) return [];
    const { start, end } = first;
    if (isChinese(text) === (to === 'zh')) return [{ start, end, piece: { as: 'kept', text } }];
    const translation = citationIn(
      citations.map(({ path }) => path),
      to,
    );
    return [{ start, end, piece: { as: 'clause', text, translation } }];
  });
}

/** A citation of these clauses as a reader of the language writes it. */
export function citationIn(paths: readonly string[], to: GlossaryLanguage): string {
  const [first = ''] = paths;
  const is_annex = /^[A-Z]/.test(first);
  if (to === 'zh') return is_annex ? `附录${paths.join('、')}` : `第${paths.join('、')}条`;
  return `${is_annex ? 'Annex' : paths.length > 1 ? 'Clauses' : 'Clause'} ${paths.join(', ')}`;
}

function standardsOf(line: string, folded: FoldedText): Found[] {
  return standardNosIn(folded).map(({ start, end }) => ({
    start,
    end,
    piece: { as: 'kept', text: line.slice(start, end) },
  }));
}

// --- terms ------------------------------------------------------------------------------------------

type Reading = {
  folded: FoldedText;
  glossary: Glossary;
  taken: readonly Span[];
  to: GlossaryLanguage;
  expected: TermKind | null;
};

function termsOf(line: string, reading: Reading): Found[] {
  const { folded, glossary, taken, to, expected } = reading;
  const text = folded.folded;
  const found: Found[] = [];
  for (let at = 0; at < text.length;) {
    const spelling = (glossary[to].get(text.charAt(at)) ?? []).find(
      ({ folded: written }) =>
        text.startsWith(written, at) && !isTaken(taken, originalSpan(folded, at, at + written.length)),
    );
    const end = spelling ? at + spelling.folded.length : at + 1;
    if (spelling) {
      const place: Place = { line, text, at, end, span: originalSpan(folded, at, end) };
      const fitting = spelling.meanings.filter((meaning) => fits(meaning.kind, spelling.folded, place));
      const meaning = chosen(fitting, expected);
      if (meaning) {
        found.push(foundTerm(place, meaning));
        at = end;
        continue;
      }
    }
    // A longer spelling that does not fit here hides no shorter one behind it, but none begins within a word.
    at = nextStart(text, at);
  }
  return found;
}

type Place = { line: string; text: string; at: number; end: number; span: Span };

function foundTerm({ line, span }: Place, { kind, translation }: Meaning): Found {
  const text = line.slice(span.start, span.end);
  const is_same = foldText(text).folded === foldText(translation).folded;
  return { ...span, piece: is_same ? { as: 'kept', text } : { as: 'term', text, translation, kind } };
}

/** Two meanings would make a guess of it, unless the cell says which kind of term it holds. */
function chosen(meanings: readonly Meaning[], expected: TermKind | null): Meaning | null {
  const wanted = meanings.filter(({ kind }) => kind === expected);
  const left = wanted.length > 0 ? wanted : meanings;
  const [first] = left;
  return first && left.every(({ translation }) => translation === first.translation) ? first : null;
}

/** Words that turn a term into its opposite; where they belong to it, the glossary has them with it. */
const NEGATION_BEFORE = /(?:[不未非无没免勿]|(?:^|[^a-z])(?:not|no|non|never|without|to|cannot)[ -]|n't )$/;
/** Behind a verdict the cell or sentence ends, a note begins, or the same is said in the other language. */
const ENDS_HERE = /^(?:\s*$|\s{2,}|\t|\s*[,;:.|/()，；：。、（）\p{Script=Han}])/u;

function fits(kind: TermKind, written: string, { line, text, at, end, span }: Place): boolean {
  const before = text.slice(Math.max(0, at - 12), at);
  const is_whole =
    before.trim() === '' && at === text.length - text.trimStart().length && end >= text.trimEnd().length;
  if (is_whole) return true;
  const [left, right] = [line.slice(0, span.start), line.slice(span.end)];
  if (NEGATION_BEFORE.test(before)) return false;
  if (isChinese(written)) {
    const is_run = !/\p{Script=Han}$/u.test(left) && !/^\p{Script=Han}/u.test(right);
    if (kind === 'unit') return !/^[/·.*]?[\p{L}\p{N}]/u.test(right) && (/\d\s*$/.test(before) || is_run);
    return kind === 'test' && written.length > 1 ? true : is_run;
  }
  // Inside a word, or joined to one (phthalate-free, mg/kg for mg), it is another one.
  if (kind === 'unit') {
    if (/^[/·⋅•.*^-]?[\p{L}\p{N}]/u.test(right)) return false;
    return /\d\s?$/.test(before) || (written.length > 1 && !/[\p{L}\p{N}][/·⋅•.*-]?$/u.test(left));
  }
  if (written.length === 1) return false;
  if (/[\p{Script=Latin}\p{N}][-'’]?$/u.test(left) || /^[-'’]?[\p{Script=Latin}\p{N}]/u.test(right))
    return false;
  return kind !== 'verdict' || ENDS_HERE.test(right);
}

/** The next character at which a term may begin: Chinese has no words, Latin words are stepped over whole. */
function nextStart(text: string, at: number): number {
  const word = /^[a-z]+/.exec(text.slice(at, at + 60));
  return at + (word ? word[0].length : 1);
}

function isTaken(taken: readonly Span[], { start, end }: Span): boolean {
  return taken.some((other) => other.start < end && start < other.end);
}

// --- what is left -----------------------------------------------------------------------------------

/** Names with digits in them (SR-2026-001, L0101, EN71) are the same in both languages. */
const HAN = /\p{Script=Han}+/gu;
const LATIN_WORD = /\p{Script=Latin}[\p{L}\p{N}'’./&_-]*/gu;

function restOf(text: string, to: GlossaryLanguage): Piece[] {
  if (text === '') return [];
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(to === 'en' ? HAN : LATIN_WORD)) {
    if (to === 'zh' && isName(text, match)) continue;
    if (match.index > at) pieces.push({ as: 'kept', text: text.slice(at, match.index) });
    pieces.push({ as: 'unknown', text: match[0] });
    at = match.index + match[0].length;
  }
  if (at < text.length) pieces.push({ as: 'kept', text: text.slice(at) });
  return pieces;
}

function isName(text: string, match: RegExpExecArray): boolean {
  return /\d/.test(match[0]) || /[\p{N}][-/._]?$/u.test(text.slice(0, match.index));
}

/** Words that the glossary lacks, with blanks between them, are one stretch. */
function merged(pieces: readonly Piece[]): Piece[] {
  const out: Piece[] = [];
  for (const piece of pieces) {
    const [before, last] = [out.at(-2), out.at(-1)];
    if (last && last.as === piece.as && (piece.as === 'kept' || piece.as === 'unknown'))
      out.splice(-1, 1, { as: piece.as, text: last.text + piece.text });
    else if (before?.as === 'unknown' && last?.as === 'kept' && last.text === ' ' && piece.as === 'unknown')
      out.splice(-2, 2, { as: 'unknown', text: `${before.text} ${piece.text}` });
    else out.push(piece);
  }
  return out;
}
