import { describe, expect, test } from 'vitest';
import { en } from './en.ts';
import { negotiateLanguage, translator } from './text.ts';
import { zh_cn } from './zh-CN.ts';

/** A translator whose brand is this text, to try patterns with. */
const saying = (text: string, language: 'en' | 'zh-CN' = 'en') =>
  translator(language, { ...(language === 'en' ? en : zh_cn), 'shell.brand': text });

describe('a text', () => {
  test('takes its parameters, a number in the notation of the language', () => {
    const text = saying('{n} of {total} for {firm}, {n} again');
    expect(text('shell.brand', { n: 1234567.25, total: 2, firm: 'A' })).toBe(
      '1,234,567.25 of 2 for A, 1,234,567.25 again',
    );
  });

  test('chooses by the plural of a number', () => {
    const text = saying('{n} {n|record|records}');
    expect([0, 1, 2, 1.5].map((n) => text('shell.brand', { n }))).toEqual([
      '0 records',
      '1 record',
      '2 records',
      '1.5 records',
    ]);
  });

  test('has one plural in Chinese', () => {
    const text = saying('{n|甲|乙}', 'zh-CN');
    expect([text('shell.brand', { n: 1 }), text('shell.brand', { n: 2 })]).toEqual(['乙', '乙']);
  });

  test('shows a parameter that is missing instead of hiding it, and leaves what it does not know', () => {
    expect(saying('{a} { b } {}')('shell.brand')).toBe('{a} { b } {}');
  });

  test('takes a parameter as it is, also when it looks like a pattern', () => {
    expect(saying('{a} {b}')('shell.brand', { a: '{b}', b: "$& $' <i>" })).toBe("{b} $& $' <i>");
  });

  test('keeps a declaration number whole, which comes as text', () => {
    expect(saying('{no}')('shell.brand', { no: '310420260000000001' })).toBe('310420260000000001');
  });
});

describe('the language of a request', () => {
  test.each([
    [null, 'en'],
    ['', 'en'],
    ['*', 'en'],
    ['fr-FR, de;q=0.9', 'en'],
    ['zh', 'zh-CN'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-CN'],
    ['zh-Hans-CN', 'zh-CN'],
    ['ZH-tw', 'zh-CN'],
    ['fr, zh;q=0.5', 'zh-CN'],
    ['en-GB,zh;q=0.9', 'en'],
    ['en;q=0.2, zh;q=0.9', 'zh-CN'],
    ['zh;q=0, en', 'en'],
    ['zh;q=0', 'en'],
    ['en;q=nonsense, zh', 'zh-CN'],
    ['zha, enm', 'en'],
  ])('%j is answered in %s', (header, language) => {
    expect(negotiateLanguage(header)).toBe(language);
  });
});
