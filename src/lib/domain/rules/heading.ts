import { CHINESE_NUMBER, readChineseNumber } from '#lib/domain/text/chinese-number.ts';
import { isUnit } from '#lib/domain/text/unit.ts';

/**
 * A number at the head of a line that may begin a provision. `division` is a chapter or section of a law
 * (编, 章, 节), `article` 第十二条 or Article 12, `clause` 4.12 or A.2, `annex` 附录A, `item` a member of a list
 * under an article or clause, whose styles nest: 一、 （一） 1. （1） (GB/T 9704, 7.3.3).
 */
export type Heading = {
  kind: 'division' | 'article' | 'clause' | 'annex' | 'item';
  /** The number as written. */
  label: string;
  /** `ch3`, `12`, `4.12`, `A`; of an item its number alone. */
  path: string;
  style: ItemStyle | null;
  /** Where the rest of the line begins. */
  rest_at: number;
};

export const ITEM_STYLES = ['chinese', 'chinese_bracket', 'digit', 'digit_bracket'] as const;
export type ItemStyle = (typeof ITEM_STYLES)[number];

const DIGIT = '[\\d０-９]';
const N = `(?:${DIGIT}{1,3}|${CHINESE_NUMBER})`;
const DOT = '[.．]';
/** 第十二条第二款, 第十二条的规定: a wrapped line that cites an article and begins none. */
const CITED = '(?![件文例目码形约线]|第|[、，。；,;]|[和及与或至的]|规定|所列|所述|之规定)';

const DIVISION = new RegExp(`^第\\s*(?<n>${N})\\s*(?<unit>[编章節节編])(?![点日能省])`);
const ARTICLE = new RegExp(
  `^第\\s*(?<n>${N}(?:${DOT}${DIGIT}{1,3})*)\\s*[条條](?:之(?<inserted>${CHINESE_NUMBER}))?${CITED}`,
);
const ENGLISH =
  /^(?<unit>article|clause|section|chapter|part)\s+(?<n>\d{1,3}(?:\.\d{1,3})*|[IVX]{1,5})\b(?!\s+(?:of|and|or|to|shall|applies|is|are)\b)[.:]?/i;
const ANNEX = /^(?:附\s*[录錄]\s*(?<zh>[A-ZＡ-Ｚ])|(?:annex|appendix)\s+(?<en>[A-Z]))(?![A-Za-z.．\d])/i;
const ATTACHMENT = /^(?:附件|attachment)\s*(?<n>\d{0,2})\s*(?:[:：]|(?=\s|$))/i;
const ANNEX_CLAUSE = new RegExp(
  `^(?<path>[A-ZＡ-Ｚ](?:${DOT}${DIGIT}{1,3})+)(?!${DIGIT})(?=\\s|[^\\x00-\\x7f]|$)`,
);
const CLAUSE = new RegExp(
  `^(?<path>${DIGIT}{1,3}(?:${DOT}${DIGIT}{1,3})+)(?!${DIGIT}|${DOT}${DIGIT})${DOT}?(?=\\s|[^\\x00-\\x7f]|$)`,
);
/** 4 要求: a single number needs a blank behind it and a title that is no measure. */
const TOP_CLAUSE = new RegExp(`^(?<path>${DIGIT}{1,2})(?=[ \\t　]{1,4}\\S)`);
const ITEMS: readonly (readonly [ItemStyle, RegExp])[] = [
  ['chinese', new RegExp(`^(?<n>${CHINESE_NUMBER})\\s*[、．]`)],
  ['chinese_bracket', new RegExp(`^[（(]\\s*(?<n>${CHINESE_NUMBER})\\s*[)）]`)],
  ['digit', new RegExp(`^(?<n>${DIGIT}{1,2})\\s*(?:[、．]|\\.(?!\\d))`)],
  ['digit_bracket', new RegExp(`^[（(]\\s*(?<n>${DIGIT}{1,2})\\s*[)）]`)],
];
/** A line of a table of contents ends in a page number behind a leader. */
const CONTENTS_LINE = /(?:\.{3,}|…+|·{3,}|[\t　]|\s{2,})\s*(?:\d{1,4}|[IVXⅠ-Ⅻ]{1,5})\s*$/;

/** The number that begins this line, if one does; null for text, tables and tables of contents. */
export function headingOf(line: string): Heading | null {
  const indent = line.length - line.trimStart().length;
  const text = line.slice(indent);
  if (text === '' || CONTENTS_LINE.test(text)) return null;
  const heading = formalHeading(text) ?? clauseHeading(text) ?? itemHeading(text);
  return heading && { ...heading, rest_at: indent + heading.label.length };
}

type Found = Omit<Heading, 'rest_at'>;

