import { findStandardNos, standardText } from '#lib/domain/text/standard-no.ts';
import { parseClause } from '#lib/domain/text/clauses.ts';
import { readDay } from '#lib/domain/text/legal-day.ts';
import { narrow } from '#lib/domain/text/fold.ts';
import { readVerdict } from './engine/verdict-words.ts';
import { readCnasId } from './lab.ts';

/** Where a value stands: the page from 1, and the characters of that page's text. */
export type Place = { page: number; start: number; end: number };
export type ProposedField = { field: ExtractedField; value: string; place: Place; quote: string };
export type ProposedItem = {
  clause: string;
  name: string | null;
  verdict: string;
  result: string | null;
  place: Place;
  quote: string;
};
export type Proposal = {
  language: 'zh' | 'en' | 'both' | null;
  fields: ProposedField[];
  items: ProposedItem[];
};

/** The labels by which reports name a field, in both languages; the value stands behind, on the same line or the next. */
const LABELS = {
  report_no: ['报告编号', '报告号', 'report no\\.?', 'report number', 'test report no\\.?'],
  issued_on: ['签发日期', '报告日期', '发布日期', 'date of issue', 'issue date', 'issued on', 'date issued'],
  received_on: ['收样日期', '样品接收日期', '到样日期', 'date received', 'sample received'],
  tested_from: [
    '检测日期',
    '检验日期',
    '测试周期',
    'testing period',
    'test period',
    'date of test(?:ing)?',
    'tested from',
  ],
  cnas_id: ['CNAS注册号', 'CNAS编号', 'cnas no\\.?', 'accreditation no\\.?'],
  lab_name: ['检测机构', '检验机构', 'laboratory', 'testing laboratory'],
  lab_site: ['检测地点', '检测场所', 'place of test(?:ing)?', 'location'],
  applicant_name: ['委托单位', '申请单位', '申请人', 'applicant', 'client', 'customer'],
  sample_name: ['样品名称', '产品名称', 'sample name', 'sample description', 'product name'],
  sample_model: ['型号规格', '规格型号', '样品型号', '型号', 'model no\\.?', 'model'],
  standard: ['检测依据', '检验依据', '判定依据', 'test standard', 'standard', 'according to'],
  replaces: ['代替报告', '替代报告', 'replaces report', 'supersedes report', 'this report replaces'],
  overall_verdict: ['检测结论', '检验结论', '总体结论', 'conclusion', 'overall result'],
  inspector: ['主检', '检验员', 'tested by'],
  signatory: ['签发人', '批准人', 'approved by', 'authori[sz]ed by'],
} as const satisfies Record<string, readonly string[]>;
export type ExtractedField = keyof typeof LABELS | 'tested_to';

const FIELDS = Object.keys(LABELS).filter((name): name is keyof typeof LABELS => Object.hasOwn(LABELS, name));
const DAYS: ReadonlySet<string> = new Set(['issued_on', 'received_on']);
const QUOTE_MAX = 200;
const ITEMS_MAX = 500;

/**
 * Proposes the fields of a test report from the text of its pages, each with its place, for a person to confirm.
 * A value that cannot be read is not proposed; nothing is guessed from a title alone.
 */
export function proposeReport(pages: readonly string[]): Proposal {
  const fields = FIELDS.flatMap((field) => firstOf(pages, field));
  if (!fields.some(({ field }) => field === 'cnas_id')) fields.push(...cnasMark(pages));
  return { language: languageOf(pages), fields, items: itemsOf(pages) };
}

function firstOf(pages: readonly string[], field: keyof typeof LABELS): ProposedField[] {
  const label = new RegExp(
    `(?:^|[\\n\\s|])(?:${LABELS[field].join('|')})\\s*(?:[（(][^)）\\n]{0,40}[)）])?\\s*(?:[:：]|\\s{2,}|\\n)\\s*(?<value>[^\\n]{1,200})`,
    'gi',
  );
  for (const [index, text] of pages.entries())
    for (const match of text.matchAll(label)) {
      const written = (match.groups?.value ?? '').split(/\s{3,}|\t/)[0]?.trim() ?? '';
      const at = text.indexOf(written, match.index);
      const place = { page: index + 1, start: at, end: at + written.length };
      const quote = match[0].trim().slice(0, QUOTE_MAX);
      const found = valuesOf(field, written).map(([name, value]) => ({ field: name, value, place, quote }));
      if (found.length > 0) return found;
    }
  return [];
}

