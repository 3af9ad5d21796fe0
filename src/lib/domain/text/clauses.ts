import { CHINESE_NUMBER, readChineseNumber } from './chinese-number.ts';
import { foldText, originalSpan, type FoldedText } from './script.ts';

/**
 * A citation of a clause: `第4.12条`, `4.12 款`, `Clause 4.12`, `§4.12`, `附录A.2`, `第十二条第二款`. `path` is
 * canonical: numbers and capital letters of annexes parted by dots (`4.12`, `A.2`, `12.2`, `4.12.b`);
 * chapters and sections of laws, which number apart from their articles, are `ch3` and `ch3.s1`.
 */
export type ClauseCitation = {
  path: string;
  /** Of the original text, in UTF-16 units, `end` exclusive. */
  start: number;
  end: number;
  /** The citation names a range (4.1 to 4.12), in which this clause lies without being written. */
  is_implied: boolean;
};

/** Longer ranges are two citations, not a list of everything between. */
const RANGE_MAX = 60;

/** Members of one list of citations; without a limit, a page of numbers takes quadratic time. */
const LIST_MAX = 40;
/** A number with at least one dot; its parts have at most three digits, so that a year is no clause. */
const DOTTED = '\\d{1,3}(?:\\.\\d{1,3}){1,7}';
const NUMBER = '\\d{1,3}(?:\\.\\d{1,3}){0,7}';
/** No clause begins inside a number or word, nor behind 表, 图 and 式, which number on their own. */
const APART = '(?<![\\d.a-z/-])(?<!(?:表|图|式|table|figure|fig\\.|equation)\\s?\\(?)';
/** Words that begin with 条, 款, 项 or 节 and are no citation: 条件, 条文, 项目, 款式, 节点 and the like. */
const UNITS_OF_LAW =
  '(?:条(?![件文例目码形约线纹理幅状块带令])|款(?![项式额待爷])|项(?![目链下])|节(?![点日能约省假气奏水]))';
/** A measure behind the number makes it a quantity. */
const NO_QUANTITY =
  '(?!\\d|\\.\\d|\\s?(?:%|‰|℃|°|μ|µ|(?:mm|cm|dm|km|m|kg|mg|g|kn|n|s|ms|min|h|hz|pa|kpa|mpa|v|w|ppm|j|l|ml|usd|rmb|million|billion)(?![a-z])|[米克吨升秒时天年月日元万亿倍度个次件台套批]))';
const ITEM = '(?:\\s?\\(?(?<item>[a-z])\\))?';
const JOIN = '\\s?(?:条?(?:至|到|~|-)第?|、|,|和|及|与|或|以及|and|or|to|through|&)\\s?';
const ENGLISH =
  '(?:sub-?clauses?|clauses?|cls?\\.|sections?|secs?\\.|articles?|arts?\\.|paragraphs?|paras?\\.|§{1,2})';

