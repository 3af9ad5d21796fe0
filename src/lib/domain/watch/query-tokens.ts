import { narrow } from '#lib/domain/text/fold.ts';
import type { QueryProblem } from './query.ts';

/** A piece of a query as typed, with its place. Words next to each other may be one citation. */
export type QueryToken = { start: number; end: number } & (
  | { kind: 'open' | 'close' | 'and' | 'or' | 'not' }
  | { kind: 'near'; distance: number }
  | { kind: 'word'; text: string }
  | { kind: 'phrase'; text: string }
  | { kind: 'field'; field: 'clause' | 'doc'; value: string }
);

/** Quotes of both languages and how each is closed. */
const QUOTES: Record<string, string> = {
  '"': '"”“＂',
  '＂': '"”＂',
  '“': '”"＂',
  '”': '”"＂',
  '„': '”“"',
  '「': '」',
  '『': '』',
};
const SPECIAL = /[\s()（）"＂“”„「『]/;
const NEAR_MIN = 0;

/** Cuts a query into tokens. What cannot be read is a problem, and the rest is read all the same. */
export function queryTokens(
  query: string,
  near_max: number,
): { tokens: QueryToken[]; problems: QueryProblem[] } {
  const tokens: QueryToken[] = [];
  const problems: QueryProblem[] = [];
  let at = 0;
  while (at < query.length) {
    const character = query[at] ?? '';
    if (/\s/.test(character)) at += 1;
    else if (/[(（]/.test(character)) tokens.push({ kind: 'open', start: at, end: (at += 1) });
    else if (/[)）]/.test(character)) tokens.push({ kind: 'close', start: at, end: (at += 1) });
    else if (character in QUOTES) at = readPhrase(query, at, { tokens, problems });
    else at = readWord(query, at, near_max, { tokens, problems });
  }
  return { tokens, problems };
}

type Read = { tokens: QueryToken[]; problems: QueryProblem[] };

function readPhrase(query: string, start: number, { tokens, problems }: Read): number {
  const end = closingQuote(query, start);
  if (end === null) {
    problems.push({ code: 'quote_not_closed', start, end: query.length, found: query.slice(start) });
    return query.length;
  }
  tokens.push({ kind: 'phrase', text: query.slice(start + 1, end), start, end: end + 1 });
  return end + 1;
}

/** Where the phrase that begins at `start` ends; null when it does not. */
function closingQuote(query: string, start: number): number | null {
  const closers = QUOTES[query[start] ?? ''] ?? '';
  for (let at = start + 1; at < query.length; at += 1) if (closers.includes(query[at] ?? '')) return at;
  return null;
}

function readWord(query: string, start: number, near_max: number, read: Read): number {
  let end = start;
  while (end < query.length && !SPECIAL.test(query[end] ?? '')) end += 1;
  const text = query.slice(start, end);
  const operator = narrow(text);
  if (operator === 'AND' || operator === 'OR' || operator === 'NOT') {
    const kind = operator === 'AND' ? 'and' : operator === 'OR' ? 'or' : 'not';
    read.tokens.push({ kind, start, end });
    return end;
  }
  if (/^NEAR(?:\/.*)?$/.test(operator)) {
    readNear(operator, { start, end, text }, near_max, read);
    return end;
  }
  const field = /^(?<name>[a-z_]+)[:：](?!\/\/)/i.exec(operator)?.groups?.name?.toLowerCase();
  if (field === undefined) {
    const bare = withParentheses(query, start, end);
    read.tokens.push({ kind: 'word', text: query.slice(start, bare), start, end: bare });
    return bare;
  }
  return readField(query, { start, end, field }, read);
}

function readNear(
  operator: string,
  { start, end, text }: { start: number; end: number; text: string },
  near_max: number,
  { tokens, problems }: Read,
): void {
  const written = operator.slice('NEAR/'.length);
  const distance = /^\d{1,4}$/.test(written) ? Number(written) : NaN;
  if (operator === 'NEAR' || written === '')
    problems.push({ code: 'near_without_distance', start, end, found: text });
  else if (!(distance >= NEAR_MIN && distance <= near_max))
    problems.push({ code: 'near_distance', start, end, found: text });
  tokens.push({ kind: 'near', distance: Number.isFinite(distance) ? distance : near_max, start, end });
}

/** `clause:4.12`, `clause:"附录 A.2"`, `doc:2026-017`, `doc:宁波海关公告（2026）17号`. */
function readField(
  query: string,
  { start, end, field }: { start: number; end: number; field: string },
  { tokens, problems }: Read,
): number {
  const colon = /[:：]/.exec(query.slice(start, end))?.index ?? 0;
  const from = start + colon + 1;
  let stop = withParentheses(query, from, end);
  let value = query.slice(from, stop);
  if (value === '' && (query[from] ?? '') in QUOTES) {
    const close = closingQuote(query, from);
    if (close === null) {
      problems.push({ code: 'quote_not_closed', start: from, end: query.length, found: query.slice(from) });
      return query.length;
    }
    value = query.slice(from + 1, close);
    stop = close + 1;
  }
  if (field === 'clause' || field === 'doc') tokens.push({ kind: 'field', field, value, start, end: stop });
  else problems.push({ code: 'unknown_field', start, end: from, found: query.slice(start, from) });
  return stop;
}

/** Brackets of a citation belong to its word: 公告（2026）17号, clause:4.12(b), 第十二条第（三）项. */
function withParentheses(query: string, start: number, end: number): number {
  let at = end;
  for (;;) {
    const inside =
      /^[(（](?:\p{N}{4}年?|[a-z]|[一二三四五六七八九十]{1,3})[)）][^\s()（）"＂“”„「『]*/iu.exec(
        query.slice(at),
      );
    if (!inside || at === start) return at;
    at += inside[0].length;
  }
}
