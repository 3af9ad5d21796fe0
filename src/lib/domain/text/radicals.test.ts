import { describe, expect, test } from 'vitest';
import { unifyRadicals } from './radicals.ts';

describe('unifyRadicals', () => {
  test.each([
    ['婴幼⼉⽤品', '婴幼儿用品'],
    ['邻苯⼆甲酸酯', '邻苯二甲酸酯'],
    ['⻋⻔⻚⻛⻓⻅', '车门页风长见'],
    ['⽇⽉⽔⽕⽊⾦⼟', '日月水火木金土'],
  ])('writes %s as %s', (given, unified) => {
    expect(unifyRadicals(given)).toBe(unified);
  });

  test('leaves every other character alone, also a radical without a counterpart', () => {
    const text = 'Clause 4.12 〔2026〕17号 ＡＢＣ ① ㎡ 豈 ⺀ カタカナ 𠮷';
    expect(unifyRadicals(text)).toBe(text);
  });

  test('leaves none of Kangxi', () => {
    const all = Array.from({ length: 214 }, (_, index) => String.fromCodePoint(0x2f00 + index)).join('');
    expect(unifyRadicals(all)).toMatch(/^[\u4e00-\u9fff]{214}$/);
  });
});
