import { CHINESE_NUMBER, readChineseNumber } from './chinese-number.ts';
import { findClauses } from './clauses.ts';
import { findDays } from './legal-day.ts';
import { foldText, originalSpan, type FoldedText } from './script.ts';
import { UNIT_NAMES } from './unit.ts';

/** `within` is the tolerance behind ±. Strict and inclusive limits are told apart. */
export const COMPARATORS = ['lt', 'le', 'gt', 'ge', 'eq', 'within'] as const;
export type Comparator = (typeof COMPARATORS)[number];

export type Span = { start: number; end: number };

/** A number of a text with its operator and unit, and where each stands in the original. */
export type NumberQuantity = {
  kind: 'number';
  comparator: Comparator | null;
  value: number;
  /** As written: `mg/kg`, `℃`, `日`; null for a bare number. */
  unit: string | null;
  /** The number with its unit. */
  number_span: Span;
  /** The words of the operator (不应大于, 以下, not exceed), before or behind the number. */
  comparator_span: Span | null;
};
export type Quantity =
  NumberQuantity | { kind: 'date'; day: string; number_span: Span; comparator_span: null };

/** The operators on folded text, in the order in which they are tried: 不大于 before 大于. */
const BEFORE: readonly (readonly [Comparator, string])[] = [
  ['within', '±'],
  ['le', '≤|≦|⩽|<=|=<'],
  ['ge', '≥|≧|⩾|>=|=>'],
  [
    'le',
    '不(?:应|得|可|能|宜|准)?(?:大于|超过|高于|多于|超出|长于|晚于|迟于)|(?:小于|少于|低于)(?:或|或者)?等于|至多|最多|最大(?:值)?为|上限为',
  ],
  [
    'ge',
    '不(?:应|得|可|能|宜|准)?(?:小于|少于|低于|短于|早于)|(?:大于|多于|高于)(?:或|或者)?等于|至少|最少|最低为|最小(?:值)?为|下限为',
  ],
  ['lt', '<|小于|少于|低于|短于|不足|不满|未满'],
  ['gt', '>|大于|超过|高于|多于|长于|超出'],
  ['eq', '=|等于'],
  [
    'le',
    '(?<![a-z])(?:not (?:be )?(?:exceed(?:ing)?|more than|greater than|higher than|longer than|later than|above)|no (?:more|greater|higher|longer|later) than|(?:less|lower|fewer|smaller) than or equal to|at most|up to|a maximum of|max(?:imum|\\.)?(?: of)?|within)',
  ],
  [
    'ge',
    '(?<![a-z])(?:not (?:be )?(?:less|lower|fewer|shorter|smaller|earlier) than|no (?:less|lower|fewer|shorter|earlier) than|(?:greater|more|higher) than or equal to|at least|a minimum of|min(?:imum|\\.)(?: of)?)',
  ],
  ['lt', '(?<![a-z])(?:(?:less|lower|fewer|smaller|shorter) than|below|under)'],
  ['gt', '(?<![a-z])(?:(?:more|greater|higher|longer) than|exceed(?:s|ing)?|above|over)'],
];
/** Civil Code, article 1259: 以上, 以下, 以内 include the number itself. */
const BEHIND: readonly (readonly [Comparator, string])[] = [
  ['le', '(?:及|或)?以下|(?:及|或)?以内|之内|内(?![容部外在侧衬径])|or (?:less|below|fewer|under|lower)'],
  ['ge', '(?:及|或)?以上|or (?:more|above|greater|over|higher)'],
];

const UNIT = UNIT_NAMES.map((name) => {
  const escaped = name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  return /[a-z0-9]$/.test(name) ? `${escaped}(?![a-z0-9])` : escaped;
}).join('|');
/** Thousands are parted by commas or, as GB/T 15835 and ISO 80000-1 have it, by a thin or plain blank. */
const NUMBER = '(?:\\d{1,3}(?:,\\d{3})+(?!\\d)|[1-9]\\d{0,2}(?: \\d{3})+(?!\\d)|\\d+)(?:\\.\\d+)?';
const NUMERAL_UNIT = '个工作日|工作日|日|天|个月|年|小时|分钟|倍|次(?!性)|万元|元';
/**
 * A number with its unit, or a Chinese numeral with one. (20 ± 2) ℃ and 5~10 mm write the unit once, behind the
 * second number: `shared` reads it from there.
 */
