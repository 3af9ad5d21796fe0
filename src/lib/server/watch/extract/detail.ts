import { load, type CheerioAPI } from 'cheerio';
import { readDay } from '#lib/domain/text/legal-day.ts';
import { flattenHtml } from '#lib/server/documents/read/flatten-html.ts';
import { htmlToText } from '#lib/server/documents/read/html.ts';
import { absoluteUrl } from '#lib/server/watch/feed/markup.ts';
import { isWeb } from './html-list.ts';

/** The page of one announcement: what changes at every visit is left out. */
export type Detail = {
  title: string | null;
  text: string;
  number_row: string | null;
  issued_on: string | null;
  effective_on: string | null;
  attachments: { url: string; title: string }[];
};

/** Where the body stands in the systems that official sites use; tried in turn after the source's own selector. */
const BODIES = [
  '#easysiteText',
  '.easysite-news-content',
  '#zoom',
  '.TRS_Editor',
  '.pages_content',
  '#UCAP-CONTENT',
  '.art_con',
  '#ContentRegion',
  '.article-content',
  'article',
  'main',
];
const NOISE =
  'script,style,noscript,template,iframe,nav,form,.easysite-news-operation,.share,.breadcrumb,#share,.print,.bdsharebuttonbox';
/** What follows is counters and tools of the page, where more text stands before it than behind. */
const TAIL = /公告下载链接|公告正文下载链接|浏览次数|阅读次数|点击数|打印本页|关闭窗口/g;
/** What changes by itself: counters, and the date of today. */
const COUNTERS =
  /(?:浏览次数|阅读次数|访问次数|点击数|点击量|阅读量|浏览量|访问量)\s*[:：]?\s*[\d,]+\s*次?|(?:浏览|阅读|访问|点击)\s*[:：]\s*[\d,]+\s*次?|\b(?:views?|hits?)\s*[:：]\s*[\d,]+/gi;
const TODAY =
  /(?:今天是|今日是|现在是)\s*[:：]?\s*\d{4}年\d{1,2}月\d{1,2}日[ \t]*(?:星期[一二三四五六日天])?(?:[ \t]*\d{1,2}:\d{2}(?::\d{2})?)?/g;
const ATTACHMENT = /\.(pdf|docx?|xlsx?|wps|et|zip|rar)(?:$|[?#])/i;
const ATTACHMENTS_MAX = 30;

/** Reads the page of an announcement: title, text, metadata rows, attachments. */
export function readDetail(html: string, address: string, body_selector: string | null): Detail {
  const $ = load(flattenHtml(html));
  const base = absoluteUrl($('base[href]').attr('href'), address) ?? address;
  const rows = metadataRows($);
  const title =
    firstText($, ['.easysite-news-title h2', 'h1', '.article-title', '.title h2']) ??
    metaOf($, 'ArticleTitle');
  const body = bodyOf($, body_selector);
  const attachments = attachmentsOf($, base);
  $(NOISE).remove();
  const text = withoutTail(htmlToText(body === null ? $.html() : $.html($(body))).text)
    .replace(COUNTERS, '')
    .replace(TODAY, '')
    .replace(/[^\S\n]+$/gm, '')
    .trim();
  return {
    title,
    text: isGone(text) ? '' : text,
    number_row: rows.get('文号') ?? null,
    issued_on: dayOf(rows.get('发布日期')) ?? dayOf(metaOf($, 'PubDate')) ?? publishedLine($),
    effective_on: dayOf(rows.get('生效日期')) ?? dayOf(rows.get('实施日期')),
    attachments,
  };
}

/**
 * What a site says with status 200 in place of a page that it does not have. A short notice may say of a clause that
 * its content was deleted (第4.12条内容已删除): that is about the page only where the visitor is spoken to, or nothing
 * stands before it.
 */
const LOST = '(?:不存在|未找到|找不到|已(?:被)?(?:删除|移除|下线|撤稿))';
const GONE = new RegExp(
  `(?:页面|网页|稿件)${LOST}|[您你][^。]{0,12}(?:内容|文章|信息)${LOST}|` +
    `^(?:(?:抱歉|很抱歉|对不起|提示)[，,：:！!\\s]*)?[该此]?(?:内容|文章|信息)${LOST}|` +
    '(?:找不到|无法找到)[^。]{0,12}(?:页面|网页)|page (?:was )?not found|404[\\s:：-]*(?:not found|错误|页面)',
  'i',
);
const GONE_CHARACTERS_MAX = 200;

function isGone(text: string): boolean {
  return text.length <= GONE_CHARACTERS_MAX && GONE.test(text);
}

/** A counter above the text begins no tail: what the notice says would be cut off with it. */
function withoutTail(text: string): string {
  for (const { index } of text.matchAll(TAIL)) if (index > text.length - index) return text.slice(0, index);
  return text;
}

function bodyOf($: CheerioAPI, selector: string | null): string | null {
  for (const candidate of [...(selector ? [selector] : []), ...BODIES])
    try {
      if ($(candidate).text().trim() !== '') return candidate;
    } catch {
      continue;
    }
  return null;
}

/** 【文　　号】宁波海关公告2026年第17号: label and value of each row, blanks inside the label gone. */
function metadataRows($: CheerioAPI): Map<string, string> {
  const rows = new Map<string, string>();
  for (const row of $('.hgfg_list, .metadata li, table.xxgk_table tr').toArray()) {
    const found = /^\s*[【[]?([^】\]：:]{1,12})[】\]：:]\s*([\s\S]*)$/.exec($(row).text());
    const label = found?.[1]?.replace(/\s/g, '');
    const value = found?.[2]?.replace(/\s+/g, ' ').trim();
    if (label && value && !rows.has(label)) rows.set(label, value);
  }
  return rows;
}

function attachmentsOf($: CheerioAPI, base: string): Detail['attachments'] {
  const found = new Map<string, string>();
  for (const link of $('a[href]').toArray()) {
    const url = absoluteUrl($(link).attr('href'), base);
    if (isWeb(url) && ATTACHMENT.test(url) && found.size < ATTACHMENTS_MAX && !found.has(url))
      found.set(url, ($(link).attr('title') ?? $(link).text()).replace(/\s+/g, ' ').trim().slice(0, 500));
  }
  return [...found].map(([url, title]) => ({ url, title }));
}

function firstText($: CheerioAPI, selectors: readonly string[]): string | null {
  for (const selector of selectors) {
    const text = $(selector).first().text().replace(/\s+/g, ' ').trim();
    if (text !== '') return text;
  }
  return null;
}

function metaOf($: CheerioAPI, name: string): string | null {
  return $(`meta[name="${name}" i]`).attr('content')?.trim() ?? null;
}

function publishedLine($: CheerioAPI): string | null {
  const line = /发布(?:时间|日期)\s*[:：]\s*([\d年月日\-/. ]{8,20})/.exec($('body').text())?.[1];
  return dayOf(line?.trim());
}

function dayOf(written: string | null | undefined): string | null {
  if (!written) return null;
  const read = readDay(written);
  return read.ok ? read.day : null;
}
