import { load, type CheerioAPI } from 'cheerio';
import { findDays, readDay, type DayResult } from '#lib/domain/text/legal-day.ts';
import {
  ITEMS_MAX,
  type Extracted,
  type Extraction,
  type ExtractionProblem,
} from '#lib/domain/watch/extracted.ts';
import type { SourceSettings } from '#lib/domain/watch/source.ts';
import { flattenHtml } from '#lib/server/documents/read/flatten-html.ts';
import { absoluteUrl } from '#lib/server/watch/feed/markup.ts';
import { readSelected } from './select.ts';

type Selectors = NonNullable<SourceSettings['selectors']>;

/** Rows that stand in a list when nothing is new (EasySite), and are no news. */
const PLACEHOLDER = /^(近期无更新|更新情况|暂无(数据|内容|信息)|no updates?)$/i;

/** How a list marks its rows for a while: pinned to the top, recommended, new. They come and go, and are no edit. */
const MARKS =
  /^(?:\s*[[【(（〔［](?:置顶|置頂|固顶|推荐|热门|热|荐|顶|新|最新|hot|new|top|pinned)[\]】)）〕］]|\s*(?:置顶|置頂)[\s:：|·]+)+\s*|\s+(?:new!?|hot!?)$/gi;

/**
 * Reads a list of announcements out of HTML by selectors. Titles fall back to the link's text, links to the
 * first link of the item; a date without a year stays out instead of being guessed.
 */
export function readHtmlList(html: string, selectors: Selectors, address: string): Extraction {
  const problems: ExtractionProblem[] = [];
  const items: Extracted[] = [];
  const $ = load(flattenHtml(html));
  const base = absoluteUrl($('base[href]').attr('href'), address) ?? address;
  let rows;
  try {
    rows = $(selectors.item).toArray();
  } catch {
    return {
      items,
      problems: [{ position: null, code: 'bad_selector', found: selectors.item }],
      next_pages: [],
      ttl_minutes: null,
    };
  }
  for (const [index, row] of rows.slice(0, ITEMS_MAX).entries()) {
    const within = $(row);
    const position = index + 1;
    const name =
      readSelected($, within, selectors.title ?? 'a@title|a') ?? readSelected($, within, 'a@title|a|:self');
    if (name === null) {
      problems.push({ position, code: 'no_title', found: within.text().trim().slice(0, 100) || null });
      continue;
    }
    if (PLACEHOLDER.test(name)) continue;
    const code = selectors.code ? readSelected($, within, selectors.code) : null;
    const plain = name.replace(MARKS, '') || name;
    const title = code === null || plain.includes(code) ? plain : `${code} ${plain}`;
    const link = linkOf(readSelected($, within, selectors.link ?? 'a@href|:self@href'), selectors);
    const url = absoluteUrl(link, base);
    if (link !== null && !isWeb(url))
      problems.push({ position, code: 'bad_link', found: link.slice(0, 200) });
    const written = selectors.date ? readSelected($, within, selectors.date) : null;
    const day = written === null ? null : dayOf(written);
    if (day && !day.ok)
      problems.push({
        position,
        code: day.problem === 'no_year' ? 'date_without_year' : 'bad_date',
        found: written,
      });
    items.push({
      title,
      url: isWeb(url) ? url : null,
      number_row: code,
      issued_on: day?.ok ? day.day : null,
      effective_on: null,
      published_at: null,
      text: null,
    });
  }
  if (rows.length > ITEMS_MAX)
    problems.push({ position: null, code: 'left_out', found: String(rows.length - ITEMS_MAX) });
  return { items, problems, next_pages: nextPagesOf($, base), ttl_minutes: null };
}

/** The year and month below the day, as lists with large numbers draw it: 13 2026-05. */
const DAY_ABOVE = /^(\d{1,2})日?\s+(\d{4})\s*[-./年]\s*(\d{1,2})月?$/;

/** The day of a row, alone or with words beside it (`发布日期：2026-05-13`); of several days that which says it is of issue. */
function dayOf(written: string): DayResult {
  const [, day, year, month] = DAY_ABOVE.exec(written.normalize('NFKC').trim()) ?? [];
  const read = readDay(year ? `${year}-${month}-${day}` : written);
  if (read.ok || read.problem !== 'unreadable') return read;
  const days = findDays(written);
  const issued = days.filter(({ role }) => role === 'issued');
  const [first, ...others] = issued.length > 0 ? issued : days;
  return first && others.every((other) => other.day === first.day) ? { ok: true, day: first.day } : read;
}

/** What a script is called with stands in quotes; without any, the whole value fills the template. */
function linkOf(found: string | null, { link_template }: Selectors): string | null {
  if (found === null || !link_template) return found;
  const given = /['"]([^'"]+)['"]/.exec(found)?.[1] ?? found;
  return link_template.replaceAll('{}', encodeURIComponent(given));
}

export function isWeb(url: string | null): url is string {
  return url !== null && /^https?:/i.test(url);
}

/** The further pages of an EasySite list: their address is in the link to the last one, or in a hidden field. */
function nextPagesOf($: CheerioAPI, base: string): string[] {
  const last = $('a[title="尾页"]').attr('tagname') ?? '';
  const total = Number($('input[name="article_paging_list_hidden"]').attr('totalpage') ?? NaN);
  const pattern = last.includes('currentPage=') ? last : hiddenPattern($);
  if (!pattern || /LASTPAGE/.test(last) || !Number.isInteger(total) || total < 2) return [];
  return Array.from({ length: Math.min(total, PAGES_LISTED_MAX) - 1 }, (_, index) => index + 2).flatMap(
    (page) => {
      const url = absoluteUrl(pattern.replace(/currentPage=\d+/, `currentPage=${page}`), base);
      return isWeb(url) ? [url] : [];
    },
  );
}

const PAGES_LISTED_MAX = 20;

function hiddenPattern($: CheerioAPI): string | null {
  const page_id = $('#eprotalCurrentPageId').attr('value');
  const module_id = $('input[name="article_paging_list_hidden"]').attr('moduleid');
  if (!page_id || !module_id) return null;
  return `/eportal/ui?pageId=${page_id}&currentPage=1&moduleId=${module_id}&staticRequest=yes`;
}
