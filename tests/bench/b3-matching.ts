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

const PLACES =
  '宁波 深圳 青岛 上海 广州 天津 厦门 大连 杭州 苏州 成都 武汉 西安 重庆 南京 福州 济南 郑州 长沙 合肥'.split(
    ' ',
  );
const THINGS =
  '婴儿床 学步车 安抚奶嘴 电子产品 食品接触材料 儿童座椅 玩具 纺织品 锂电池 化妆品 医疗器械 家用电器 家具 文具 轮胎 涂料 塑料制品 硅胶制品 灯具 充电器'.split(
    ' ',
  );
const ACTS =
  '可行性研究 征求意见 绿色通道 专属通道 检测报告 技术解释 实施指南 试点方案 零等待查验 秒级放行 认可实验室 强制性标准 过渡期 废止 修订 复函 公示 备案 抽查 召回'.split(
    ' ',
  );
const ENGLISH =
  'crib walker pacifier electronics textile battery cosmetic furniture toy tyre paint silicone lamp charger clearance channel interpretation guidance consultation pilot customs standard laboratory accreditation durability torque burning phthalate notice announcement'.split(
    ' ',
  );

function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

type Random = () => number;
const pick = (random: Random, list: readonly string[]) => list[Math.floor(random() * list.length)] ?? '';
/** A made-up name of an article, so that the queries differ as those of many analysts do. */
const named = (random: Random) =>
  `${pick(random, THINGS)}${String.fromCharCode(0x4e00 + Math.floor(random() * 3000))}型`;

function queryText(random: Random): string {
  const standard = `GB ${10000 + Math.floor(random() * 30000)}`;
  const clause = `clause:${1 + Math.floor(random() * 9)}.${1 + Math.floor(random() * 20)}`;
  const shapes = [
    () =>
      `("${named(random)}" OR "${pick(random, ENGLISH)} ${pick(random, ENGLISH)}") AND ${pick(random, ACTS)}`,
    () => `${standard} AND (${clause} OR ${pick(random, ACTS)})`,
    () =>
      `${pick(random, PLACES)}海关 AND (${named(random)} OR ${pick(random, ENGLISH)}) NOT ${pick(random, ACTS)}`,
    () =>
      `"${pick(random, PLACES)}${pick(random, THINGS)}${pick(random, ACTS)}" OR "${pick(random, ENGLISH)} ${pick(random, ENGLISH)} ${pick(random, ENGLISH)}"`,
    () =>
      `doc:${2015 + Math.floor(random() * 12)}-${1 + Math.floor(random() * 400)} OR (${named(random)} AND ${pick(random, ENGLISH)})`,
  ];
  return (shapes[Math.floor(random() * shapes.length)] ?? (() => 'x'))();
}

function itemOf(random: Random): MatchField[] {
  const sentence = () =>
    random() < 0.6
      ? `${pick(random, PLACES)}海关关于${pick(random, THINGS)}${pick(random, ACTS)}的通知，依据《GB ${10000 + Math.floor(random() * 30000)}—2026》第${1 + Math.floor(random() * 9)}．${1 + Math.floor(random() * 20)}條，会同有关部门开展${pick(random, ACTS)}，参照${pick(random, PLACES)}做法，涉及${named(random)}，自发布之日起施行。`
      : `The ${pick(random, ENGLISH)} ${pick(random, ENGLISH)} under Clause ${1 + Math.floor(random() * 9)}.${1 + Math.floor(random() * 20)} concerns every ${pick(random, ENGLISH)} ${pick(random, ENGLISH)} that leaves ${pick(random, ENGLISH)} by Notice No. 2026-0${10 + Math.floor(random() * 80)}. `;
  return [
    { name: 'title', text: sentence() },
    { name: 'text', text: Array.from({ length: SENTENCES_OF_ITEM }, sentence).join('\n') },
  ];
}
