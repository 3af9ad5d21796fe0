import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlossary, conflictOf, type GlossaryTerm, type TermKind } from './glossary.ts';
import { LINE_LENGTH_MAX, translateLine, type Piece } from './translate-line.ts';

const term = (kind: TermKind, zh: string, en: string, aliases: string[] = []): GlossaryTerm => ({
  kind,
  zh,
  en,
  aliases,
});
const TERMS = [
  term('test', '扭矩试验', 'Torque test', ['torque testing']),
  term('test', '可拆卸部件扭矩试验', 'Torque test for detachable parts'),
  term('test', '铅', 'Lead'),
  term('test', '邻苯二甲酸酯', 'Phthalates', ['phthalate']),
  term('verdict', '合格', 'Pass', ['P', 'passed']),
  term('verdict', '不合格', 'Fail', ['F']),
  term('verdict', '未检出', 'Not detected', ['N.D.', 'ND']),
  term('unit', '毫克/千克', 'mg/kg'),
  term('unit', '毫克', 'mg'),
  term('unit', 'ppm', 'ppm'),
  term('unit', '牛·米', 'N·m'),
  term('unit', '秒', 's'),
];
const glossary = compileGlossary(TERMS);

/** A line as it is shown: translations in brackets, unknown words in braces, everything else as it stands. */
function shown(line: string, to: 'en' | 'zh', expected: TermKind | null = null): string {
  return translateLine(glossary, line, { to, expected })
    .map((piece) =>
      piece.as === 'term' || piece.as === 'clause'
        ? `[${piece.translation}]`
        : piece.as === 'unknown'
          ? `{${piece.text}}`
          : piece.text,
    )
    .join('');
}

describe('a line in Chinese', () => {
  it.each([
    ['the longest spelling', '可拆卸部件扭矩试验', '[Torque test for detachable parts]'],
    ['blanks and full width', '扭矩　试验 ０.34 N·m 合 格', '[Torque test] ０.34 N·m [Pass]'],
    ['traditional characters', '扭矩試驗', '[Torque test]'],
    ['a clause', '第4.12条 扭矩试验', '[Clause 4.12] [Torque test]'],
    ['several clauses', '按第4.8、4.11条', '{按}[Clauses 4.8, 4.11]'],
    ['an annex', '附录A.2', '[Annex A.2]'],
    ['the number of a standard', '检测依据 GB 31701—2026', '{检测依据} GB 31701—2026'],
    ['a unit behind its number', '5 毫克/千克，3秒', '5 [mg/kg]，3[s]'],
    ['a verdict in both languages', 'PASS 合格', 'PASS [Pass]'],
    ['a result with its limit', '未检出(<5 mg/kg)', '[Not detected](<5 mg/kg)'],
  ])('is read with %s', (_, line, expected) => {
    expect(shown(line, 'en')).toBe(expected);
  });

  it.each([
    ['a verdict inside other words', '合格证书', '{合格证书}'],
    ['the opposite of a verdict', '非合格', '{非合格}'],
    ['a negated test', '不含邻苯二甲酸酯', '{不含}[Phthalates]'],
    ['one character of a word', '铅笔', '{铅笔}'],
    ['a paragraph of a law', '第十二条第二款', '{第十二条第二款}'],
    ['a range of clauses', '第4.1至4.12条', '{第}4.1{至}4.12{条}'],
  ])('is not guessed in %s', (_, line, expected) => {
    expect(shown(line, 'en')).toBe(expected);
  });
});