const QUANTITY = new RegExp(
  `(?:(?<number>${NUMBER})(?:\\s?(?<unit>${UNIT})|(?=(?:\\s?(?:±|~|-|至|到|to)\\s?${NUMBER})?\\s?\\)?\\s?(?<shared>${UNIT}))|)` +
    `|(?<numeral>${CHINESE_NUMBER})(?<time>${NUMERAL_UNIT}))`,
  'g',
);
/** What makes a bare number a citation, a label or part of a name instead of a quantity. */
const LABEL_BEFORE =
  /(?:[\d.a-z_/]|(?:第|表|图|式|附录|附件|注|步骤|按照?|见|依据|根据|符合|(?<![a-z])(?:version|v|no\.?|table|figure|fig\.|annex|appendix|clauses?|sections?|articles?|part|note|step|(?:gb|gb\/t|gb\/z|iso|en|iec|astm))|§)\s?|\d-)$/;
const LABEL_BEHIND = /^(?:\d|\.\d|\s?[条款章节号]|部分|的规定|的要求|-\d|[)、]\s?[\u4e00-\u9fffa-z])/;
const NUMERAL_BEFORE = /[第〇零○一二两三四五六七八九十百千]$/;
const OPERATORS = BEFORE.map(([comparator, words]) => ({
  comparator,
  is_latin: words.includes('[a-z]'),
  pattern: new RegExp(`(${words})\\s?(?:(?:a|an|the|of|be|to|人民币)\\s?){0,2}$`),
}));
/** The last characters of the operators that are not Latin; most numbers have none of them in front. */
const OPERATOR_ENDS = new Set('±≤≦⩽<>=≥≧⩾于过出多少足满为币');
const OPERATORS_BEHIND = BEHIND.map(([comparator, words]) => ({
  comparator,
  pattern: new RegExp(`^\\s?(${words})`),
}));
/** As much of the text before a number as the longest operator, and the longest label, fills. */
const OPERATOR_LENGTH_MAX = 40;
const LABEL_LENGTH_MAX = 12;

/**
 * Every quantity of a text, in order: numbers with operator and unit, bare numbers that are no label or
 * citation (第4.12条, 表 2, GB 31701-2026), and days with a year.
 */
export function findQuantities(text: string): Quantity[] {
  if (!/[\d０-９〇零○一二两三四五六七八九十百千]/.test(text)) return [];
  const folded = foldText(text);
  // 小零件 names no year: in one written in Chinese, two more numerals at most stand between 零 and 年.
  const days = /\d{4}|[〇零○].{0,2}年/.test(folded.folded) ? findDays(text, folded) : [];
  const found: Quantity[] = days.map(({ day, start, end }) => ({
    kind: 'date',
    day,
    number_span: { start, end },
    comparator_span: null,
  }));
  let clauses: readonly Span[] | null = null;
  const searched = withColumnsParted(folded, text);
  QUANTITY.lastIndex = 0;
  for (let match = QUANTITY.exec(searched); match; match = QUANTITY.exec(searched)) {
    const quantity = numberOf(match, folded, text);
    const blank = match.groups?.number?.indexOf(' ') ?? -1;
    // 表 2 100 mm: what stands before the blank is a label, and what stands behind it a number of its own.
    if (!quantity && blank > 0) QUANTITY.lastIndex = match.index + blank;
    if (!quantity || (quantity.unit === null && isListMarker(text, quantity.number_span))) continue;
    // Only a bare number can be a member of a list of clauses (Clauses 4.8 and 4.11).
    if (quantity.unit === null && quantity.comparator === null) clauses ??= findClauses(text);
    const { start, end } = quantity.number_span;
    if (![...days, ...(clauses ?? [])].some((other) => other.start < end && start < other.end))
      found.push(quantity);
  }
  return days.length === 0 ? found : found.sort((a, b) => a.number_span.start - b.number_span.start);
}

