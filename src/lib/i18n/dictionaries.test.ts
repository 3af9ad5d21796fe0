import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { en } from './en.ts';
import { zh_cn } from './zh-CN.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const FOLDER = import.meta.dirname;

/** The program's own text, without its tests and its dictionaries. */
const program = ['src', 'jobs']
  .flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && /(?<!\.test)\.(ts|js|svelte)$/.test(entry.name))
  .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
  .join('\n');

type Texts = Record<string, string>;
const english: Texts = en;
const chinese: Texts = zh_cn;

/** Read from the text: a parser would drop a key that stands twice. */
function keysIn(language: string, file: string): string[] {
  const text = readFileSync(join(FOLDER, language, file), 'utf8');
  return [...text.matchAll(/^ {2}"([^"]+)":/gm)].map(([, key = '']) => key);
}

/** Keys that stand nowhere in the program as a literal. */
function unusedKeys(keys: readonly string[], source: string): string[] {
  // One pass: looking for each of two thousand keys in the whole program takes longer than a test may.
  const literals = new Set([...source.matchAll(/(['"`])([\w.-]+)(?=\1)/g)].map(([, , literal]) => literal));
  return keys.filter((key) => !literals.has(key));
}

/** Keys that are asked for and that the dictionary lacks, and keys put together while the program runs. */
function missingKeys(dictionary: Texts, source: string): string[] {
  // What is built like a key and begins as keys do, directly in a call or in a typed map of keys.
  const called = [...source.matchAll(/\btext\(\s*(?:'([^'\n]+)'|"([^"\n]+)"|`([^`]*)`)/g)].map(
    ([, single, double, template]) => single ?? double ?? template ?? '',
  );
  const mapped = [...source.matchAll(/= \{([^{}]*)\} satisfies (?:Partial<)?Record<[^;]*?TextKey/g)].flatMap(
    ([, inner = '']) => [...inner.matchAll(/:\s*'([^'\n]+)'/g)].map(([, key = '']) => key),
  );
  return [...new Set([...called, ...mapped])].filter((key) => !(key in dictionary));
}

function placeholders(text: string): string[] {
  return [...new Set([...text.matchAll(/\{(\w+)/g)].map(([, name = '']) => name))].sort();
}

const PAIRS: Record<string, string> = {
  '（': '）',
  '“': '”',
  '‘': '’',
  '《': '》',
  '「': '」',
  '【': '】',
  '(': ')',
  '[': ']',
};

/** What is wrong with the punctuation of a Chinese text; null when nothing is. */
function chinesePunctuationProblem(text: string): string | null {
  // A placeholder stands for a word or a number, in either script.
  const plain = text.replaceAll(/\{[^}]*\}/g, '0');
  if (/\p{Script=Han}[,;:?!()]|[,;:?!()]\p{Script=Han}/u.test(plain))
    return 'half-width punctuation beside Chinese';
  if (/\p{Script=Han}\.(?:$|[\s\p{Script=Han}])/u.test(plain)) return 'a full stop that is not 。';
  if (/\p{Script=Han} +[\p{L}\p{N}]|[\p{L}\p{N}] +\p{Script=Han}/u.test(plain))
    return 'a typed space beside Chinese';
  if (/ [，。；：？！）]|[，。；：？！（] /u.test(plain)) return 'a space beside full-width punctuation';
  if (/[，。；：？！]{2}/u.test(plain)) return 'doubled punctuation';
  return unpaired(plain);
}

function unpaired(text: string): string | null {
  const open: string[] = [];
  for (const char of text) {
    const closing = PAIRS[char];
    if (closing) open.push(closing);
    else if (Object.values(PAIRS).includes(char) && char !== '’' && open.pop() !== char)
      return `unpaired ${char}`;
  }
  const rest = open.filter((char) => char !== '’');
  return rest.length > 0 ? `nothing closes before the end: ${rest.join(' ')}` : null;
}

/** Every text for which `problemOf` has something to say. */
function problems(texts: Texts, problemOf: (text: string, key: string) => string | null): Texts {
  const found = Object.entries(texts).flatMap(([key, text]) => {
    const problem = problemOf(text, key);
    return problem === null ? [] : [[key, problem] as const];
  });
  return Object.fromEntries(found);
}

describe('the dictionaries', () => {
  const namespaces = readdirSync(join(FOLDER, 'en')).sort();

  test('have the same files, each with the same keys in the same order', () => {
    expect(readdirSync(join(FOLDER, 'zh-CN')).sort()).toEqual(namespaces);
    for (const file of namespaces) {
      const [ours, theirs] = ['en', 'zh-CN'].map((language) => keysIn(language, file));
      expect({ file, keys: theirs }).toEqual({ file, keys: ours });
    }
  });

  test('define each key once, and are all part of what is shown', () => {
    const keys = namespaces.flatMap((file) => keysIn('en', file));
    expect(keys.sort()).toEqual(Object.keys(english).sort());
    expect(Object.keys(chinese).sort()).toEqual(keys);
  });

  test('have no empty text and none with space around it that nothing needs', () => {
    const padded = (text: string, key: string) =>
      text.trim() === '' || (text !== text.trim() && !key.endsWith('.or') && !key.endsWith('separator'))
        ? text
        : null;
    expect(problems(english, padded)).toEqual({});
    expect(problems(chinese, padded)).toEqual({});
  });

  test('ask for the same parameters in both languages', () => {
    const differing = (text: string, key: string) =>
      placeholders(text).join() === placeholders(chinese[key] ?? '').join() ? null : text;
    expect(problems(english, differing)).toEqual({});
    expect(placeholders('{n} of {total|a|b}, {n}')).toEqual(['n', 'total']);
  });

  test('hold no text that nothing shows', () => {
    expect(unusedKeys(Object.keys(english), program)).toEqual([]);
    expect(unusedKeys(['a.b', 'a.c'], `text('a.b'), text('a.c.d')`)).toEqual(['a.c']);
  });

  test('hold every text that is asked for', () => {
    expect(missingKeys(english, program)).toEqual([]);
  });

  test.each([
    [`{text('nobody.wrote.this')}`, 'nobody.wrote.this'],
    [`const t = text(\n  "nobody.wrote.this", { n })`, 'nobody.wrote.this'],
    ['text(`shell.${name}`)', 'shell.${name}'],
    [`const K = { a: 'nobody.wrote.this' } satisfies Record<Code, TextKey>;`, 'nobody.wrote.this'],
  ])('would be found to lack what %s asks for', (source, key) => {
    expect(missingKeys(english, source)).toEqual([key]);
  });

  test('write Chinese with full-width, paired punctuation and no typed spaces', () => {
    expect(problems(chinese, chinesePunctuationProblem)).toEqual({});
  });

  test('pair their brackets and quotes in English', () => {
    expect(problems(english, (text) => unpaired(text.replaceAll(/\{[^}]*\}/g, '0')))).toEqual({});
  });

  test.each([
    '已导入,请稍候',
    '共{n}条:已完成',
    '(选填)名称',
    '名称 (选填)',
    '已完成.',
    '已导入 3 条',
    '共{n} 条',
    '使用 API 密钥',
    '完成， 请继续',
    '完成。。',
    '（未完',
    '“未完',
    '未完）',
  ])('would find the punctuation of %j wrong', (text) => {
    expect(chinesePunctuationProblem(text)).not.toBeNull();
  });

  test.each([
    '共{n}条：已完成（其中{m|one|more}条有误）。',
    '请打开https://example.org/a?b=1',
    '时间为09:30至18:00',
    '“绿码”与《公告》',
    'Excel 2019, LibreOffice',
    '3.5小时',
  ])('would find nothing wrong with %j', (text) => {
    expect(chinesePunctuationProblem(text)).toBeNull();
  });
});
