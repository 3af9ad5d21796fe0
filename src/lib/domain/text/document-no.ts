import { issuerId, issuersBefore } from './issuers.ts';
import { foldText, originalSpan, type FoldedText } from './script.ts';

/**
 * The number of an official document by its parts (GB/T 9704-2012, 7.2.5; customs announcements write
 * 2026年第34号 instead of 〔2026〕34号). `announcement` is 公告 and what English texts call announcement or
 * notice; `document` is a number of an agency's own series (甬政办发), whose code is the issuer then.
 */
export const DOCUMENT_KINDS = ['announcement', 'decree', 'circular', 'document', 'wto'] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

export type DocumentNo = {
  /** The lead authority, whose series the number is of; null where the text leaves it out. */
  issuer: string | null;
  /** The other authorities of a joint document. They are not part of its identity. */
  co_issuers: string[];
  kind: DocumentKind | null;
  /** Null for decrees, which are numbered through. */
  year: number | null;
  serial: number;
  /** `Add.1`, `Rev.1`: documents of their own of one WTO notification. */
  part: string | null;
};

export type DocumentCitation = DocumentNo & { start: number; end: number };

const KIND_OF: Record<string, DocumentKind> = {
  公告: 'announcement',
  announcement: 'announcement',
  notice: 'announcement',
  令: 'decree',
  decree: 'decree',
  order: 'decree',
  通告: 'circular',
  circular: 'circular',
};
const YEAR = '(?<year>(?:19|20)\\d{2})';
const SERIAL = '0*(?<serial>\\d{1,5})';
const ENGLISH_KIND = '(?<kind>announcement|notice|decree|order|circular)';

/** On folded text: brackets are [ ] or ( ), dashes -, digits narrow, blanks beside Chinese gone. */
const FORMS: readonly RegExp[] = [
  // 海关总署公告2026年第34号, 宁波海关公告[2026]17号, 公告(2026年第34号)
  new RegExp(`(?<kind>公告|通告|令)[\\[(]?${YEAR}(?:年[\\])]?|[\\])])第?${SERIAL}号`, 'g'),
  // 宁波海关2026年第17号公告
  new RegExp(`${YEAR}年第${SERIAL}号(?<kind>公告|通告|令)`, 'g'),
  // 海关总署令第259号, 海关总署第259号令
  new RegExp(`(?<kind>公告|通告|令)第?${SERIAL}号`, 'g'),
  new RegExp(`(?<![\\d年])第${SERIAL}号(?<kind>令)`, 'g'),
  // 甬政办发[2022]46号
  new RegExp(`(?<code>[\\u4e00-\\u9fff]{2,10})[\\[(]${YEAR}[\\])]第?${SERIAL}号`, 'g'),
  // Ningbo Customs Notice No. 2026-017, Announcement No. 34 of 2026, Notice (2009 No. 8), Decree No. 259
  new RegExp(
    `(?=[andoc])(?<![a-z])${ENGLISH_KIND}\\s?(?:no\\.?|number|#)\\s?${YEAR}\\s?[-/]\\s?${SERIAL}(?![\\d])`,
    'g',
  ),
  new RegExp(
    `(?=[andoc])(?<![a-z])${ENGLISH_KIND}\\s?(?:no\\.?|number|#)\\s?${SERIAL}\\s?(?:of|,|/|\\()\\s?\\(?${YEAR}\\)?(?!\\d)`,
    'g',
  ),
  new RegExp(
    `(?=[andoc])(?<![a-z])${ENGLISH_KIND}\\s?[\\[(]?\\s?${YEAR}\\s?[\\])]?,?\\s?(?:no\\.?|number|#)\\s?${SERIAL}(?!\\d)\\)?`,
    'g',
  ),
  new RegExp(
    `(?=[doan])(?<![a-z])(?<kind>decree|order|announcement|notice)\\s?(?:no\\.?|number|#)?\\s?${SERIAL}(?![\\d-])`,
    'g',
  ),
  // G/TBT/N/CHN/1329/Add.1
  /(?<![a-z])g\/(?<series>tbt|sps)\/n\/(?<member>[a-z]{3}|eu)\/0*(?<serial>\d{1,4})(?<part>(?:\/(?:add|rev|corr)\.\d+)*)(?!\d)/g,
];

/** Every document number of the text, in order, with its place in the original and its authority if named. */
export function findDocumentNos(text: string): DocumentCitation[] {
  return documentNosIn(foldText(text));
}

