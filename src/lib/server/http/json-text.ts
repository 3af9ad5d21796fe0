/** Deeper nesting is no document of ours, and code that walks it would run out of stack. */
export const JSON_DEPTH_MAX = 64;

export type JsonResult =
  { ok: true; value: unknown } | { ok: false; detail: string; line?: number; pointer?: string };

/**
 * Reads JSON that a stranger sent. What cannot be read is told by line and column; nesting that is too deep
 * and text that PostgreSQL cannot store (NUL, half a surrogate pair) by JSON pointer.
 */
export function readJson(text: string): JsonResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return syntaxFault(text);
  }
  const fault = contentFault(value, 0);
  if (!fault) return { ok: true, value };
  const pointer = jsonPointer(fault.path.reverse());
  return {
    ok: false,
    detail: `The body cannot be used${pointer && ` at ${pointer}`}: ${fault.why}.`,
    pointer,
  };
}

/** A JSON pointer (RFC 6901); empty for the whole document. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

type ContentFault = { why: string; path: string[] };

/** The first fault, its path built from the inside out. */
function contentFault(value: unknown, depth: number): ContentFault | null {
  if (typeof value === 'string') return textFault(value);
  if (typeof value !== 'object' || value === null) return null;
  if (depth === JSON_DEPTH_MAX) return { why: `it is nested deeper than ${JSON_DEPTH_MAX} levels`, path: [] };
  for (const [key, inner] of Object.entries(value)) {
    // A name that cannot be stored cannot be answered either: the fault is told of the object around it.
    if (textFault(key)) return { why: 'a name in it contains a character that cannot be stored', path: [] };
    const fault = contentFault(inner, depth + 1);
    if (!fault) continue;
    fault.path.push(key);
    return fault;
  }
  return null;
}

function textFault(text: string): ContentFault | null {
  if (text.includes('\u0000')) return { why: 'the text contains the character U+0000', path: [] };
  if (!text.isWellFormed()) return { why: 'the text contains half of a surrogate pair', path: [] };
  return null;
}

function syntaxFault(text: string): JsonResult {
  const offset = faultOffset(text);
  const before = text.slice(0, offset).split('\n');
  const line = before.length;
  const at = `line ${line}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  const found = text.codePointAt(offset);
  const detail =
    found === undefined
      ? `The body is not complete JSON: it ends too early, at ${at}.`
      : `The body is not JSON: ${JSON.stringify(String.fromCodePoint(found))} at ${at} cannot stand there.`;
  return { ok: false, detail, line };
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const SPACE = /[ \t\n\r]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or close' | 'end';

/** Where the first character stands that JSON does not allow; the parser itself tells it only sometimes. */
function faultOffset(text: string): number {
  const open: ('[' | '{')[] = [];
  let expected: Expected = 'value';
  let at = 0;
  const closed = (): Expected => (open.length === 0 ? 'end' : ', or close');
  while ((at = skip(SPACE, text, at)) < text.length) {
    const char = text.charAt(at);
    const is_value: boolean = expected === 'value' || expected === 'value or ]';
    if (is_value && (char === '[' || char === '{')) {
      open.push(char);
      expected = char === '[' ? 'value or ]' : 'key or }';
      at += 1;
    } else if (
      (char === ']' && open.at(-1) === '[' && (expected === 'value or ]' || expected === ', or close')) ||
      (char === '}' && open.at(-1) === '{' && (expected === 'key or }' || expected === ', or close'))
    ) {
      open.pop();
      expected = closed();
      at += 1;
    } else if (char === ',' && expected === ', or close') {
      expected = open.at(-1) === '[' ? 'value' : 'key';
      at += 1;
    } else if (char === ':' && expected === ':') {
      expected = 'value';
      at += 1;
    } else if (char === '"' && (is_value || expected === 'key' || expected === 'key or }')) {
      const string = stringEnd(text, at);
      if (!string.ok) return string.at;
      at = string.at;
      expected = is_value ? closed() : ':';
    } else if (is_value) {
      const end = Math.max(skip(NUMBER, text, at), skip(WORD, text, at));
      if (end === at) return at;
      at = end;
      expected = closed();
    } else return at;
  }
  return text.length;
}

function stringEnd(text: string, from: number): { ok: boolean; at: number } {
  for (let at = from + 1; at < text.length;) {
    const char = text.charAt(at);
    if (char === '"') return { ok: true, at: at + 1 };
    if (char < ' ') return { ok: false, at };
    const next = char === '\\' ? skip(ESCAPE, text, at) : at + 1;
    if (next === at) return { ok: false, at };
    at = next;
  }
  return { ok: false, at: text.length };
}

/** The end of the pattern's match at `at`; `at` itself when there is none. */
function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
