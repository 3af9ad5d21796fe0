import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JSON_DEPTH_MAX, jsonPointer, readJson } from './json-text.ts';

const RUNS = process.env.LONG ? 5_000 : 200;

function detailOf(text: string): string | null {
  const read = readJson(text);
  return read.ok ? null : read.detail;
}

describe('reading JSON', () => {
  test.each([
    ['{"a": x}', 'The body is not JSON: "x" at line 1, column 7 cannot stand there.'],
    ['{"a": 1,\n "b": 2,\n}', 'The body is not JSON: "}" at line 3, column 1 cannot stand there.'],
    ['[1, 2', 'The body is not complete JSON: it ends too early, at line 1, column 6.'],
    ['{"a" 1}', 'The body is not JSON: "1" at line 1, column 6 cannot stand there.'],
    ['{"a": "\\x"}', 'The body is not JSON: "\\\\" at line 1, column 8 cannot stand there.'],
    ['{"a": "one\ntwo"}', 'The body is not JSON: "\\n" at line 1, column 11 cannot stand there.'],
    ["{'a': 1}", 'The body is not JSON: "\'" at line 1, column 2 cannot stand there.'],
    ['{"a": 01}', 'The body is not JSON: "1" at line 1, column 8 cannot stand there.'],
    ['true false', 'The body is not JSON: "f" at line 1, column 6 cannot stand there.'],
    ['[1]]', 'The body is not JSON: "]" at line 1, column 4 cannot stand there.'],
    ['{"a": "open', 'The body is not complete JSON: it ends too early, at line 1, column 12.'],
    ['{"时": 时}', 'The body is not JSON: "时" at line 1, column 7 cannot stand there.'],
  ])('says where %j breaks', (text, detail) => {
    expect(detailOf(text)).toBe(detail);
  });

  test('refuses nesting beyond the limit and takes what is just within it', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(readJson(nested(JSON_DEPTH_MAX)).ok).toBe(true);
    expect(detailOf(nested(JSON_DEPTH_MAX + 1))).toMatch(/nested deeper than 64 levels\.$/);
  });

  test('survives half a megabyte of opening brackets, closed or not', () => {
    const half = '['.repeat(500_000);
    expect(detailOf(half)).toMatch(/ends too early/);
    expect(detailOf(half + ']'.repeat(500_000))).toMatch(/nested deeper/);
  });

  test.each([
    ['a value', '{"items": [{"na/me": "a\\u0000b"}]}', '/items/0/na~1me', 'U+0000'],
    ['a name', '{"b": {"a\\u0000": 1}}', '/b', 'a name'],
    ['half a surrogate pair', '["\\ud83d"]', '/0', 'surrogate'],
  ])('refuses %s that PostgreSQL cannot store', (_what, text, pointer, word) => {
    const read = readJson(text);
    expect(read).toMatchObject({ ok: false, pointer });
    expect(detailOf(text)).toContain(word);
  });

  test('agrees with the parser on every document, and finds a place in every damaged one', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom('"', '}', ']', ',', ':', 'x', '\\', '0'),
        (text, at, char) => {
          const position = at % (text.length + 1);
          const damaged = text.slice(0, position) + char + text.slice(position);
          let is_json = true;
          try {
            JSON.parse(damaged);
          } catch {
            is_json = false;
          }
          const read = readJson(damaged);
          if (is_json) expect(read.ok || read.line === undefined).toBe(true);
          else expect(!read.ok && read.line).toBeGreaterThan(0);
          // What stands before the fault is good: the fault never lies before the damage that we did.
          if (!is_json && !read.ok) {
            const column = Number(/column (\d+)/.exec(read.detail)?.[1]);
            const lines = damaged.split('\n');
            const offset =
              lines.slice(0, (read.line ?? 1) - 1).join('\n').length +
              ((read.line ?? 1) > 1 ? 1 : 0) +
              column -
              1;
            expect(offset).toBeGreaterThanOrEqual(Math.min(position, firstEffect(text, position)));
          }
        },
      ),
      { numRuns: RUNS, seed: 20260513 },
    );
  });
});

/** A character put into a string, or into a number, is noticed where that token breaks, never before it begins. */
function firstEffect(text: string, position: number): number {
  const quotes = [...text.matchAll(/"/g)].map((match) => match.index).filter((index) => index < position);
  const token = /[-\w.+]*$/.exec(text.slice(0, position))?.index ?? position;
  return Math.min(token, quotes.at(-1) ?? position);
}

test('a JSON pointer escapes tilde and slash', () => {
  expect(jsonPointer(['a/b', 'c~d', 3])).toBe('/a~1b/c~0d/3');
  expect(jsonPointer([])).toBe('');
});
