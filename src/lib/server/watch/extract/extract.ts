import { dayInChina } from '#lib/domain/text/calendar-day.ts';
import {
  NUMBER_CHARACTERS_MAX,
  TEXT_CHARACTERS_MAX,
  TITLE_CHARACTERS_MAX,
  URL_CHARACTERS_MAX,
  type Extracted,
  type Extraction,
  type ExtractionProblem,
} from '#lib/domain/watch/extracted.ts';
import type { SourceKind, SourceSettings } from '#lib/domain/watch/source.ts';
import { decodeText } from '#lib/server/documents/decode-text.ts';
import { readFeedBytes } from '#lib/server/watch/feed/read-feed-bytes.ts';
import { readDetail } from './detail.ts';
import { isWeb, readHtmlList } from './html-list.ts';
import { innerHtml } from './inner-html.ts';
import { readJsonRows } from './json-rows.ts';

export type Fetchable = {
  kind: SourceKind;
  url: string;
  charset: string | null;
  name: string;
  settings: SourceSettings;
};

/**
 * Reads what a source answered into announcements, by its kind. The same bytes and settings always give the
 * same, so that stored answers can be read again.
 */
export async function extract(
  source: Fetchable,
  answer: { bytes: Uint8Array; url: string; charset: string | null },
): Promise<Extraction> {
  const found = await extractKind(source, answer);
  return {
    ...found,
    items: found.items.map(storable).filter((item) => isWanted(item, source.settings.filter)),
  };
}

/** Without what a database refuses in a text (NUL, and half of a character), and no longer than is read. */
function storable(item: Extracted): Extracted {
  return {
    ...item,
    title: kept(item.title, TITLE_CHARACTERS_MAX).trim() || '—',
    // Only what a browser opens as a page: a feed may call a script its link.
    url: isWeb(item.url) && item.url.length <= URL_CHARACTERS_MAX ? item.url : null,
    text: item.text === null ? null : kept(item.text, TEXT_CHARACTERS_MAX),
    number_row: item.number_row === null ? null : kept(item.number_row, NUMBER_CHARACTERS_MAX),
  };
}

function kept(text: string, characters_max: number): string {
  return text.slice(0, characters_max).replaceAll('\0', '').toWellFormed();
}

async function extractKind(
  { kind, charset, name, settings, url }: Fetchable,
  answer: { bytes: Uint8Array; url: string; charset: string | null },
): Promise<Extraction> {
  if (kind === 'feed') return extractFeed(answer, charset);
  const decoded = decodeText(answer.bytes, { override: charset, header: answer.charset });
  if (decoded.is_mojibake) return failed({ position: null, code: 'mojibake', found: decoded.encoding });
  switch (kind) {
    case 'json':
      if (!settings.json) return failed({ position: null, code: 'no_rows', found: null });
      return readJsonRows(decoded.text, { json: settings.json, only: settings.only }, answer.url);
    case 'html_list': {
      if (!settings.selectors) return failed({ position: null, code: 'bad_selector', found: null });
      const inner = innerHtml(decoded.text, settings.inner);
      return inner.ok ? readHtmlList(inner.html, settings.selectors, answer.url) : failed(inner.problem);
    }
    case 'page':
    case 'manual':
      return extractPage(decoded.text, { name, settings, url }, answer.url);
    default:
      return kind satisfies never;
  }
}

function failed(problem: ExtractionProblem): Extraction {
  return { items: [], problems: [problem], next_pages: [], ttl_minutes: null };
}

/** A page that is watched for change is one item under the address that it is watched at, wherever that leads today. */
function extractPage(
  html: string,
  { name, settings, url }: Pick<Fetchable, 'name' | 'settings' | 'url'>,
  address: string,
): Extraction {
  const detail = readDetail(html, address, settings.selectors?.detail_body ?? null);
  if (detail.text === '') return failed({ position: null, code: 'no_items', found: null });
  const item: Extracted = {
    title: detail.title ?? name,
    url,
    number_row: detail.number_row,
    issued_on: detail.issued_on,
    effective_on: detail.effective_on,
    published_at: null,
    text: detail.text,
  };
  return { items: [item], problems: [], next_pages: [], ttl_minutes: null };
}

async function extractFeed(
  answer: { bytes: Uint8Array; url: string; charset: string | null },
  override: string | null,
): Promise<Extraction> {
  const { result, decoded } = await readFeedBytes(answer.bytes, {
    address: answer.url,
    override,
    header: answer.charset,
  });
  if (!result.ok) return failed({ position: null, code: 'feed', found: result.problem });
  if (decoded.is_mojibake) return failed({ position: null, code: 'mojibake', found: decoded.encoding });
  const { feed } = result;
  const items = feed.entries.map((entry) => {
    const at = entry.published_at ?? entry.updated_at;
    const published_at = at === null ? null : new Date(at);
    return {
      title: entry.title,
      url: entry.url,
      number_row: null,
      issued_on: published_at && dayInChina(published_at),
      effective_on: null,
      published_at,
      text: entry.text === '' ? null : entry.text,
    };
  });
  const left_out = feed.entries_left_out;
  return {
    items,
    problems: left_out > 0 ? [{ position: null, code: 'left_out', found: String(left_out) }] : [],
    next_pages: [],
    ttl_minutes: feed.ttl_minutes,
  };
}

function isWanted({ title, text }: Extracted, filter: string | undefined): boolean {
  if (!filter) return true;
  const words = filter
    .split('|')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  return words.some((word) => title.includes(word) || (text?.includes(word) ?? false));
}
