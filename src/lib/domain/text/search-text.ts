import { findClauses, parseClause } from './clauses.ts';
import { documentKey, findDocumentNos } from './document-no.ts';
import { findStandardNos, standardText } from './standard-no.ts';
import { foldText, originalSpan } from './script.ts';

/**
 * What a full-text index keeps of a text, so that it works for Chinese without a dictionary and on any
 * PostgreSQL: words of Latin letters and digits, pairs of neighbouring Chinese characters, and what is cited
 * (`clause:4.12`, `std:GB 31701-2026`, `doc:…`) under one name however it is written.
 */
export function searchTokens(text: string): string[] {
  const { folded } = foldText(text);
  return [...new Set([...wordTokens(folded), ...citationTokens(text)])];
}

/** Longer words are cut: an index entry has a limit, and nobody types so many letters. */
export const WORD_CHARACTERS_MAX = 64;
const WORD = /\p{Script=Han}+|[[\p{L}\p{N}]--\p{Script=Han}]+(?:[.\-][[\p{L}\p{N}]--\p{Script=Han}]+)*/gv;
const HAN = /^\p{Script=Han}/u;

function* wordTokens(folded: string): Generator<string> {
  for (const [word] of folded.matchAll(WORD)) {
    if (HAN.test(word)) yield* pairsOf(word);
    else {
      yield word.slice(0, WORD_CHARACTERS_MAX);
      // 31701-2026 is found by either part.
      if (/[.-]/.test(word))
        for (const part of word.split(/[.-]/)) if (part !== '') yield part.slice(0, WORD_CHARACTERS_MAX);
      // And GB31701, written without a blank, by its letters and by its number.
      const runs = runsOf(word);
      if (runs.length > 1) for (const run of runs) yield run.slice(0, WORD_CHARACTERS_MAX);
    }
  }
}

/** The letters and the digits of a word, each run by itself. */
export function runsOf(word: string): string[] {
  return word.match(/\p{N}+|[^\p{N}.\-]+/gu) ?? [];
}

/** Neighbouring characters of a Chinese run, two by two; a run of one is itself. */
export function pairsOf(run: string): string[] {
  const characters = [...run];
  if (characters.length === 1) return characters;
  return characters.slice(1).map((character, index) => `${characters[index] ?? ''}${character}`);
}

function citationTokens(text: string): string[] {
  return [
    ...findClauses(text).map(({ path }) => `clause:${path}`),
    ...findStandardNos(text).flatMap((standard) => [
      `std:${standardText(standard)}`,
      `std:${standardText({ ...standard, year: null })}`,
    ]),
    ...findDocumentNos(text).flatMap((document) => {
      const key = documentKey(document);
      return key === null ? [] : [`doc:${key}`];
    }),
  ];
}

/** What a person searches for: tokens that must all be there, and where one character stands for many words. */
export type SearchQuery = {
  tokens: string[];
  /** Beginnings of tokens: a single Chinese character is the beginning of its pairs. */
  prefixes: string[];
  /** Words and runs as they must stand in the folded text; pairs alone may lie apart. */
  phrases: string[];
};

/** Reads what was typed into a search field; null when there is nothing to look for. */
export function parseSearch(typed: string): SearchQuery | null {
  const clause = parseClause(typed);
  // A bare number such as 4.12 may be a clause or a word; the clause is what is meant where it is written as one.
  if (clause !== null && !/^[\d.]+$/.test(foldText(typed).folded))
    return { tokens: [`clause:${clause}`], prefixes: [], phrases: [] };
  const query: SearchQuery = { tokens: [], prefixes: [], phrases: [] };
  for (const [word] of foldText(typed).folded.matchAll(WORD)) {
    const is_single = HAN.test(word) && [...word].length === 1;
    if (is_single) query.prefixes.push(word);
    else if (HAN.test(word)) query.tokens.push(...pairsOf(word));
    else query.tokens.push(word.slice(0, WORD_CHARACTERS_MAX));
    query.phrases.push(word);
  }
  return query.phrases.length > 0 ? query : null;
}

/** The query as `to_tsquery` of the configuration `simple` takes it, each token quoted. */
export function tsQuery({ tokens, prefixes }: SearchQuery): string {
  const quoted = (token: string) => `'${token.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
  return [...tokens.map(quoted), ...prefixes.map((prefix) => `${quoted(prefix)}:*`)].join(' & ');
}

export type Highlight = { start: number; end: number };
const HIGHLIGHTS_MAX = 200;

/** Where the query stands in a text, in UTF-16 units of the original, in order and without overlaps. */
export function highlightsOf(text: string, query: SearchQuery): Highlight[] {
  const folded = foldText(text);
  const found: Highlight[] = [];
  for (const phrase of query.phrases)
    for (
      let at = folded.folded.indexOf(phrase);
      at >= 0 && found.length < HIGHLIGHTS_MAX;
      at = folded.folded.indexOf(phrase, at + phrase.length)
    )
      found.push(originalSpan(folded, at, at + phrase.length));
  const clauses = query.tokens.flatMap((token) =>
    token.startsWith('clause:') ? [token.slice('clause:'.length)] : [],
  );
  if (clauses.length > 0)
    for (const { path, start, end } of findClauses(text))
      if (clauses.includes(path)) found.push({ start, end });
  return merged(found.sort((a, b) => a.start - b.start || a.end - b.end));
}

function merged(spans: readonly Highlight[]): Highlight[] {
  const out: Highlight[] = [];
  for (const span of spans) {
    const last = out.at(-1);
    if (last && span.start <= last.end) last.end = Math.max(last.end, span.end);
    else out.push({ ...span });
  }
  return out;
}
