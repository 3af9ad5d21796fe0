import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuery } from './parse-query.ts';
import { QUERY_CHARACTERS_MAX, QUERY_DEPTH_MAX, QUERY_TERMS_MAX, type QueryNode } from './query.ts';

const RUNS = process.env.LONG ? 20_000 : 300;

/** The tree in few words. */
function shown(node: QueryNode): string {
  switch (node.kind) {
    case 'and':
    case 'or':
      return `(${node.children.map(shown).join(node.kind === 'and' ? ' & ' : ' | ')})`;
    case 'not':
      return `!${shown(node.child)}`;
    case 'near':
      return `(${shown(node.left)} ~${node.distance} ${shown(node.right)})`;
    case 'literal':
      return node.is_prefix ? `${node.literal}*` : node.literal;
    case 'clause':
      return `§${node.path}`;
    case 'document': {
      const { issuer, year, serial } = node.document;
      return `#${issuer ?? '?'}/${year ?? '?'}/${serial}`;
    }
    case 'standard':
      return `${node.standard.family} ${node.standard.number}:${node.standard.year ?? '?'}`;
    default:
      return node satisfies never;
  }
}

function read(query: string): string {
  const parsed = parseQuery(query);
  return parsed.ok ? shown(parsed.node) : parsed.problems.map(({ code }) => code).join(',');
}

describe('parseQuery', () => {
  it.each([
    ['a b', '(a & b)'],
    ['a AND b OR c', '((a & b) | c)'],
    ['a OR b c', '(a | (b & c))'],
    ['a NOT b', '(a & !b)'],
    ['a NEAR/3 b c', '((a ~3 b) & c)'],
    ['（青島 OR 深圳） AND ＮＯＴ 北京', '((青岛 | 深圳) & !北京)'],
    ['“食品接觸材料” 可行性研究', '(食品接触材料 & 可行性研究)'],
    ['"green lane"', 'green lane'],
    ['and or not', '(and & or & not)'],
    ['interpret*', 'interpret*'],
    ['第4.12条 解释', '(§4.12 & 解释)'],
    ['Clause 4.12 interpretation', '(§4.12 & interpretation)'],
    ['"Clause 4.12"', '§4.12'],
    ['clause:附录A.2', '§A.2'],
    ['clause:"Annex A.2"', '§A.2'],
    ['Clauses 4.8, 4.11', '(§4.8 | §4.11)'],
    ['GB 31701—2026', 'GB 31701:2026'],
    ['GB31701-2026', 'GB 31701:2026'],
    ['《GBT 46975》', 'GB/T 46975:?'],
    ['doc:2026-017', '#?/2026/17'],
    ['宁波海关公告〔2026〕17号 指南', '(#ningbo-customs/2026/17 & 指南)'],
    ['Ningbo Customs Notice No. 2026-017 guide', '(#ningbo-customs/2026/17 & guide)'],
    ['温度4.12条件', '温度4.12条件'],
    ['4.12', '4.12'],
  ])('reads %j as %s', (query, expected) => {
    expect(read(query)).toBe(expected);
  });

  it.each([
    ['', 'empty'],
    ['a AND', 'operand_missing_after'],
    ['OR a', 'operand_missing_before'],
    ['a OR OR b', 'operand_missing_after'],
    ['(a', 'paren_not_closed'],
    ['a)', 'paren_not_opened'],
    ['a ()', 'paren_empty'],
    ['"a', 'quote_not_closed'],
    ['""', 'quote_empty'],
    ['a NEAR b', 'near_without_distance'],
    ['a NEAR/999 b', 'near_distance'],
    ['a NEAR/3 (b c)', 'near_operand'],
    ['title:a', 'unknown_field'],
    ['clause:xyz', 'clause_unreadable'],
    ['doc:xyz', 'document_unreadable'],
    ['，', 'nothing_to_match'],
    ['*lane', 'star_place'],
    ['NOT a', 'nothing_required'],
    ['a OR NOT b', 'nothing_required'],
  ])('names what is wrong with %j: %s', (query, code) => {
    const parsed = parseQuery(query);
    expect(parsed.ok ? 'ok' : parsed.problems[0]?.code).toBe(code);
  });

  it('names limits that are passed', () => {
    expect(read('('.repeat(QUERY_DEPTH_MAX + 1) + 'a')).toBe('too_deep');
    expect(read('a '.repeat(QUERY_TERMS_MAX + 1))).toBe('too_many_terms');
    expect(read('a'.repeat(QUERY_CHARACTERS_MAX + 1))).toBe('too_long');
  });

  it('names each problem with its place', () => {
    expect(parseQuery('青岛 AND OR clause:xyz')).toMatchObject({
      ok: false,
      problems: [
        { code: 'operand_missing_after', start: 3, end: 6, found: 'AND' },
        { code: 'clause_unreadable', start: 10, end: 20, found: 'clause:xyz' },
      ],
    });
  });

  it('reads or refuses whatever is typed, and places its problems inside of it', () => {
    const piece = fc.constantFrom(
      ...'( ) " “ ” AND OR NOT NEAR/3 NEAR 青岛 a b* clause:4.12 doc:1 x: 第4.12条 ，'.split(' '),
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 4 })), { maxLength: 12 }), (pieces) => {
        const query = pieces.join(' ');
        const parsed = parseQuery(query);
        if (parsed.ok) return;
        expect(parsed.problems.length).toBeGreaterThan(0);
        for (const { start, end } of parsed.problems) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(query.length);
        }
      }),
      { numRuns: RUNS },
    );
  });
});
