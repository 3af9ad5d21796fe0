import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuery } from './parse-query.ts';
import type { QueryNode } from './query.ts';
import { compileQueries } from './query-set.ts';
import { timed } from '../../../../tests/support/processor-time.ts';

const RUNS = process.env.LONG ? 20_000 : 300;

function nodeOf(query: string): QueryNode {
  const parsed = parseQuery(query);
  if (!parsed.ok) throw new Error(`${query}: ${parsed.problems.map(({ code }) => code).join(', ')}`);
  return parsed.node;
}

/** The matched places of a text as they are written; null when the query does not match. */
function found(query: string, text: string): string[] | null {
  const [match] = compileQueries([{ id: 0, node: nodeOf(query) }]).match([{ name: 'text', text }]);
  return match ? match.spans.map(({ start, end }) => text.slice(start, end)) : null;
}

describe('compileQueries', () => {
  it.each([
    ['GB 31701—2026', '依据GB31701-2026执行', ['GB31701-2026']],
    ['"GB31701-2026 的要求"', '符合GB 31701—2026的要求', ['GB 31701—2026的要求']],
    ['GB 31701', '依據GB 31701—2015', ['GB 31701—2015']],
    ['clause:4.12', '见第４．１２條', ['第４．１２條']],
    ['第4.12条', 'see Clause 4.12 below', ['Clause 4.12']],
    ['clause:4.12', 'Clause 4.12(b)', ['Clause 4.12(b)']],
    ['clause:4.11', 'Clauses 4.8 to 4.12', ['Clauses 4.8 to 4.12']],
    ['doc:2026-017', '根据宁波海关公告〔2026〕17号', ['宁波海关公告〔2026〕17号']],
    ['可行性研究', '正在開展可行性研究。', ['可行性研究']],
    ['electronics', 'The ELECTRONICS pilot', ['ELECTRONICS']],
    ['interpret*', 'two interpretations', ['interpret']],
    ['青岛 NEAR/4 绿色通道', '青岛海关开设绿色通道', ['青岛', '绿色通道']],
    ['文号', '【文　　号】', ['文　　号']],
    ['31701', 'GB31701-2026', ['31701']],
  ])('finds %j in %j', (query, text, expected) => {
    expect(found(query, text)).toEqual(expected);
  });

  it.each([
    ['clause:4.12', '温度4.12条件'],
    ['clause:4.12', '表4.12项目'],
    ['clause:4.12', '4.12条文'],
    ['clause:4.12', 'Clause 4.1'],
    ['clause:4.12', 'Clause 4.121'],
    ['GB 31701-2026', 'GB 31701—2015'],
    ['GB 31701-2026', 'GB 31701'],
    ['GB 31701', 'GB/T 31701'],
    ['GB', 'GBZ 2 and SGB 3'],
    ['electronic', 'electronics'],
    ['lane', 'planes'],
    ['4.1', '4.12 and 14.1 and 4.1.2'],
    ['701', 'GB 31701'],
    ['doc:2026-017', '宁波海关公告〔2025〕17号'],
    ['"green lane"', 'greenlane'],
    ['青岛 NEAR/2 绿色通道', '青岛海关开设绿色通道'],
    ['青岛 NOT 取消', '青岛取消'],
  ])('does not find %j in %j', (query, text) => {
    expect(found(query, text)).toBeNull();
  });

  it('lets no phrase run from the title into the text, and tells where it found what', () => {
    const set = compileQueries([
      { id: 'phrase', node: nodeOf('"green lane"') },
      { id: 'both', node: nodeOf('green lane') },
    ]);
    expect(
      set.match([
        { name: 'title', text: 'Green' },
        { name: 'text', text: 'lane' },
      ]),
    ).toEqual([
      {
        id: 'both',
        spans: [
          { field: 'title', start: 0, end: 5 },
          { field: 'text', start: 0, end: 4 },
        ],
      },
    ]);
  });

  it('stays linear where every place matches', () => {
    const text = 'ab '.repeat(100_000);
    const { result, used_ms } = timed(() => found('ab NEAR/0 ab', text));
    expect(result?.length).toBeGreaterThan(0);
    expect(used_ms).toBeLessThan(3_000);
  });
});

// --- against an oracle that knows the words and not the letters ---------------------------------------

/** A word of the language of these tests: how it may be written, how a query asks for it, how many words it is. */
type Word = { written: readonly string[]; asked: readonly string[]; words: number };
const WORDS: readonly Word[] = [
  { written: ['检测', '檢測', '检 测'], asked: ['检测', '檢測', '"检测"'], words: 2 },
  { written: ['报告', '報告'], asked: ['报告'], words: 2 },
  { written: ['婴儿', '嬰兒'], asked: ['嬰兒', '婴儿'], words: 2 },
  { written: ['青岛', '青島'], asked: ['青岛'], words: 2 },
  { written: [' lane ', ' Lane ', ' ＬＡＮＥ '], asked: ['lane', 'LANE'], words: 1 },
  { written: [' pilot ', ' Pilot '], asked: ['pilot', '"Pilot"'], words: 1 },
  {
    written: ['GB 31701—2026', 'GB31701-2026', 'ＧＢ ３１７０１－２０２６'],
    asked: ['GB 31701—2026', 'GB31701-2026'],
    words: 3,
  },
  { written: ['GB 28007—2024'], asked: ['"GB28007-2024"'], words: 3 },
  { written: ['第4.12条', '第４．１２條'], asked: ['clause:4.12', 'Clause 4.12', '第4.12条'], words: 4 },
  { written: ['第4.8条'], asked: ['clause:4.8'], words: 4 },
  {
    written: ['宁波海关公告〔2026〕17号', '寧波海關公告2026年第17號'],
    asked: ['doc:2026-017', '宁波海关公告2026年第17号'],
    words: 0,
  },
];
/** Words that no query asks for, some of which look like ones that are asked for. */
const OTHERS = ['温度4.12条件', ' planes ', '。', '，', '4.12条文', ' GBZ 2 ', '的'];

