import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareClauses, findClauses, isWithinClause, parseClause } from './clauses.ts';
import { timed } from '../../../../tests/support/processor-time.ts';

const RUNS = process.env.LONG ? 5_000 : 100;

/** The citations of a text as `path «as written»`; implied ones of a range are left out. */
function cited(text: string): string[] {
  return findClauses(text)
    .filter((citation) => !citation.is_implied)
    .map(({ path, start, end }) => `${path} «${text.slice(start, end)}»`);
}

describe('findClauses', () => {
  it.each([
    ['第4.12条', '4.12 «第4.12条»'],
    ['4.12 条', '4.12 «4.12 条»'],
    ['4.12款', '4.12 «4.12款»'],
    ['第４．１２條', '4.12 «第４．１２條»'],
    ['see Clause 4.12 below', '4.12 «Clause 4.12»'],
    ['§4.12', '4.12 «§4.12»'],
    ['按附录A.2规定', 'A.2 «附录A.2»'],
    ['Annex A.2', 'A.2 «Annex A.2»'],
    ['附錄 Ｂ', 'B «附錄 Ｂ»'],
    ['《GB 31701—2026》中4.12的要求', '4.12 «4.12»'],
    ['第十二条第二款', '12.2 «第十二条第二款»'],
    ['第一百零三条第二款第（三）项', '103.2.3 «第一百零三条第二款第（三）项»'],
    ['第十二条之一', '12-1 «第十二条之一»'],
    ['第三章第一节', 'ch3.s1 «第三章第一节»'],
    ['第5章', '5 «第5章»'],
    ['Clause 4.12(b)', '4.12.b «Clause 4.12(b)»'],
    ['按4.12的规定进行', '4.12 «4.12»'],
    ['in accordance with 4.12.', '4.12 «4.12»'],
    ['关于GB 31701—2026第4.12条适用问题', '4.12 «第4.12条»'],
    ['GB 6675.1-2014的4.3', '4.3 «4.3»'],
  ])('finds in %j: %s', (text, expected) => {
    expect(cited(text)).toEqual([expected]);
  });

  it.each([
    '温度4.12条件',
    '表4.12项目',
    '表 4.12 条',
    'Table 4.12',
    '4.12条文',
    '4.12款式',
    '12.5 kg',
    '符合 4.12 kg',
    'in accordance with 4.12 mm',
    '共12条',
    '第12条件',
    'v4.12',
    '版本 4.12',
    '2026.05.13',
    'Clause 2026-017',
    '第5节点',
  ])('finds no clause in %j', (text) => {
    expect(cited(text)).toEqual([]);
  });

  it('finds the three of one sentence, each where it stands', () => {
    expect(cited('依据《GB 31701—2026》第４．８条、4.11 条及第4.12条，检测报告90日内有效')).toEqual([
      '4.8 «第４．８条»',
      '4.11 «4.11 条»',
      '4.12 «第4.12条»',
    ]);
  });

  it('reads lists that share one unit', () => {
    expect(findClauses('Clauses 4.8, 4.11 and 4.12').map(({ path }) => path)).toEqual([
      '4.8',
      '4.11',
      '4.12',
    ]);
    expect(findClauses('第4.8、4.11和4.12条').map(({ path }) => path)).toEqual(['4.8', '4.11', '4.12']);
  });

  it.each(['第4.8条至第4.12条', '4.8~4.12条', 'Clauses 4.8 to 4.12'])(
    'reads the range %j with what lies in it',
    (text) => {
      expect(findClauses(text).map(({ path, is_implied }) => `${path}${is_implied ? '*' : ''}`)).toEqual([
        '4.8',
        '4.9*',
        '4.10*',
        '4.11*',
        '4.12',
      ]);
    },
  );

  it('reads a page of numbers in linear time', () => {
    const { used_ms } = timed(() => {
      findClauses('4.1、'.repeat(50_000));
      findClauses('1.'.repeat(100_000));
      findClauses('第'.repeat(100_000));
    });
    expect(used_ms).toBeLessThan(3_000);
  });

  it('finds every clause again whatever stands around it', () => {
    const path = fc
      .array(fc.integer({ min: 1, max: 99 }), { minLength: 2, maxLength: 4 })
      .map((parts) => parts.join('.'));
    const around = fc.constantFrom('', '根据', '。本标准', '《GB 31701—2026》', '\n');
    const form = fc.constantFrom(
      (text: string) => `第${text}条`,
      (text: string) => `${text} 款`,
      (text: string) => `Clause ${text}`,
      (text: string) => `§ ${text}`,
    );
    fc.assert(
      fc.property(path, around, form, around, (number, before, write, after) => {
        expect(findClauses(`${before}${write(number)}${after}`).map((citation) => citation.path)).toEqual([
          number,
        ]);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('parseClause', () => {
  it.each([
    ['4.12', '4.12'],
    [' ４．１２ ', '4.12'],
    ['第4.12条', '4.12'],
    ['Clause 4.12', '4.12'],
    ['4.12 b)', '4.12.b'],
    ['a.2', 'A.2'],
    ['A2', 'A.2'],
    ['附录 A.2', 'A.2'],
    ['十二', '12'],
    ['第十二条第二款', '12.2'],
    ['ch3.s1', 'ch3.s1'],
  ])('reads %j as %s', (text, path) => {
    expect(parseClause(text)).toBe(path);
  });

  it.each(['', 'kg', '12.5 kg', '4.12 and 4.8', 'Clause 4.12 applies', '2026-017'])('refuses %j', (text) => {
    expect(parseClause(text)).toBeNull();
  });
});

describe('the order of clauses', () => {
  it('is that of reading', () => {
    const paths = ['A.2', '4.12', '10', '4.2', '4', 'A.10', 'B', '4.2.b', '4.2.a', '12-1', '12', '13', 'A'];
    expect(paths.sort(compareClauses)).toEqual([
      '4',
      '4.2',
      '4.2.a',
      '4.2.b',
      '4.12',
      '10',
      '12',
      '12-1',
      '13',
      'A',
      'A.2',
      'A.10',
      'B',
    ]);
  });

  it('tells a clause within another from one that only begins alike', () => {
    expect(isWithinClause('4.12.b', '4.12')).toBe(true);
    expect(isWithinClause('4.12', '4.12')).toBe(true);
    expect(isWithinClause('4.12', '4.1')).toBe(false);
  });
});