/** Those that begin with a look behind look at their first character before it, which is much quicker. */
const FORMS: readonly RegExp[] = [
  // 第4.12条, 第4.8、4.11和4.12条, 第十二条第二款第(三)项, 第5章
  new RegExp(
    `第\\s?(?<list>${NUMBER}(?:${JOIN}${NUMBER}){0,${LIST_MAX}}|${CHINESE_NUMBER})\\s?(?:(?<unit>${UNITS_OF_LAW}|章|编)(?:之(?<inserted>${CHINESE_NUMBER}))?)(?<tail>(?:第?\\s?\\(?(?:${CHINESE_NUMBER}|\\d{1,3})\\)?(?:条(?!件|文)|款(?!项|式)|项(?!目)|目|节(?!点|日)))*)`,
    'g',
  ),
  // 4.12 条, 4.8、4.11 条
  new RegExp(`(?=\\d)${APART}(?<list>${DOTTED}(?:${JOIN}${DOTTED}){0,${LIST_MAX}})\\s?${UNITS_OF_LAW}`, 'g'),
  // Clause 4.12, Clauses 4.8, 4.11 and 4.12, §4.12, clause 4.12(b)
  new RegExp(
    `(?=[scap§])(?<![a-z])${ENGLISH}\\s?(?<list>${NUMBER}(?:${JOIN}(?:and\\s)?${NUMBER}){0,${LIST_MAX}})${NO_QUANTITY}${ITEM}`,
    'g',
  ),
  // 附录A, 附录A.2, Annex A.2, Appendix B
  new RegExp(
    `(?=[附a])(?:附录|(?<![a-z])(?:annex(?:es)?|appendi(?:x|ces)))\\s?(?<annex>[a-z](?:\\.?\\d{1,3}(?:\\.\\d{1,3}){0,6})?)(?![a-z\\d])`,
    'g',
  ),
  // 《GB 31701—2026》中4.12的要求: a bare number behind a standard
  new RegExp(
    `(?=\\d)(?<=(?:》|\\d-(?:19|20)\\d{2})(?:[中的之]{0,2}|,|\\s)\\s?)(?<list>${DOTTED}(?:${JOIN}${DOTTED}){0,${LIST_MAX}})${NO_QUANTITY}${ITEM}`,
    'g',
  ),
  // 按4.12的规定, 符合4.12, see 4.12, in accordance with 4.12, requirements of 4.12
  new RegExp(
    `(?=\\d)(?<=(?:按照?|依照|依据|根据|符合|满足|参?见|执行|违反|(?<![a-z])(?:see|per|specified in|given in|described in|according to|in accordance with|requirements? (?:of|in)|conform(?:s|ing)? (?:to|with)|compl(?:y|ies|ying) with))\\s?)(?<list>${DOTTED}(?:${JOIN}${DOTTED}){0,${LIST_MAX}})${NO_QUANTITY}${ITEM}(?=[^\\u4e00-\\u9fff]|$|[的中规要进执试测所])`,
    'g',
  ),
];

/** Every clause that the text cites, in order. Figures, tables, quantities and words like 条件 are no clauses. */
export function findClauses(text: string): ClauseCitation[] {
  return clausesIn(foldText(text));
}

