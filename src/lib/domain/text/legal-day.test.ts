import { describe, expect, it } from 'vitest';
import { readChineseNumber } from './chinese-number.ts';
import { findDays, readDay } from './legal-day.ts';

describe('readDay', () => {
  it.each([
    '2026年5月13日',
    '2026 年 5 月 13 日',
    '2026-05-13',
    '2026.05.13',
    '2026/5/13',
    '20260513',
    '20260513093000',
    '202605130930',
    '[2026-05-13]',
    '【2026-05-13】',
    '二〇二六年五月十三日',
    '二○二六年五月十三日',
    '二零二六年五月十三日',
    '２０２６年５月１３日',
    '13 May 2026',
    'May 13, 2026',
    '2026-05-13 23:59',
    '2026-05-13T00:30:00+08:00',
    '2026-05-12T16:00:00Z',
    '1778634000000',
    1778634000000,
  ])('reads %j', (written) => {
    expect(readDay(written)).toEqual({ ok: true, day: '2026-05-13' });
  });

  it.each(['05-13', '5月13日', '五月十三日', '05/13', '[05-13]'])(
    'does not guess the year of %j',
    (written) => {
      expect(readDay(written)).toEqual({ ok: false, problem: 'no_year' });
    },
  );

  it.each(['2026-02-30', '2026年13月1日', '20260431', '2025-02-29'])('says that %j is no day', (written) => {
    expect(readDay(written)).toEqual({ ok: false, problem: 'impossible' });
  });

  it.each(['', '近期无更新', '2026', '2026年5月', 17, Number.NaN, '17786340'])(
    'cannot read %j',
    (written) => {
      expect(readDay(written).ok).toBe(false);
    },
  );
});

describe('findDays', () => {
  it('reads the cover of a standard', () => {
    expect(findDays('2024-06-25发布2026-01-01实施')).toEqual([
      { day: '2024-06-25', role: 'issued', start: 0, end: 10 },
      { day: '2026-01-01', role: 'effective', start: 12, end: 22 },
    ]);
  });

  it.each([
    ['本公告自2026年5月13日起施行。', '2026-05-13', 'effective'],
    ['请于二〇二六年六月一日前反馈', '2026-06-01', 'deadline'],
    ['【生效日期】2026-05-13', '2026-05-13', 'effective'],
    ['effective from 13 May 2026', '2026-05-13', 'effective'],
    ['2020年1月6日废止', '2020-01-06', 'ended'],
    ['会议于2026年5月13日召开', '2026-05-13', null],
  ])('reads %j', (text, day, role) => {
    expect(findDays(text).map((found) => [found.day, found.role])).toEqual([[day, role]]);
  });

  it('leaves to the next day the label that stands before it', () => {
    const text = '发布日期：2026-05-13 实施日期：2026-06-01 废止日期：2027-06-01';
    expect(findDays(text).map(({ role }) => role)).toEqual(['issued', 'effective', 'ended']);
  });

  it.each(['GB 31701-2026-05-13', '2026.05.13.4', '第4.12.5条'])('finds no day in %j', (text) => {
    expect(findDays(text)).toEqual([]);
  });
});

describe('readChineseNumber', () => {
  it.each([
    ['十', 10],
    ['十二', 12],
    ['二十', 20],
    ['九十', 90],
    ['一百零三', 103],
    ['二百三十四', 234],
    ['一千二百', 1200],
    ['二〇二六', 2026],
    ['两', 2],
  ])('reads %s as %i', (text, number) => {
    expect(readChineseNumber(text)).toBe(number);
  });

  it.each(['', '百十百', '十百', '一二十', '件'])('refuses %j', (text) => {
    expect(readChineseNumber(text)).toBeNull();
  });
});