/** Only one blank parts the thousands of a number; a line break, a tab or more blanks part two numbers. */
function withColumnsParted({ folded, offsets, ends }: FoldedText, text: string): string {
  if (!/\d \d{3}/.test(folded)) return folded;
  return folded.replaceAll(/(?<=\d) (?=\d{3})/g, (blank, at: number) =>
    /^[^\S\n\r\t]$/.test(text.slice(offsets[at], ends[at])) ? blank : '\n',
  );
}

function numberOf(match: RegExpExecArray, folded: FoldedText, text: string): NumberQuantity | null {
  const groups = match.groups ?? {};
  const end = match.index + match[0].length;
  const before = folded.folded.slice(Math.max(0, match.index - OPERATOR_LENGTH_MAX), match.index);
  const behind = folded.folded.slice(end, end + OPERATOR_LENGTH_MAX);
  const unit = groups.unit ?? groups.shared ?? groups.time ?? null;
  const value =
    groups.number === undefined
      ? readChineseNumber(groups.numeral ?? '')
      : Number(groups.number.replaceAll(/[, ]/g, ''));
  if (value === null || isYear(groups.number ?? '', unit)) return null;
  if (
    groups.numeral === undefined
      ? LABEL_BEFORE.test(before.slice(-LABEL_LENGTH_MAX))
      : NUMERAL_BEFORE.test(before)
  )
    return null;
  if (unit === null && LABEL_BEHIND.test(behind)) return null;
  const operator = operatorBefore(before) ?? operatorBehind(behind);
  return {
    kind: 'number',
    comparator: operator?.comparator ?? null,
    value,
    unit: unit === null ? null : writtenUnit(unit),
    number_span: originalSpan(folded, match.index, end),
    comparator_span:
      operator && originalSpan(folded, operator.start + match.index, operator.end + match.index),
  };

  /** The first place behind the digits where the unit stands: a shared one stands behind the second number. */
  function writtenUnit(name: string): string {
    const at = folded.folded.indexOf(name, match.index + (groups.number ?? groups.numeral ?? '').length);
    const span = originalSpan(folded, at, at + name.length);
    return text.slice(span.start, span.end).normalize('NFC');
  }

  /** Positions are relative to where the number begins. */
  function operatorBefore(words_before: string) {
    const last = words_before.trimEnd().at(-1) ?? '';
    const is_latin = /[a-z.]/.test(last);
    if (!is_latin && !OPERATOR_ENDS.has(last)) return null;
    for (const { comparator, pattern } of OPERATORS.filter((words) => words.is_latin === is_latin)) {
      const words = pattern.exec(words_before);
      if (!words?.[1]) continue;
      const start = words.index - words_before.length;
      return { comparator, start, end: start + words[1].length };
    }
    return null;
  }

  function operatorBehind(words_behind: string) {
    for (const { comparator, pattern } of OPERATORS_BEHIND) {
      const words = pattern.exec(words_behind);
      if (!words?.[1]) continue;
      const stop = match[0].length + words[0].length;
      return { comparator, start: stop - words[1].length, end: stop };
    }
    return null;
  }
}

/** 2026年 alone is a year and no span of time; so is a bare 2026. */
function isYear(number: string, unit: string | null): boolean {
  return (unit === null || unit === '年') && /^(?:19|20)\d{2}$/.test(number);
}

/** `1.` or `2)` at the head of a line counts its points and measures nothing. */
function isListMarker(text: string, { start, end }: Span): boolean {
  return (
    /^[.)、．）]/.test(text.slice(end, end + 1)) &&
    /(?:^|\n)[\s(（]*$/.test(text.slice(Math.max(0, start - 20), start))
  );
}