/** The same for a text that is folded already; places are those of its original. */
export function clausesIn(folded: FoldedText): ClauseCitation[] {
  const found: ClauseCitation[] = [];
  const is_taken = new Uint8Array(folded.folded.length);
  for (const form of FORMS) {
    for (const match of folded.folded.matchAll(form)) {
      const end = match.index + match[0].length;
      if (is_taken.subarray(match.index, end).includes(1)) continue;
      const paths = pathsOf(match);
      if (paths.length === 0) continue;
      is_taken.fill(1, match.index, end);
      const span = originalSpan(folded, match.index, end);
      found.push(...paths.map((path) => ({ ...path, ...span })));
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

/**
 * The canonical path of one citation as a person types it: any form that `findClauses` finds, and the bare
 * number (`4.12`, `A.2`, `4.12 b)`, `十二`). Null for anything else.
 */
export function parseClause(text: string): string | null {
  const bare = foldText(text).folded.trim();
  if (/^(?:ch\d{1,3}(?:\.s\d{1,3})?|s\d{1,3})$/.test(bare)) return bare;
  const number = new RegExp(`^(?<path>${NUMBER})${ITEM}$`).exec(bare)?.groups;
  if (number) return joinPath(number.path ?? '', number.item);
  const annex = /^([a-z])(?:\.?(\d{1,3}(?:\.\d{1,3}){0,6}))?$/.exec(bare);
  if (annex) return annexPath(bare);
  if (new RegExp(`^${CHINESE_NUMBER}$`).test(bare)) return numberText(bare);
  const [citation, ...others] = findClauses(text);
  if (!citation || others.length > 0) return null;
  const span = text.trim();
  return citation.end - citation.start >= span.length ? citation.path : null;
}

/** Whether `path` is `ancestor` or lies below it: 4.12.b is within 4.12, 4.1 is not within 4.12. */
export function isWithinClause(path: string, ancestor: string): boolean {
  return path === ancestor || path.startsWith(`${ancestor}.`);
}

/** The order of reading: numbers by value, chapters and articles before annexes. */
export function compareClauses(a: string, b: string): number {
  const [parts_a, parts_b] = [a.split('.'), b.split('.')];
  for (let index = 0; index < Math.max(parts_a.length, parts_b.length); index += 1) {
    const [part_a, part_b] = [parts_a[index], parts_b[index]];
    if (part_a === part_b) continue;
    if (part_a === undefined) return -1;
    if (part_b === undefined) return 1;
    const [number_a, number_b] = [/^\d+/.exec(part_a), /^\d+/.exec(part_b)];
    if (number_a && number_b && number_a[0] !== number_b[0]) return Number(number_a[0]) - Number(number_b[0]);
    if (Boolean(number_a) !== Boolean(number_b)) return number_a ? -1 : 1;
    return part_a < part_b ? -1 : 1;
  }
  return 0;
}

type Path = { path: string; is_implied: boolean };

const ANY_NUMBER = new RegExp(`${NUMBER}|${CHINESE_NUMBER}`, 'g');
const TAIL = new RegExp(`(${CHINESE_NUMBER}|\\d{1,3})\\)?[条款项目节]`, 'g');
const SECTION = new RegExp(`第(${CHINESE_NUMBER})节`);

function pathsOf(match: RegExpExecArray): Path[] {
  const groups = match.groups ?? {};
  if (groups.annex !== undefined) return [{ path: annexPath(groups.annex), is_implied: false }];
  const list = groups.list ?? '';
  if (groups.unit === undefined) return expandList(list, groups.item);
  if (groups.unit === '章' || groups.unit === '节' || groups.unit === '编') return divisionPath(list, groups);
  const inserted = groups.inserted === undefined ? null : readChineseNumber(groups.inserted);
  const tail = [...(groups.tail ?? '').matchAll(TAIL)];
  const below = tail.map((part) => numberText(part[1] ?? '')).filter((part) => part !== null);
  return expandList(list, undefined).map(({ path, is_implied }) => ({
    path: [inserted === null ? path : `${path}-${inserted}`, ...below].join('.'),
    is_implied,
  }));
}

/** Laws number chapters apart from articles; standards call their top-level clause 4 第4章. */
function divisionPath(list: string, groups: Record<string, string | undefined>): Path[] {
  if (/^\d/.test(list)) return groups.unit === '章' ? expandList(list, undefined) : [];
  const number = numberText(list);
  if (number === null) return [];
  const letter = { 章: 'ch', 节: 's', 编: 'pt' }[groups.unit ?? ''] ?? 'ch';
  const section = SECTION.exec(groups.tail ?? '');
  const below = section ? `.s${numberText(section[1] ?? '') ?? ''}` : '';
  return [{ path: `${letter}${number}${below}`, is_implied: false }];
}

function expandList(list: string, item: string | undefined): Path[] {
  const numbers = [...list.matchAll(ANY_NUMBER)];
  const paths: Path[] = [];
  numbers.forEach((number, index) => {
    const path = numberText(number[0]);
    if (path === null) return;
    const before = numbers[index - 1];
    const between = before ? list.slice(before.index + before[0].length, number.index) : '';
    if (before && /至|到|~|-|to|through/.test(between)) paths.push(...pathsBetween(before[0], path));
    paths.push({ path: index === numbers.length - 1 ? joinPath(path, item) : path, is_implied: false });
  });
  return paths;
}

function pathsBetween(first: string, last: string): Path[] {
  const [parts_first, parts_last] = [first.split('.'), last.split('.')];
  const [from, to] = [Number(parts_first.pop()), Number(parts_last.pop())];
  if (parts_first.join('.') !== parts_last.join('.') || to - from > RANGE_MAX) return [];
  return Array.from({ length: Math.max(0, to - from - 1) }, (_, index) => ({
    path: [...parts_first, String(from + index + 1)].join('.'),
    is_implied: true,
  }));
}

/** Without leading zeros; null when it is no number. */
function numberText(text: string): string | null {
  if (/^\d/.test(text)) return text.split('.').map(Number).join('.');
  const number = readChineseNumber(text);
  return number === null ? null : String(number);
}

function joinPath(path: string, item: string | undefined): string {
  const number = numberText(path) ?? path;
  return item === undefined ? number : `${number}.${item}`;
}

function annexPath(annex: string): string {
  const letter = annex.charAt(0).toUpperCase();
  const number = annex.slice(1).replace(/^\./, '');
  return number === '' ? letter : `${letter}.${numberText(number) ?? number}`;
}
