import { describe, expect, test } from 'vitest';
import { readScopeLines, readSites, scopeText, sitesText } from './lab-input.ts';

const SITES = [
  { name: 'Ningbo', address: '1 Sample Road, Beilun', is_accredited: true },
  { name: 'Yuyao', address: null, is_accredited: false },
  { name: '余姚：二号楼', address: '示例路2号；A座、B座\n三层', is_accredited: false },
];
const SCOPE = [
  { standard: 'GB 31701-2026', clauses: ['4.8', '4.11'], limitation: null },
  { standard: 'EN 71 (all parts): safety', clauses: null, limitation: 'textile; no foam' },
];

describe('sites of a laboratory as they are typed', () => {
  test.each(['en', 'zh-CN'] as const)(
    'stay as they are known while nobody touches them, in %s',
    (language) => {
      expect(readSites(sitesText(SITES, language), SITES)).toEqual(SITES);
      const rest = SITES.slice(1);
      const typed = `${sitesText(rest, language)}\r\nCixi: 3 Sample Road`;
      expect(readSites(typed, SITES)).toEqual([
        ...rest,
        { name: 'Cixi', address: '3 Sample Road', is_accredited: true },
      ]);
    },
  );

  test.each([
    [
      'Ningbo; Yuyao',
      [
        ['Ningbo', null, true],
        ['Yuyao', null, true],
      ],
    ],
    [
      '宁波、余姚（未认可）',
      [
        ['宁波', null, true],
        ['余姚', null, false],
      ],
    ],
    ['余姚：示例路1号 （ 未认可 ）', [['余姚', '示例路1号', false]]],
    ['Yuyao: 1 Sample Road: gate 2 (Not Accredited)', [['Yuyao', '1 Sample Road: gate 2', false]]],
    ['Ningbo (west)', [['Ningbo (west)', null, true]]],
    [' \n ; ', []],
  ])('are read from %j', (typed, expected) => {
    expect(
      readSites(typed).map(({ name, address, is_accredited }) => [name, address, is_accredited]),
    ).toEqual(expected);
  });
});

describe('scope of a laboratory as it is typed', () => {
  test('stays as it is known while nobody touches it', () => {
    expect(readScopeLines(scopeText(SCOPE), SCOPE)).toEqual({ lines: SCOPE, unreadable: [] });
  });

  test('names a line without a standard instead of leaving it out', () => {
    expect(readScopeLines('GB 6675.2-2014\n: 4.8').unreadable).toEqual([': 4.8']);
  });
});
