import { describe, expect, it } from 'vitest';
import { formats } from './format.ts';

const en = formats('en', 2026);
const zh = formats('zh-CN', 2026);

describe('formats', () => {
  it('writes days with the year only when it is another one', () => {
    expect([en.day('2026-09-21'), en.day('2025-09-21')]).toEqual(['21 Sep', '21 Sep 2025']);
    expect([zh.day('2026-09-21'), zh.day('2025-09-21')]).toEqual(['9月21日', '2025年9月21日']);
  });

  it('writes a span without repeating what both ends share', () => {
    expect(en.span('2026-05-01', '2026-05-14')).toBe('1 to 14 May');
    expect(en.span('2026-08-24', '2026-09-20')).toBe('24 Aug to 20 Sep');
    expect(en.span('2025-12-20', '2026-01-02')).toBe('20 Dec 2025 to 2 Jan 2026');
    expect(en.span('2026-05-14', '2026-05-14')).toBe('14 May');
    expect(zh.span('2026-08-24', '2026-09-20')).toBe('8月24日至9月20日');
    expect(zh.span('2025-12-20', '2026-01-02')).toBe('2025年12月20日至2026年1月2日');
  });

  it('shows instants in China time, whatever the machine keeps', () => {
    const late = new Date('2026-09-20T16:10:00Z');
    expect(en.dateline(late)).toBe('Monday 21 September 2026, 00:10');
    expect(zh.dateline(late)).toBe('2026年9月21日 星期一 00:10');
    expect(en.instant(late)).toBe('21 Sep, 00:10');
  });

  it('gives deltas a sign, a true minus, and none to a rounded zero', () => {
    expect([en.signed(-0.44, 1), en.signed(0.6, 1), en.signed(-0.04, 1)]).toEqual(['−0.4', '+0.6', '0.0']);
  });

  it('keeps one decimal of a percentage below ten', () => {
    expect([en.percent(0.58), en.percent(0.009), en.percent(0), en.percent(1)]).toEqual([
      '58',
      '0.9',
      '0',
      '100',
    ]);
  });
});
