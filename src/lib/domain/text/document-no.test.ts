import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  documentKey,
  findDocumentNos,
  isSameDocument,
  matchesDocument,
  parseDocumentNo,
} from './document-no.ts';

const RUNS = process.env.LONG ? 2_000 : 100;

function found(text: string): string[] {
  return findDocumentNos(text).map(
    (document) => `${documentKey(document) ?? '?'} «${text.slice(document.start, document.end)}»`,
  );
}

describe('findDocumentNos', () => {
  it.each([
    'Ningbo Customs Notice No. 2026-017',
    '宁波海关公告2026年第17号',
    '宁波海关公告 2026 年第 17 号',
    '宁波海关公告〔2026〕17号',
    '宁波海关公告[2026]17号',
    '宁波海关公告［2026］17号',
    '宁波海关公告（2026）17号',
    '宁波海关公告【2026】第17号',
    '宁波海关公告﹝2026﹞017号',
    '寧波海關公告２０２６年第１７號',
    '宁波海关2026年第17号公告',
    'Ningbo Customs Announcement No. 17 of 2026',
    'Ningbo Customs Notice (2026 No. 17)',
    '中华人民共和国宁波海关公告2026年第17号',
  ])('reads %j as one document', (text) => {
    expect(found(text)).toEqual([`ningbo-customs|announcement|2026|17 «${text}»`]);
  });

  it.each([
    ['海关总署公告2026年第34号', 'gacc|announcement|2026|34'],
    ['GACC Announcement 2026 No. 34', 'gacc|announcement|2026|34'],
    ['海关总署令第259号', 'gacc|decree||259'],
    ['海关总署第259号令', 'gacc|decree||259'],
    ['GACC Decree 259', 'gacc|decree||259'],
    ['Order No. 59 of SAMR', 'samr|decree||59'],
    ['商务部 海关总署公告2026年第29号', 'mofcom|announcement|2026|29'],
    ['甬政办发〔2022〕46号', '甬政办发|document|2022|46'],
    ['甬政规〔2023〕1号', '甬政规|document|2023|1'],
    ['宁波市商务局公告2026年第2号', '宁波市商务局|announcement|2026|2'],
    ['G/TBT/N/CHN/1329', 'tbt-chn|wto||1329'],
    ['G/TBT/N/MYS/27/Rev.1', 'tbt-mys|wto||27|Rev.1'],
  ])('reads %j as %s', (text, key) => {
    expect(found(text)).toEqual([`${key} «${text}»`]);
  });

  it('leaves the sentence around a number out of its authority', () => {
    expect(found('根据海关总署令第259号的规定')).toEqual(['gacc|decree||259 «海关总署令第259号»']);
    expect(found('详见宁波市人民政府甬政发〔2022〕46号')).toEqual([
      '甬政发|document|2022|46 «甬政发〔2022〕46号»',
    ]);
    expect(found('关于设立专属通关通道的公告（宁波海关公告2026年第17号）')).toEqual([
      'ningbo-customs|announcement|2026|17 «宁波海关公告2026年第17号»',
    ]);
  });

  it('names the other authorities of a joint announcement', () => {
    expect(findDocumentNos('商务部、海关总署公告2026年第29号')[0]?.co_issuers).toEqual(['gacc']);
  });

  it.each(['order 59 pieces', 'Notice 2026 about', '第17号线', '2026年第17届', 'Decree'])(
    'finds none in %j',
    (text) => {
      expect(found(text)).toEqual([]);
    },
  );

  it('keeps a number without its authority, but gives it no identity', () => {
    const [document] = findDocumentNos('公告2026年第34号');
    expect(document).toMatchObject({ issuer: null, year: 2026, serial: 34 });
    expect(document && documentKey(document)).toBeNull();
  });

  it('compares serials as numbers, however they are padded', () => {
    const year = fc.integer({ min: 1990, max: 2090 });
    const serial = fc.integer({ min: 1, max: 9_999 });
    const width = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(year, serial, width, (y, n, zeros) => {
        const [chinese] = findDocumentNos(`青岛海关公告${y}年第${n}号`);
        const [english] = findDocumentNos(
          `Qingdao Customs Notice No. ${y}-${String(n).padStart(zeros, '0')}`,
        );
        expect(chinese && english && isSameDocument(chinese, english)).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('parseDocumentNo', () => {
  const notice = parseDocumentNo('宁波海关公告2026年第17号');

  it.each([
    '2026-017',
    '2026-17',
    '〔2026〕17号',
    '2026年第17号',
    'No. 2026-017',
    '宁波海关公告（2026）17号',
  ])('reads %j, which finds the notice', (text) => {
    const query = parseDocumentNo(text);
    expect(query && notice && matchesDocument(query, notice)).toBe(true);
  });

  it.each(['2026-018', '2025-017', '海关总署公告2026年第17号', '海关总署令第17号'])(
    'reads %j, which does not find the notice',
    (text) => {
      const query = parseDocumentNo(text);
      expect(query).not.toBeNull();
      expect(query && notice && matchesDocument(query, notice)).toBe(false);
    },
  );

  it('finds a joint announcement by either authority', () => {
    const joint = parseDocumentNo('商务部 海关总署公告2026年第29号');
    const query = parseDocumentNo('海关总署公告2026年第29号');
    expect(joint && query && matchesDocument(query, joint)).toBe(true);
  });

  it.each(['', 'foo', '17', '2026', '4.12', '宁波海关公告2026年第17号和海关总署令第259号'])(
    'refuses %j',
    (text) => {
      expect(parseDocumentNo(text)).toBeNull();
    },
  );
});
