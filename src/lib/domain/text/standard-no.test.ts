import { describe, expect, it } from 'vitest';
import {
  canMeanEdition,
  findStandardNos,
  isSameEdition,
  isSameStandard,
  parseStandardNo,
  standardText,
  stripSacinfo,
} from './standard-no.ts';

function found(text: string): string[] {
  return findStandardNos(text).map(
    (standard) => `${standardText(standard)} «${text.slice(standard.start, standard.end)}»`,
  );
}

function parsed(text: string) {
  const standard = parseStandardNo(text);
  if (!standard) throw new Error(`${text} was not read`);
  return standard;
}

describe('findStandardNos', () => {
  it.each(['-', '—', '–', '―', '−', '─', 'ー', '－', '﹣', '——'])(
    'reads an edition behind the dash %j',
    (dash) => {
      expect(found(`GB 31701${dash}2026`)).toEqual([`GB 31701-2026 «GB 31701${dash}2026»`]);
    },
  );

  it.each([
    ['GB31701—2015', 'GB 31701-2015'],
    ['ＧＢ　３１７０１－２０２６', 'GB 31701-2026'],
    ['GB\u00a031701-2026', 'GB 31701-2026'],
    ['GB\u200b31701-2026', 'GB 31701-2026'],
    ['GB/T 46975—2025', 'GB/T 46975-2025'],
    ['GBT 46975-2025', 'GB/T 46975-2025'],
    ['GB/Z 12345—2020', 'GB/Z 12345-2020'],
    ['GBZ 188-2014', 'GBZ 188-2014'],
    ['GB 6675.1-2014', 'GB 6675.1-2014'],
    ['GB/T 1.1-2020', 'GB/T 1.1-2020'],
    ['GB 9685-95', 'GB 9685-1995'],
    ['GB 31701', 'GB 31701'],
    ['FZ/T 73025-2019', 'FZ/T 73025-2019'],
    ['DB33/T 2233—2020', 'DB33/T 2233-2020'],
    ['T/CTCA 12-2021', 'T/CTCA 12-2021'],
    ['EN 71-3:2019', 'EN 71-3:2019'],
    ['ISO/IEC 17025:2017', 'ISO/IEC 17025:2017'],
    ['ASTM F963-23', 'ASTM F963-2023'],
  ])('reads %j as %s', (text, standard) => {
    expect(found(text)).toEqual([`${standard} «${text}»`]);
  });

  it.each(['SGB 31701', 'GB 31701-20261', 'GB31701.', '16GB 512', 'abcEN 71'])(
    'does not take %j for a dated edition',
    (text) => {
      expect(findStandardNos(text).every((standard) => standard.year === null)).toBe(true);
      expect(found(text).filter((line) => !line.startsWith('GB 31701 '))).toEqual([]);
    },
  );

  it('finds those of a sentence, in order', () => {
    expect(found('依据《GB 31701—2026》和EN 71-3:2019，代替GB 28007—2011。')).toEqual([
      'GB 31701-2026 «GB 31701—2026»',
      'EN 71-3:2019 «EN 71-3:2019»',
      'GB 28007-2011 «GB 28007—2011»',
    ]);
  });
});

describe('parseStandardNo', () => {
  it('reads the number of the standards platform, whose year stands outside the tags', () => {
    const code = '<sacinfo>GB</sacinfo> <sacinfo>31701</sacinfo>-2015';
    expect(standardText(parsed(code))).toBe('GB 31701-2015');
    expect(stripSacinfo('<sacinfo>婴幼儿</sacinfo>及儿童')).toBe('婴幼儿及儿童');
  });

  it('reads a number with its brackets and its name', () => {
    expect(standardText(parsed('《GB 31701—2026 婴幼儿及儿童用品安全技术规范》'))).toBe('GB 31701-2026');
  });

  it.each(['', '31701', '依据 GB 31701-2026', 'GB 31701-2015/GB 31701-2026'])('refuses %j', (text) => {
    expect(parseStandardNo(text)).toBeNull();
  });
});

describe('equality of standards', () => {
  const [edition_2015, edition_2026, undated] = [
    parsed('GB 31701-2015'),
    parsed('GB31701—2026'),
    parsed('GB 31701'),
  ];

  it('tells editions apart, and families', () => {
    expect(isSameStandard(edition_2015, edition_2026)).toBe(true);
    expect(isSameEdition(edition_2015, edition_2026)).toBe(false);
    expect(isSameEdition(edition_2026, parsed('ＧＢ３１７０１-2026'))).toBe(true);
    expect(isSameStandard(edition_2026, parsed('GB/T 31701-2026'))).toBe(false);
  });

  it('never takes an undated citation for an edition', () => {
    expect(isSameEdition(undated, edition_2026)).toBe(false);
    expect(isSameEdition(undated, undated)).toBe(false);
    expect(canMeanEdition(undated, edition_2026)).toBe(true);
    expect(canMeanEdition(edition_2015, edition_2026)).toBe(false);
  });
});