/** The same for a text that is folded already; places are those of its original. */
export function documentNosIn(folded: FoldedText): DocumentCitation[] {
  const is_taken = new Uint8Array(folded.folded.length);
  const found: DocumentCitation[] = [];
  for (const form of FORMS) {
    for (const match of folded.folded.matchAll(form)) {
      const end = match.index + match[0].length;
      if (is_taken.subarray(match.index, end).includes(1)) continue;
      const citation = citationOf(folded.folded, match);
      if (!citation) continue;
      is_taken.fill(1, match.index, end);
      found.push({ ...citation.document, ...originalSpan(folded, citation.start, citation.end) });
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

/**
 * Reads one number as a person types it: any form that `findDocumentNos` finds, and one without its authority
 * (`2026-017`, `〔2026〕17号`, `2026年第17号`), whose issuer and kind are null then. Null for anything else.
 */
export function parseDocumentNo(text: string): DocumentNo | null {
  const folded = foldText(text).folded;
  const bare =
    /^(?:no\.?\s?)?[[(]?(?<year>(?:19|20)\d{2})(?:年第?|[\])]第?|\s?[-/]\s?)0*(?<serial>\d{1,5})号?$/.exec(
      folded,
    );
  if (bare?.groups) {
    const { year, serial } = bare.groups;
    return { ...NOTHING, year: Number(year), serial: Number(serial) };
  }
  const [first, ...others] = findDocumentNos(text);
  if (!first || others.length > 0) return null;
  const { start, end, ...document } = first;
  const rest = `${text.slice(0, start)}${text.slice(end)}`;
  return /^[\s()（）《》"“”,，.。]*$/.test(rest) ? document : null;
}

/**
 * The canonical key of a document: `gacc|announcement|2026|34`. Null while issuer, kind or the year of a
 * series that counts by year is not known: such a number identifies nothing.
 */
export function documentKey(document: DocumentNo): string | null {
  const { issuer, kind, year, serial, part } = document;
  if (issuer === null || kind === null) return null;
  if (year === null && kind !== 'decree' && kind !== 'wto') return null;
  const counted_by = kind === 'decree' || year === null ? '' : String(year);
  return [issuer, kind, counted_by, String(serial), ...(part === null ? [] : [part])].join('|');
}

/** Whether two numbers name one document. Decrees are numbered through, so that their year says nothing. */
export function isSameDocument(a: DocumentNo, b: DocumentNo): boolean {
  const key = documentKey(a);
  return key !== null && key === documentKey(b);
}

/** Whether a document answers to what a person typed; what the query leaves out (issuer, kind) is not asked. */
export function matchesDocument(query: DocumentNo, document: DocumentNo): boolean {
  return (
    query.serial === document.serial &&
    (query.issuer === null ||
      query.issuer === document.issuer ||
      document.co_issuers.includes(query.issuer)) &&
    (query.kind === null || query.kind === document.kind) &&
    (query.year === null || document.year === null || query.year === document.year) &&
    (query.part === null || query.part === document.part)
  );
}

const NOTHING: DocumentNo = { issuer: null, co_issuers: [], kind: null, year: null, serial: 0, part: null };

type Found = { document: DocumentNo; start: number; end: number };

function citationOf(folded: string, match: RegExpExecArray): Found | null {
  const groups = match.groups ?? {};
  const { index: start } = match;
  const end = start + match[0].length;
  const serial = Number(groups.serial);
  if (groups.series !== undefined) {
    const part = (groups.part ?? '').replace(/^\//, '').replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
    const issuer = `${groups.series}-${groups.member ?? ''}`;
    return {
      document: { ...NOTHING, issuer, kind: 'wto', serial, part: part === '' ? null : part },
      start,
      end,
    };
  }
  const year = groups.year === undefined ? null : Number(groups.year);
  if (groups.code !== undefined) return ofSeries(groups.code, { year, serial, start, end });
  const kind = KIND_OF[groups.kind ?? ''] ?? null;
  const before = issuersBefore(folded, beforeName(folded, start));
  const after = before.issuers.length === 0 ? issuerAfter(folded, end) : null;
  const [issuer = after?.issuer ?? null, ...co_issuers] = before.issuers;
  // "Order 59" is a document where an authority stands beside it, and a purchase where none does.
  if (issuer === null && /^[a-z]/.test(groups.kind ?? '') && year === null) return null;
  const document = { ...NOTHING, issuer, co_issuers, kind, year, serial };
  return { document, start: before.issuers.length > 0 ? before.start : start, end: after?.end ?? end };
}

/** English puts a blank between the authority and the kind. */
function beforeName(folded: string, start: number): number {
  return folded[start - 1] === ' ' ? start - 1 : start;
}

/** "Order No. 59 of the State Administration for Market Regulation", "Decree No. 259 of GACC". */
function issuerAfter(folded: string, end: number): { issuer: string; end: number } | null {
  const match = /^\s?(?:of|by)\s(?:the\s)?([a-z' ]{3,80})/.exec(folded.slice(end, end + 100));
  const words = match?.[1]?.split(' ') ?? [];
  for (let count = words.length; count > 0; count -= 1) {
    const name = words.slice(0, count).join(' ');
    const issuer = issuerId(name);
    if (issuer) return { issuer, end: end + (match?.[0].indexOf(name) ?? 0) + name.length };
  }
  return null;
}

/**
 * A code of an agency's own series (甬政办发) is short, and a sentence runs into it: the words in front of it
 * are cut off. 海关总署[2026]34号 names an authority instead and no series.
 */
function ofSeries(
  code: string,
  found: { year: number | null; serial: number; start: number; end: number },
): Found | null {
  const name = code
    .replace(
      /^.*(?:根据|依据|按照|依照|见|和|与|及|的|印发|发布|通知|公告|通告|意见|办法|方案|规定|决定|批复|复函)/,
      '',
    )
    .replace(/^.*(?:政府|海关|总署|局|委员会|厅)(?=..)/, '');
  if (name.length < 2) return null;
  const issuer = issuerId(name);
  return {
    document: {
      ...NOTHING,
      issuer: issuer ?? name,
      kind: issuer === null ? 'document' : null,
      year: found.year,
      serial: found.serial,
    },
    start: found.start + code.length - name.length,
    end: found.end,
  };
}