function formalHeading(text: string): Found | null {
  const division = DIVISION.exec(text);
  if (division?.groups) {
    const letter = { 编: 'pt', 編: 'pt', 章: 'ch', 节: 's', 節: 's' }[division.groups.unit ?? ''] ?? 'ch';
    return found('division', division[0], `${letter}${number(division.groups.n)}`);
  }
  const article = ARTICLE.exec(text);
  if (article?.groups) {
    const inserted = article.groups.inserted === undefined ? '' : `-${number(article.groups.inserted)}`;
    return found('article', article[0], `${number(article.groups.n)}${inserted}`);
  }
  const annex = ANNEX.exec(text);
  if (annex?.groups)
    return found(
      'annex',
      annex[0],
      (annex.groups.zh ?? annex.groups.en ?? '').normalize('NFKC').toUpperCase(),
    );
  const attachment = ATTACHMENT.exec(text);
  if (attachment?.groups && text.length <= TITLE_LENGTH_MAX)
    return found(
      'annex',
      attachment[0],
      `att${attachment.groups.n === '' ? '1' : (attachment.groups.n ?? '1')}`,
    );
  const english = ENGLISH.exec(text);
  if (!english?.groups) return null;
  const unit = (english.groups.unit ?? '').toLowerCase();
  const n = roman(english.groups.n ?? '');
  if (unit === 'chapter' || unit === 'part')
    return found('division', english[0], `${unit === 'part' ? 'pt' : 'ch'}${n}`);
  return found(unit === 'article' ? 'article' : 'clause', english[0], n);
}

function clauseHeading(text: string): Found | null {
  const dotted = ANNEX_CLAUSE.exec(text) ?? CLAUSE.exec(text);
  if (dotted?.groups) {
    const path = (dotted.groups.path ?? '')
      .normalize('NFKC')
      .split('.')
      .map((part) => part.replace(/^0+(?=\d)/, ''))
      .join('.');
    return isMeasure(text.slice(dotted[0].length)) ? null : found('clause', dotted[0], path);
  }
  const top = TOP_CLAUSE.exec(text);
  if (!top?.groups) return null;
  const rest = text.slice(top[0].length);
  if (isMeasure(rest) || !isTitle(rest)) return null;
  return found('clause', top[0], String(Number((top.groups.path ?? '').normalize('NFKC'))));
}

function itemHeading(text: string): Found | null {
  for (const [style, pattern] of ITEMS) {
    const match = pattern.exec(text);
    if (match?.groups) return { ...found('item', match[0], number(match.groups.n)), style };
  }
  return null;
}

function found(kind: Heading['kind'], label: string, path: string): Found {
  return { kind, label, path, style: null };
}

/**
 * `0.34 N·m 的扭矩` at the head of a wrapped line is a quantity, `10 个工作日内` a time and `4.12 条` a citation.
 * One letter is a unit only where no word follows it: 4.1 T恤 and 4.2 A 类 are headings.
 */
function isMeasure(rest: string): boolean {
  if (/^\s*[%‰℃°±~～×<>≤≥=)）]/.test(rest) || /^\s*[条款项的和及、，。；](?!目)/.test(rest)) return true;
  if (/^\s*(?:个?工作日|个月|小时|分钟|毫米|厘米|千克|毫克|万元|[日天年元](?![\u4e00-\u9fff]*$))/.test(rest))
    return true;
  const word = /^\s*([a-zA-Zμµ][a-zA-Zμµ·/²³]*)(.?)/u.exec(rest);
  if (!word?.[1] || !isUnit(word[1])) return false;
  return (
    word[1].length > 1 || /^(?:$|[，。；、)）])/.test(word[2] ?? '') || /^\s*\S\s*(?:的|，|。|$)/.test(rest)
  );
}

export const TITLE_LENGTH_MAX = 60;
const LATIN_TITLE_LENGTH_MAX = 100;

/** A title is short and no sentence: no full stop or comma, and none of the words that oblige. */
export function isTitle(text: string): boolean {
  const title = text.trim();
  const is_latin = !/\p{Script=Han}/u.test(title);
  if (title === '' || title.length > (is_latin ? LATIN_TITLE_LENGTH_MAX : TITLE_LENGTH_MAX)) return false;
  if (/[。；！？，：;!?\t]|[.,:]$|\.\s/.test(title)) return false;
  return !/应当|不应|不得|必须|应(?=[^用力急变对])|应$|\b(?:shall|must|should|may not|is|are)\b/.test(title);
}

function number(text: string | undefined): string {
  const plain = (text ?? '').normalize('NFKC').replace(/\s/g, '');
  if (/^\d/.test(plain))
    return plain
      .split('.')
      .map((part) => String(Number(part)))
      .join('.');
  return String(readChineseNumber(plain) ?? plain);
}

const ROMAN: Record<string, number> = { I: 1, V: 5, X: 10 };

function roman(text: string): string {
  if (/^\d/.test(text)) return text;
  const values = [...text.toUpperCase()].map((letter) => ROMAN[letter] ?? 0);
  return String(
    values.reduce((sum, value, index) => sum + (value < (values[index + 1] ?? 0) ? -value : value), 0),
  );
}