describe('a line in English', () => {
  it.each([
    ['case and width', 'ＴＯＲＱＵＥ  Test', '[扭矩试验]'],
    ['the longest spelling', 'Torque test for detachable parts', '[可拆卸部件扭矩试验]'],
    ['a clause', 'Clause 4.12 Torque test', '[第4.12条] [扭矩试验]'],
    ['several clauses', 'Clauses 4.8 and 4.11', '[第4.8、4.11条]'],
    ['a unit behind its number', '0.34 N·m', '0.34 [牛·米]'],
    ['a unit that is the same', '100 ppm', '100 ppm'],
    [
      'a row with a verdict at its end',
      '4.8 Torque test 0.34 N·m Passed',
      '4.8 [扭矩试验] 0.34 [牛·米] [合格]',
    ],
    ['a result with its limit', 'ND(<5 mg/kg)', '[未检出](<5 [毫克/千克])'],
    ['numbers of reports and standards', 'SR-2026-001 GB 31701-2026', 'SR-2026-001 GB 31701-2026'],
    ['words that stay together', 'Rail cover, blue', '{Rail cover}, {blue}'],
  ])('is read with %s', (_, line, expected) => {
    expect(shown(line, 'zh')).toBe(expected);
  });

  it.each([
    ['a word that contains a term', 'Passenger leading', '{Passenger leading}'],
    ['a joined word', 'phthalate-free', '{phthalate-free}'],
    ['what is not so', 'did not pass', '{did not pass}'],
    ['a sentence about passing', 'failed to pass.', '{failed to pass.}'],
    ['a verdict in the middle of a sentence', 'to pass the gate', '{to pass the gate}'],
    ['a unit inside another', '5 mg/L', '5 {mg/L}'],
    ['a letter of another word', '5 stars, P. Smith', '5 {stars}, {P. Smith}'],
  ])('is not guessed in %s', (_, line, expected) => {
    expect(shown(line, 'zh')).toBe(expected);
  });

  it('reads a whole cell as what its column holds', () => {
    expect(shown('P', 'zh', 'verdict')).toBe('[合格]');
    expect(shown('s', 'zh', 'unit')).toBe('[秒]');
  });
});

it('takes no side when two terms of a kind share a spelling, unless the column says which kind it is', () => {
  const two = [
    term('test', '合格率', 'Yield'),
    term('verdict', '通过', 'Yield'),
    term('verdict', '符合', 'Pass'),
  ];
  const unsure = compileGlossary([...TERMS, ...two]);
  const read = (line: string, expected: TermKind | null) =>
    translateLine(unsure, line, { to: 'zh', expected });
  expect(read('Pass', 'verdict')).toEqual([{ as: 'unknown', text: 'Pass' }]);
  expect(read('Yield', null)).toEqual([{ as: 'unknown', text: 'Yield' }]);
  expect(read('Yield', 'verdict')).toEqual([
    { as: 'term', text: 'Yield', translation: '通过', kind: 'verdict' },
  ]);
});

it('finds the spelling that a new term would share with another of its kind', () => {
  expect(conflictOf(term('verdict', '通过', 'OK', ['ＰＡＳＳＥＤ']), TERMS)).toMatchObject({
    spelling: 'passed',
    other: { zh: '合格' },
  });
  expect(conflictOf(term('test', '通过', 'OK', ['passed']), TERMS)).toBeNull();
});

it('keeps every character of a line in its place, whatever the line is', () => {
  const words = TERMS.flatMap(({ zh, en, aliases }) => [zh, en, ...aliases]);
  const part = fc.oneof(
    fc.constantFrom(
      ...words,
      '第4.12条',
      'Clause 4.8',
      'GB 31701—2026',
      ' ',
      '　',
      '不',
      'not ',
      '\t',
      '℃',
      '(',
      '０',
    ),
    fc.string({ unit: 'grapheme', maxLength: 6 }),
  );
  const line = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(line, fc.constantFrom('en' as const, 'zh' as const), (text, to) => {
      const pieces: Piece[] = translateLine(glossary, text, { to });
      expect(pieces.map((piece) => piece.text).join('')).toBe(text.slice(0, LINE_LENGTH_MAX));
    }),
    { numRuns: process.env.LONG ? 20_000 : 200 },
  );
});
