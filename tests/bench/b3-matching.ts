import { clausesIn } from '#lib/domain/text/clauses.ts';
import { documentNosIn, matchesDocument } from '#lib/domain/text/document-no.ts';
import { standardNosIn } from '#lib/domain/text/standard-no.ts';
import { isOnBorders, matchText } from '#lib/domain/watch/match-text.ts';
import { parseQuery } from '#lib/domain/watch/parse-query.ts';
import type { QueryAtom, QueryNode } from '#lib/domain/watch/query.ts';
import { compileQueries, type MatchField } from '#lib/domain/watch/query-set.ts';
import { interleave, median, secondsOf, type Benchmark } from './benchmark.ts';

const QUERIES = 10_000;
const ITEMS = 1_000;
/** The peer takes so long that it gets some of the items; what is measured is items a second. */
const ITEMS_OF_PEER = 40;
/** As long as a short notice. */
const SENTENCES_OF_ITEM = 12;

/**
 * B3: items matched against 10,000 bilingual queries, all at once against one after the other with `includes`.
 * Both get the same prepared text and decide borders of words and citations by the same rules, and both have
 * to find the same.
 */
export const matching: Benchmark = {
  run: async (bench) => {
    const random = generator(20260513);
    const queries = Array.from({ length: bench.size(QUERIES, 2_000) }, (_, id) => ({
      id,
      node: nodeOf(queryText(random)),
    }));
    const items = Array.from({ length: bench.size(ITEMS, 200) }, () => itemOf(random));
    const since = performance.now();
    const set = compileQueries(queries);
    const compiled_ms = performance.now() - since;
    const some = items.slice(0, ITEMS_OF_PEER);
    const hits = some.map((item) => set.match(item).map(({ id }) => id));
    const hits_of_peer = some.map((item) => naive(queries, item));
    if (JSON.stringify(hits) !== JSON.stringify(hits_of_peer))
      throw new Error('The two sides of B3 do not find the same.');
    const seconds = await interleave(bench.pairs, {
      ours: () => secondsOf(async () => items.forEach((item) => set.match(item))),
      peer: () => secondsOf(async () => some.forEach((item) => naive(queries, item))),
    });
    const ours = items.length / median(seconds.ours);
    const peer = some.length / median(seconds.peer);
    const characters = Math.round(
      items.flat().reduce((sum, { text }) => sum + text.length, 0) / items.length,
    );
    return [
      {
        id: 'B3',
        ours: `${Math.round(ours).toLocaleString('en')} items/s`,
        peer: `${Math.round(peer).toLocaleString('en')} items/s`,
        ratio: ours / peer,
        budget: { at_least: 20 },
        notes: [
          `${queries.length.toLocaleString('en')} queries, compiled in ${Math.round(compiled_ms)} ms; items of ${characters.toLocaleString('en')} characters, ${(hits.flat().length / some.length).toFixed(1)} matches each, the same on both sides.`,
        ],
      },
    ];
  },
};

function nodeOf(query: string): QueryNode {
  const parsed = parseQuery(query);
  if (!parsed.ok) throw new Error(`${query}: ${JSON.stringify(parsed.problems)}`);
  return parsed.node;
}

// --- the peer -------------------------------------------------------------------------------------

type Prepared = { text: string; citations: ((atom: QueryAtom) => boolean)[] };

function naive(queries: readonly { id: number; node: QueryNode }[], item: readonly MatchField[]): number[] {
  const fields = item.map(({ text }): Prepared => {
    const prepared = matchText(text);
    const clauses = clausesIn(prepared.source).map(({ path }) => path);
    const documents = documentNosIn(prepared.source);
    const standards = standardNosIn(prepared.source);
    return {
      text: prepared.folded,
      citations: [
        (atom) =>
          atom.kind === 'clause' &&
          clauses.some((path) => path === atom.path || path.startsWith(`${atom.path}.`)),
        (atom) =>
          atom.kind === 'document' && documents.some((found) => matchesDocument(atom.document, found)),
        (atom) =>
          atom.kind === 'standard' &&
          standards.some(
            ({ family, number, year }) =>
              family === atom.standard.family &&
              number === atom.standard.number &&
              (atom.standard.year === null || atom.standard.year === year),
          ),
      ],
    };
  });
  return queries.filter(({ node }) => holds(node, fields)).map(({ id }) => id);
}

function holds(node: QueryNode, fields: readonly Prepared[]): boolean {
  switch (node.kind) {
    case 'and':
      return node.children.every((child) => holds(child, fields));
    case 'or':
      return node.children.some((child) => holds(child, fields));
    case 'not':
      return !holds(node.child, fields);
    case 'near':
      throw new Error('The queries of B3 have no NEAR, which `includes` cannot decide.');
    case 'literal':
      return fields.some(({ text }) => includesWord(text, node.literal, node.is_prefix));
    default:
      return fields.some(({ citations }) => citations.some((cites) => cites(node)));
  }
}

