import { describe, expect, test } from 'vitest';
import { gtinText, readGtin } from './gtin.ts';

describe('a GTIN', () => {
  test.each([
    ['4006381333931', '04006381333931'],
    ['６９０１２３４５６７８９２', '06901234567892'],
    ['96385074', '00000096385074'],
    ['036000291452', '00036000291452'],
    ['4 006381-333931', '04006381333931'],
  ])('is read from %j', (written, gtin) => {
    expect(readGtin(written)).toEqual({ ok: true, gtin });
  });

  test.each([
    ['4006381333932', 'check_digit'],
    ['9638507', 'length'],
    ['963850741', 'length'],
    ['', 'length'],
    ['40063813339E1', 'length'],
  ])('is refused in %j', (written, problem) => {
    expect(readGtin(written)).toEqual({ ok: false, problem });
  });

  test('is shown as it is printed', () => {
    expect(['04006381333931', '00000096385074', '00036000291452'].map(gtinText)).toEqual([
      '4006381333931',
      '96385074',
      '036000291452',
    ]);
  });
});
