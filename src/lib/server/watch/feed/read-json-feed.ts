import { readFeedDate } from '#lib/domain/watch/feed-date.ts';
import { ENTRIES_MAX, type Feed, type FeedEntry } from '#lib/domain/watch/feed.ts';
import { finishEntry } from './finish-entry.ts';
import { absoluteUrl, escapeHtml } from './markup.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Reads JSON Feed 1.0 and 1.1, and what is nearly one. Null when it neither has items nor says what it is. */
export function readJsonFeed(value: unknown, address: string | null): Feed | null {
  const feed = Array.isArray(value) ? { items: value } : fieldsOf(value);
  const items = Array.isArray(feed?.items) ? feed.items : Object.values(fieldsOf(feed?.items) ?? {});
  // Whoever says that it is a JSON Feed, or has what only such a feed has, may have no items at all.
  const is_named =
    /jsonfeed\.org/i.test(textOf(feed?.version) ?? '') ||
    textOf(feed?.home_page_url) !== null ||
    textOf(feed?.feed_url) !== null;
  if (!feed || (feed.items === undefined && !is_named)) return null;
  const site = absoluteUrl(textOf(feed.home_page_url), address ?? textOf(feed.feed_url));
  const base = address ?? textOf(feed.feed_url) ?? site;
  const language = textOf(feed.language);
  const context = { base, site, is_chinese: /^zh/i.test(language ?? '') };
  const entries = items.slice(0, ENTRIES_MAX).flatMap((item) => {
    const fields = fieldsOf(item);
    return fields ? [readItem(fields, context)] : [];
  });
  return {
    format: 'json_feed',
    title: textOf(feed.title),
    url: site,
    language,
    ttl_minutes: null,
    entries,
    entries_left_out: Math.max(0, items.length - ENTRIES_MAX),
  };
}

function readItem(
  item: Fields,
  { base, site, is_chinese }: { base: string | null; site: string | null; is_chinese: boolean },
): FeedEntry {
  const date = (written: unknown) => {
    const text = textOf(written);
    return text ? readFeedDate(text, is_chinese) : null;
  };
  const content_text = textOf(item.content_text);
  const summary = textOf(item.summary);
  const id = idOf(item.id);
  const url =
    absoluteUrl(textOf(item.url), base) ??
    absoluteUrl(textOf(item.external_url), base) ??
    (id && /^https?:/i.test(id) ? absoluteUrl(id, base) : null);
  return finishEntry({
    id: id ?? url ?? writtenId(item.id),
    title: (textOf(item.title) ?? '').replace(/\s+/g, ' '),
    url,
    site,
    base,
    published_at: date(item.date_published),
    updated_at: date(item.date_modified),
    summary_html: summary === null ? null : escapeHtml(summary),
    content_html: textOf(item.content_html) ?? (content_text === null ? null : paragraphs(content_text)),
    authors: [...listOf(item.authors), item.author].flatMap((author) => {
      const name = textOf(fieldsOf(author)?.name) ?? textOf(author);
      return name === null ? [] : [name];
    }),
    categories: listOf(item.tags).flatMap((tag) => textOf(tag) ?? []),
    enclosures: listOf(item.attachments).flatMap((attachment) => {
      const fields = fieldsOf(attachment);
      const url = absoluteUrl(textOf(fields?.url), base);
      return url ? [{ url, media_type: textOf(fields?.mime_type), title: textOf(fields?.title) }] : [];
    }),
  });
}

/** An id is a text or whatever becomes one. */
function idOf(value: unknown): string | null {
  return typeof value === 'boolean' ? String(value) : textOf(value);
}

/** An id that is a list or an object is none by the format; where nothing else names its item, it is taken as written. */
function writtenId(value: unknown): string | null {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : null;
}

/** Plain text as HTML that keeps its line ends. */
function paragraphs(text: string): string {
  return escapeHtml(text).replace(/\r?\n/g, '<br>');
}

/** Text of a field; numbers too, which some publishers use as ids. Null for anything else and for blanks. */
function textOf(value: unknown): string | null {
  const text = typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
  return text === '' ? null : text;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : null;
}