type Tree =
  | { kind: 'word'; word: number; form: number }
  | { kind: 'and' | 'or'; children: Tree[] }
  | { kind: 'not'; child: Tree };
type Piece = { word: number | null; form: number };

const leaf = fc.record({
  kind: fc.constant('word' as const),
  word: fc.nat(WORDS.length - 1),
  form: fc.nat(5),
});
const tree: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      children: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('not' as const), child: tie('tree') }),
  ),
})).tree;
const piece: fc.Arbitrary<Piece> = fc.record({ word: fc.option(fc.nat(WORDS.length - 1)), form: fc.nat(10) });

function pick(list: readonly string[], form: number): string {
  return list[form % list.length] ?? '';
}

function asked(node: Tree): string {
  switch (node.kind) {
    case 'word':
      return pick(WORDS[node.word]?.asked ?? [], node.form);
    case 'not':
      return `NOT (${asked(node.child)})`;
    default:
      return node.children.map((child) => `(${asked(child)})`).join(node.kind === 'and' ? ' AND ' : ' OR ');
  }
}

function holds(node: Tree, present: ReadonlySet<number>): boolean {
  switch (node.kind) {
    case 'word':
      return present.has(node.word);
    case 'not':
      return !holds(node.child, present);
    case 'and':
      return node.children.every((child) => holds(child, present));
    default:
      return node.children.some((child) => holds(child, present));
  }
}

/** The words that a matching query highlights: those of the branches that hold, none under NOT. */
function lit(node: Tree, present: ReadonlySet<number>): number[] {
  if (!holds(node, present) || node.kind === 'not') return [];
  return node.kind === 'word' ? [node.word] : node.children.flatMap((child) => lit(child, present));
}

function written(pieces: readonly Piece[]): { text: string; places: { word: number; at: string }[] } {
  let text = '';
  const places: { word: number; at: string }[] = [];
  for (const { word, form } of pieces) {
    const as = word === null ? pick(OTHERS, form) : pick(WORDS[word]?.written ?? [], form);
    // A full stop between words keeps two Chinese words from making a third.
    text += '；';
    const start = text.length + (as.length - as.trimStart().length);
    if (word !== null) places.push({ word, at: `${start}-${start + as.trim().length}` });
    text += as;
  }
  return { text, places };
}

describe('compileQueries against words that are known', () => {
  it('matches what holds of the words of the text, and shows exactly their places', () => {
    let matched = 0;
    fc.assert(
      fc.property(
        fc.array(tree, { minLength: 1, maxLength: 8 }),
        fc.array(piece, { maxLength: 25 }),
        (trees, pieces) => {
          const queries = trees.flatMap((node, id) => {
            const parsed = parseQuery(asked(node));
            return parsed.ok ? [{ id, node: parsed.node, tree: node }] : [];
          });
          const { text, places } = written(pieces);
          const present = new Set(places.map(({ word }) => word));
          const matches = compileQueries(queries).match([{ name: 'text', text }]);
          expect(matches.map(({ id }) => id)).toEqual(
            queries.filter((query) => holds(query.tree, present)).map(({ id }) => id),
          );
          for (const { id, spans } of matches) {
            const query = queries.find((one) => one.id === id);
            const words = new Set(query ? lit(query.tree, present) : []);
            expect(spans.map(({ start, end }) => `${start}-${end}`)).toEqual(
              places.filter(({ word }) => words.has(word)).map(({ at }) => at),
            );
            matched += 1;
          }
        },
      ),
      { numRuns: RUNS },
    );
    expect(matched).toBeGreaterThan(RUNS / 10);
  });

  it('counts the words between the two sides of NEAR', () => {
    const countable = WORDS.map(({ words }, word) => ({ words, word })).filter(({ words }) => words > 0);
    const one = fc.record({ word: fc.constantFrom(...countable.map(({ word }) => word)), form: fc.nat(10) });
    fc.assert(
      fc.property(
        fc.array(one, { minLength: 2, maxLength: 10 }),
        fc.nat(12),
        fc.nat(9),
        fc.nat(9),
        (pieces, n, a, b) => {
          const [left, right] = [pieces[a % pieces.length], pieces[b % pieces.length]];
          if (!left || !right || left.word === right.word) return;
          const query = `${pick(WORDS[left.word]?.asked ?? [], 0)} NEAR/${n} ${pick(WORDS[right.word]?.asked ?? [], 0)}`;
          const expected = pieces.some((from, i) =>
            pieces.some((to, j) => {
              if (i >= j || from.word === to.word) return false;
              if (![left.word, right.word].includes(from.word) || ![left.word, right.word].includes(to.word))
                return false;
              const between = pieces
                .slice(i + 1, j)
                .reduce((sum, { word }) => sum + (WORDS[word]?.words ?? 0), 0);
              return between <= n;
            }),
          );
          const { text } = written(pieces);
          const matches = compileQueries([{ id: 0, node: nodeOf(query) }]).match([{ name: 'text', text }]);
          expect(matches.length > 0).toBe(expected);
        },
      ),
      { numRuns: RUNS },
    );
  });
});
