import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldForMatch, foldText, originalSpan } from './script.ts';

const RUNS = process.env.LONG ? 5_000 : 200;

/** What a search for `query` would mark in `text`. */
function marked(text: string, query: string): string | null {
  const folded = foldText(text);
  const needle = foldForMatch(query);
  const at = folded.folded.indexOf(needle);
  if (at === -1) return null;
  const { start, end } = originalSpan(folded, at, at + needle.length);
  return text.slice(start, end);
}

describe('foldText', () => {
  it.each([
    ['寧波海關關於嬰幼兒用品檢測報告的公告', '宁波海关关于婴幼儿用品检测报告的公告'],
    ['ＧＢ　３１７０１－２０２６', 'GB 31701—2026'],
    ['甬政办发﹝2026﹞17號', '甬政办发〔2026〕17号'],
    ['〔2026〕17号', '[2026]17号'],
    ['〔2026〕17号', '【2026】17号'],
    ['【文　　号】', '【文号】'],
    ['检测\n  报告', '检测报告'],
    ['第 4.12 条', '第４．１２条'],
    ['Simulated  Use\nDurability', 'simulated use durability'],
    ['“绿码”', '「绿码」'],
    ['检\u200b测', '检测'],
    ['caf\u0065\u0301', 'CAF\u00c9'],
    ['5 ㎎', '5 mg'],
    ['检测，报告', '检测, 报告'],
  ])('folds %j and %j alike', (a, b) => {
    expect(foldForMatch(a)).toBe(foldForMatch(b));
  });

  it.each([
    ['检测', '检验'],
    ['12.5', '125'],
    ['clause 4', 'clause4'],
  ])('keeps %j and %j apart', (a, b) => {
    expect(foldForMatch(a)).not.toBe(foldForMatch(b));
  });

  it('marks what was found in the original as it was written', () => {
    expect(marked('依據《ＧＢ　３１７０１——２０２６》執行', 'gb 31701-2026')).toBe(
      'ＧＢ　３１７０１——２０２６',
    );
    expect(marked('出具檢 測 \n報告後', '检测报告')).toBe('檢 測 \n報告');
    expect(marked('浓度为5㎎，', '5m')).toBe('5㎎');
    expect(marked('婴幼儿用品', '玩具')).toBeNull();
  });

  it('marks characters outside the first plane whole', () => {
    expect(marked('A𠮷野家B', '野家')).toBe('野家');
    expect(marked('A𠮷野家B', '𠮷')).toBe('𠮷');
  });

  const text = fc.string({
    unit: fc.constantFrom(
      '检',
      '測',
      ' ',
      '\n',
      '　',
      'A',
      'ｂ',
      '１',
      '—',
      '-',
      '㎎',
      '𠮷',
      '\u0301',
      '\u200b',
      '〔',
      'é',
    ),
    maxLength: 60,
  });

  it('gives every folded unit a stretch of the original, in order', () => {
    fc.assert(
      fc.property(text, (original) => {
        const { folded, offsets, ends } = foldText(original);
        expect(offsets).toHaveLength(folded.length);
        for (let at = 0; at < folded.length; at += 1) {
          expect(ends[at]).toBeGreaterThan(offsets[at] ?? -1);
          expect(ends[at]).toBeLessThanOrEqual(original.length);
          if (at > 0) expect(offsets[at]).toBeGreaterThanOrEqual(offsets[at - 1] ?? 0);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('changes nothing when it is applied twice', () => {
    fc.assert(
      fc.property(text, (original) => {
        const once = foldForMatch(original);
        expect(foldForMatch(once)).toBe(once);
      }),
      { numRuns: RUNS },
    );
  });
});