/** `includes`, and the borders of words where it holds. */
function includesWord(text: string, literal: string, is_prefix: boolean): boolean {
  if (!text.includes(literal)) return false;
  for (let at = text.indexOf(literal); at >= 0; at = text.indexOf(literal, at + 1))
    if (isOnBorders(text, at, at + literal.length, is_prefix)) return true;
  return false;
}

// --- queries and items that look like real ones -----------------------------------------------------

type Random = () => number;
const PLACES =
  '宁波 深圳 青岛 上海 广州 天津 厦门 大连 杭州 苏州 成都 武汉 西安 重庆 南京 福州 济南 郑州 长沙 合肥'.split(
    ' ',
  );
const ACTS =
  '可行性研究 征求意见 绿色通道 专属通道 检测报告 技术解释 实施指南 试点方案 零等待查验 秒级放行 过渡期 废止 修订 复函 公示'.split(
    ' ',
  );
const ENGLISH_ACTS =
  'interpretation guidance consultation pilot accreditation clearance announcement amendment withdrawal'.split(
    ' ',
  );
const HAN =
  '婴童床车奶嘴电子食品接触材料座椅玩具纺织锂池化妆医疗器械家用灯具文轮胎涂塑料硅胶充铅镉铬汞阻燃耐久扭矩燃烧稳定铰链强度'.split(
    '',
  );
const SYLLABLES = 'ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu ter lon mix pol ent'.split(
  ' ',
);

/** Always the same numbers, so that a ratio is comparable with the one before. */
function generator(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const below = (random: Random, count: number) => Math.floor(random() * count);
const pick = (random: Random, list: readonly string[]) => list[below(random, list.length)] ?? '';
const several = (random: Random, list: readonly string[], count: number) =>
  Array.from({ length: count }, () => pick(random, list)).join('');
/** What a query is about: goods and materials, of which there are many and each is rare. */
const goods = (random: Random) => several(random, HAN, 3 + below(random, 3));
const english_goods = (random: Random) => several(random, SYLLABLES, 3 + below(random, 2));
const clause = (random: Random) => `${1 + below(random, 9)}.${1 + below(random, 20)}`;
const standard = (random: Random) => `GB ${10_000 + below(random, 30_000)}`;

function queryText(random: Random): string {
  const act = `(${pick(random, ACTS)} OR ${pick(random, ENGLISH_ACTS)})`;
  const shapes = [
    () => `(${goods(random)} OR "${english_goods(random)} ${english_goods(random)}") AND ${act}`,
    () => `${standard(random)} AND (clause:${clause(random)} OR ${act})`,
    () =>
      `${pick(random, PLACES)}海关 AND (${goods(random)} OR ${english_goods(random)}) NOT ${pick(random, ACTS)}`,
    () =>
      `"${pick(random, PLACES)}${goods(random)}" OR "${english_goods(random)} ${pick(random, ENGLISH_ACTS)}"`,
    () =>
      `doc:${2015 + below(random, 12)}-${1 + below(random, 400)} OR (${goods(random)} AND ${english_goods(random)})`,
  ];
  return (shapes[below(random, shapes.length)] ?? (() => 'x'))();
}

/** An item speaks of what some of the queries ask for, among much else, and cites something now and then. */
function itemOf(random: Random): MatchField[] {
  const cited = () =>
    [
      `依据《${standard(random)}—2026》，`,
      `按照第${clause(random)}條的要求，`,
      `根据宁波海关公告2026年第${1 + below(random, 90)}号，`,
      '为进一步优化营商环境，',
      '经研究，',
      '现就有关事项通知如下：',
    ][below(random, 6)] ?? '';
  const chinese = () =>
    `${cited()}${pick(random, PLACES)}海关对${goods(random)}产品开展${pick(random, ACTS)}，會同有关部门参照${pick(random, PLACES)}做法，涉及${goods(random)}等，自发布之日起施行。`;
  const english = () =>
    `The ${english_goods(random)} ${pick(random, ENGLISH_ACTS)}${random() < 0.3 ? ` under Clause ${clause(random)}` : ''} concerns every ${english_goods(random)} that is declared for export. `;
  const sentence = () => (random() < 0.6 ? chinese() : english());
  return [
    { name: 'title', text: sentence() },
    { name: 'text', text: Array.from({ length: SENTENCES_OF_ITEM }, sentence).join('\n') },
  ];
}
