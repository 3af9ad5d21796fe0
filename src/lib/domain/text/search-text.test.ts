import { describe, expect, it } from 'vitest';
import { highlightsOf, parseSearch, searchTokens, tsQuery } from './search-text.ts';

/** Whether an index of these tokens finds the query, as PostgreSQL decides. */
function finds(text: string, typed: string): boolean {
  const query = parseSearch(typed);
  if (!query) return false;
  const tokens = searchTokens(text);
  return (
    query.tokens.every((token) => tokens.includes(token)) &&
    query.prefixes.every((prefix) => tokens.some((token) => token.startsWith(prefix)))
  );
}

const NOTICE =
  '宁波海关公告2026年第17号：依据《GB 31701—2026》第４．１２條，嬰幼兒用品檢測報告 valid for 90 days';

describe('search', () => {
  it.each([
    '婴幼',
    '检测报告',
    '檢測',
    '婴',
    'valid',
    'VALID',
    '９０',
    '31701',
    'GB 31701-2026',
    '第4.12条',
    'Clause 4.12',
    '４．１２',
    '§4.12',
  ])('finds %s', (typed) => {
    expect(finds(NOTICE, typed)).toBe(true);
  });

  it.each(['幼婴', '验收', 'days valid for 91', '第4.1条', 'Clause 4.11', '2027'])(
    'does not find %s',
    (typed) => {
      expect(finds(NOTICE, typed)).toBe(false);
    },
  );

  it.each(['', '  ', '，。', '《》'])('asks for nothing when "%s" is typed', (typed) => {
    expect(parseSearch(typed)).toBe(null);
  });

  it('shows where it stands in the original', () => {
    const shown = (typed: string) => {
      const query = parseSearch(typed);
      return query ? highlightsOf(NOTICE, query).map(({ start, end }) => NOTICE.slice(start, end)) : [];
    };
    expect(shown('检测报告')).toEqual(['檢測報告']);
    expect(shown('Clause 4.12')).toEqual(['第４．１２條']);
    expect(shown('海关 valid')).toEqual(['海关', 'valid']);
  });

  it('quotes what PostgreSQL would take for an operator', () => {
    expect(tsQuery({ tokens: ["a'b", 'c\\d'], prefixes: ['婴'], phrases: [] })).toBe(
      "'a''b' & 'c\\\\d' & '婴':*",
    );
  });
});
