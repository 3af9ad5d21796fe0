import { describe, expect, it } from 'vitest';
import { findQuantities } from './quantity.ts';
import { factorBetween, hasRatio } from './unit.ts';
import { timed } from '../../../../tests/support/processor-time.ts';

/** The quantities of a text, each as `comparator value unit «as written»`. */
function found(text: string): string[] {
  return findQuantities(text).map((quantity) => {
    const written = text.slice(quantity.number_span.start, quantity.number_span.end);
    if (quantity.kind === 'date') return `${quantity.day} «${written}»`;
    const parts = [quantity.comparator, quantity.value, quantity.unit].filter((part) => part !== null);
    return `${parts.join(' ')} «${written}»`;
  });
}

describe('findQuantities', () => {
  it.each([
    ['速率不应大于 30 mm/s。', 'le 30 mm/s «30 mm/s»'],
    ['不得超过0.1%', 'le 0.1 % «0.1%»'],
    ['应小于等于 90 mg/kg', 'le 90 mg/kg «90 mg/kg»'],
    ['含量小于 90 mg/kg', 'lt 90 mg/kg «90 mg/kg»'],
    ['Cd ＜ 100 ppm', 'lt 100 ppm «100 ppm»'],
    ['不少于6个月', 'ge 6 个月 «6个月»'],
    ['色牢度 3级以上', 'ge 3 级 «3级»'],
    ['罚款10万元以下', 'le 10 万元 «10万元»'],
    ['自签发之日起九十日内有效', 'le 90 日 «九十日»'],
    ['施加 0.45 N·m 的扭矩', '0.45 N·m «0.45 N·m»'],
    ['shall not exceed 30 mm/s', 'le 30 mm/s «30 mm/s»'],
    ['shall be less than 100 ppm', 'lt 100 ppm «100 ppm»'],
    ['at least 12 requirements', 'ge 12 «12»'],
    ['3 kg or less', 'le 3 kg «3 kg»'],
    ['within 5 working days', 'le 5 working days «5 working days»'],
    ['1,000 cycles', '1000 cycles «1,000 cycles»'],
    ['20 000 次', '20000 次 «20 000 次»'],
    ['20\u2009000 次', '20000 次 «20\u2009000 次»'],
    ['20\u202f000.5 N', '20000.5 N «20\u202f000.5 N»'],
    ['at least 1 500 000 cycles', 'ge 1500000 cycles «1 500 000 cycles»'],
    ['表 2 100 mm', '100 mm «100 mm»'],
    ['自2026年5月13日起施行', '2026-05-13 «2026年5月13日»'],
    ['系数为 0.85', '0.85 «0.85»'],
  ])('reads %j', (text, expected) => {
    expect(found(text)).toEqual([expected]);
  });

  it.each(['20\n300 mm', '20  300 mm', '20\t300 mm'])('reads two numbers of %j', (text) => {
    expect(found(text)).toEqual(['20 «20»', '300 mm «300 mm»']);
  });

  it('reads a unit that two numbers share', () => {
    expect(found('(20 ± 2) ℃')).toEqual(['20 ℃ «20»', 'within 2 ℃ «2»']);
    expect(found('宽度 5~10 mm')).toEqual(['5 mm «5»', '10 mm «10 mm»']);
  });

  it.each([
    '符合第4.12条',
    '表 2',
    'GB 31701—2026',
    '按4.12的规定',
    'Clauses 4.8 and 4.11',
    '1. 总则',
    '4.12.3',
    '2026年',
    '一次性用品',
    '第三条',
  ])('takes no number of %j for a quantity', (text) => {
    expect(found(text)).toEqual([]);
  });

  it('reads a page of numbers in linear time', () => {
    const { used_ms } = timed(() => {
      findQuantities('不应大于 30 mm/s，'.repeat(10_000));
      findQuantities('1,'.repeat(50_000));
    });
    expect(used_ms).toBeLessThan(5_000);
  });
});

describe('factorBetween', () => {
  it('turns units of one dimension into each other', () => {
    expect(factorBetween('%', 'mg/kg')).toBe(10_000);
    expect(factorBetween('ppm', 'mg/kg')).toBe(1);
    expect(factorBetween('小时', 'min')).toBe(60);
    expect(factorBetween('N·m', 'n.m')).toBe(1);
  });

  it.each([
    ['mm', 'N'],
    ['日', '个工作日'],
    ['类', '项'],
    ['mm', 'furlong'],
  ])('does not turn %s into %s', (from, to) => {
    expect(factorBetween(from, to)).toBeNull();
  });

  it('knows what has no percentage', () => {
    expect([hasRatio('℃'), hasRatio('级'), hasRatio('mm')]).toEqual([false, false, true]);
  });
});
