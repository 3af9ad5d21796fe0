import { daysBetween } from '#lib/domain/text/calendar-day.ts';
import { documentKey, findDocumentNos } from '#lib/domain/text/document-no.ts';
import { parseStandardNo, standardText } from '#lib/domain/text/standard-no.ts';

/** What is known of an item when it must be told whether it is one that is known. */
export type Identifiable = {
  title: string;
  url: string | null;
  /** From a row of metadata (文号) or the code field of a service, not from the text. */
  number_row: string | null;
  issued_on: string | null;
};

/** Two notices whose days lie further apart are not one, whatever their numbers say. */
export const SAME_ITEM_DAYS_MAX = 60;

/**
 * The key under which an item is known: its own document number with the issuer, a standard's number with
 * its year, else its canonical address, else its title and day. A number that the text merely cites is not
 * its own; a title's own number stands at its end in brackets, or is the whole title.
 */
export function identityOf(item: Identifiable): { key: string; document_no: string | null } {
  const own = ownNumber(item);
  if (own) return own;
  if (item.url !== null) return { key: `url:${canonicalUrl(item.url)}`, document_no: null };
  return { key: `title:${item.title}:${item.issued_on ?? ''}`, document_no: null };
}

/** What explains a notice carries its number and is another text than it. */
const EXPLAINS = /解读|解讀|读懂|讀懂|图解|圖解|问答|問答|答记者问|答記者問|\bexplained\b|\bQ\s?&\s?A\b/i;

/** In front of a number: the title is about it. */
const CITES =
  /(?:关于|修改|修订|废止|撤销|停止执行|延长|转发|贯彻|执行|落实|根据|依据|按照|解释|说明|涉及|有关|对)$/;
/** Behind a number that heads a title: its subject, or nothing; files and additions of it are other texts. */
const HEADS = /^(?:\s*$|\s*(?:[：:—–-]|关于)|[（(](?!附件)|\s+(?!附件))/;

function ownNumber({ title, number_row }: Identifiable): { key: string; document_no: string } | null {
  if (number_row) {
    const standard = parseStandardNo(number_row);
    if (standard?.year) return { key: `std:${standardText(standard)}`, document_no: standardText(standard) };
    const [found] = findDocumentNos(number_row);
    const key = found && documentKey(found);
    if (key) return { key: `doc:${key}`, document_no: number_row.trim() };
  }
  if (EXPLAINS.test(title)) return null;
  for (const found of findDocumentNos(title)) {
    const key = documentKey(found);
    const is_open = /[（(][^）)]*$/.test(title.slice(found.start, found.end));
    // The bracket around year and serial closes behind what is read: 公告（2026年第17号）.
    const end = found.end + (is_open && /[）)]/.test(title[found.end] ?? '') ? 1 : 0);
    const before = title.slice(0, found.start).trimEnd();
    const behind = title.slice(end);
    const in_brackets = /[（(〔[]$/.test(before) && /^[）)〕\]]$/.test(behind.trim());
    const is_last = behind.trim() === '' && !CITES.test(before);
    const is_first = before === '' && HEADS.test(behind);
    if (key && (in_brackets || is_last || is_first))
      return { key: `doc:${key}`, document_no: title.slice(found.start, end) };
  }
  return null;
}

/** Whether two items with the same key may be one, by their days. */
export function mayBeSame(a: string | null, b: string | null): boolean {
  return a === null || b === null || Math.abs(daysBetween(a, b)) <= SAME_ITEM_DAYS_MAX;
}

/** Parameters that say how a page was reached and not which page it is. */
const VISITING = /^(utm_\w+|from|spm|share\w*|timestamp|_t|t|rnd|random|sessionid|jsessionid|sid|token)$/i;

/** Fragments that lead to a part of a page which belongs to every page, or say where a visit came from. */
const VISITING_FRAGMENT = /^#(?:top|comments?|respond|rd|wechat_redirect|(?:utm_\w+|from|spm)=.*)?$/i;

/**
 * One spelling for an address that has several: no default page, no parameters of the visit. A fragment stays: pages
 * made by scripts (`#/detail?id=3`) and entries of one long page differ by it alone.
 */
export function canonicalUrl(written: string): string {
  if (!URL.canParse(written)) return written;
  const url = new URL(written);
  for (const name of [...url.searchParams.keys()]) if (VISITING.test(name)) url.searchParams.delete(name);
  url.searchParams.sort();
  return spelledOnce(url);
}

/** An address as it is told from others, whatever the parameters of a visit mean at its site. */
export function wholeAddress(written: string): string {
  return URL.canParse(written) ? spelledOnce(new URL(written)) : written;
}

function spelledOnce({ host, pathname, search, hash }: URL): string {
  const path = pathname
    .replace(/;jsessionid=[^/]*/i, '')
    .replace(/\/(index|default)\.(s?html?|jsp|aspx?)$/i, '/');
  // The same page answers by both protocols on most sites.
  return `${host}${path}${search}${VISITING_FRAGMENT.test(hash) ? '' : hash}`;
}

/** Whether two titles at one address name one announcement: headlines and narrow lists cut titles, and say so. */
export function isSameTitle(a: string, b: string): boolean {
  return a === b || isCutOf(a, b) || isCutOf(b, a);
}

function isCutOf(cut: string, whole: string): boolean {
  const beginning = /^(.+?)\s*(?:…|⋯|\.{3})+$/.exec(cut)?.[1];
  return beginning !== undefined && whole.startsWith(beginning);
}

/** The key of an announcement whose address is also that of others: its whole address, else its title and day too. */
export function keysOfShared({ title, url, issued_on }: Identifiable): string[] {
  if (url === null) return [];
  const key = `url:${wholeAddress(url)}`;
  return [key, `${key}#title:${title}:${issued_on ?? ''}`];
}