/** The values that a written one gives; a period of tests gives two days. */
function valuesOf(field: keyof typeof LABELS, written: string): [ExtractedField, string][] {
  if (written === '') return [];
  if (DAYS.has(field)) {
    const read = readDay(written);
    return read.ok ? [[field, read.day]] : [];
  }
  if (field === 'tested_from') {
    const [from, to] = written.split(/\s*(?:~|～|至|—|–|\bto\b)\s*/).map((part) => readDay(part));
    if (!from?.ok) return [];
    const days: [ExtractedField, string][] = [['tested_from', from.day]];
    if (to?.ok) days.push(['tested_to', to.day]);
    return days;
  }
  if (field === 'cnas_id') {
    const read = readCnasId(written);
    return read.ok ? [[field, read.cnas_id]] : [];
  }
  if (field === 'standard') {
    const [first] = findStandardNos(written);
    return first ? [[field, standardText(first)]] : [];
  }
  if (field === 'overall_verdict') {
    const word = written.replace(/[。.]$/, '');
    return readVerdict(word) === 'unreadable' ? [] : [[field, word]];
  }
  if (field === 'report_no') {
    const number = /[A-Za-z0-9][\w（）()/-]{3,59}/.exec(narrow(written))?.[0];
    return number && /\d/.test(number) ? [[field, number]] : [];
  }
  return [[field, written.slice(0, 200)]];
}

/** The mark of accreditation is printed without a label: 中国认可 国际互认 检测 TESTING CNAS L0142. */
function cnasMark(pages: readonly string[]): ProposedField[] {
  for (const [index, text] of pages.entries()) {
    const match = /CNAS\s{0,3}L\s?\d{3,6}/i.exec(narrow(text));
    if (!match) continue;
    const read = readCnasId(match[0]);
    if (!read.ok) continue;
    const place = { page: index + 1, start: match.index, end: match.index + match[0].length };
    return [{ field: 'cnas_id', value: read.cnas_id, place, quote: match[0] }];
  }
  return [];
}

/** A line that begins with a clause and ends with a verdict is a test; what stands between is its name and result. */
function itemsOf(pages: readonly string[]): ProposedItem[] {
  const items: ProposedItem[] = [];
  for (const [index, text] of pages.entries()) {
    let start = 0;
    for (const line of text.split('\n')) {
      const item = itemOf(line);
      const place = { page: index + 1, start, end: start + line.length };
      if (item && items.length < ITEMS_MAX)
        items.push({ ...item, place, quote: line.trim().slice(0, QUOTE_MAX) });
      start += line.length + 1;
    }
  }
  return items;
}

function itemOf(line: string): Omit<ProposedItem, 'place' | 'quote'> | null {
  const words = line.trim().split(/\s+/);
  const [first = '', ...rest] = words;
  if (!/^(?:第|§|clause)?\d{1,2}(?:[.．]\d{1,2}){1,3}条?$/i.test(first)) return null;
  const clause = parseClause(first);
  const verdict = rest.at(-1) ?? '';
  if (clause === null || rest.length === 0 || readVerdict(verdict) === 'unreadable') return null;
  if (/^[/\-—–]+$/.test(verdict)) return null;
  const between = rest.slice(0, -1);
  const split = between.findIndex((word) =>
    /^(?:[<>≤≥＜＞]|N\.?D\.?$|未检出|\d+(?:\.\d+)?(?:%|$|[a-z]))/i.test(word),
  );
  const name = (split === -1 ? between : between.slice(0, split)).join(' ');
  const result = split === -1 ? '' : between.slice(split).join(' ');
  return { clause, name: name || null, verdict, result: result || null };
}

function languageOf(pages: readonly string[]): Proposal['language'] {
  const text = pages.join('\n');
  const han = (text.match(/\p{Script=Han}/gu) ?? []).length;
  const latin = (text.match(/[a-z]{3,}/gi) ?? []).length;
  if (han < 10 && latin < 10) return null;
  if (han >= 50 && latin >= 50) return 'both';
  return han > latin ? 'zh' : 'en';
}
