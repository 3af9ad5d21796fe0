import RssParser from 'rss-parser';
import type { Feed, FeedEntry, FeedResult } from '#lib/domain/watch/feed.ts';
import { decodeText, type Decoded, type EncodingHints } from '#lib/server/documents/decode-text.ts';
import { finishEntry } from './finish-entry.ts';
import { absoluteUrl, plainText } from './markup.ts';
import { readFeedText } from './read-feed.ts';
import { repairXml } from './repair-xml.ts';

export type FeedReading = { result: FeedResult; decoded: Omit<Decoded, 'text'>; readers: Readers };
/** What the first reader found beside the tolerant one; a difference is worth a look, not an error. */
export type Readers = { first: 'agrees' | 'found_fewer' | 'found_more' | 'failed' | 'not_asked' };

/** rss-parser keeps a whole document as objects; in a longer one it costs more than it can add. */
const FIRST_CHARACTERS_MAX = 2_000_000;

/**
 * Reads a feed from bytes: decoded, repaired, then by two readers. rss-parser reads what is well-formed; the
 * tolerant one reads everything and finds what the first overlooks. The longer list of entries wins; the
 * tolerant reader's where both are as long.
 */
export async function readFeedBytes(
  bytes: Uint8Array,
  { address, ...hints }: EncodingHints & { address: string | null },
): Promise<FeedReading> {
  const { text, ...decoded } = decodeText(bytes, hints);
  const tolerant = readFeedText(text, address);
  const is_for_first =
    tolerant.ok && tolerant.feed.format !== 'json_feed' && text.length <= FIRST_CHARACTERS_MAX;
  if (!is_for_first) return { result: tolerant, decoded, readers: { first: 'not_asked' } };
  const first = await readFirst(repairXml(text), address);
  if (!first) return { result: tolerant, decoded, readers: { first: 'failed' } };
  return { ...fuller(tolerant.feed, first), decoded };
}

async function readFirst(xml: string, address: string | null): Promise<FeedEntry[] | null> {
  try {
    const { items, link } = await new RssParser().parseString(xml);
    return items.map((item) => {
      const url = absoluteUrl(textOf(item.link), address);
      return finishEntry({
        id: textOf(item.guid),
        title: plainText(textOf(item.title) ?? ''),
        url,
        site: absoluteUrl(link, address),
        base: address,
        published_at: textOf(item.isoDate),
        updated_at: null,
        summary_html: textOf(item.summary),
        content_html: textOf(item.content),
        authors: [textOf(item.creator)].filter((name) => name !== null),
        categories: [],
        enclosures: [],
      });
    });
  } catch {
    // It refuses whatever is not well-formed; that is what the tolerant reader is for.
    return null;
  }
}

function fuller(feed: Feed, first: readonly FeedEntry[]): { result: FeedResult; readers: Readers } {
  const found = feed.entries.length + feed.entries_left_out;
  if (first.length > found)
    return { result: { ok: true, feed: { ...feed, entries: [...first] } }, readers: { first: 'found_more' } };
  return {
    result: { ok: true, feed },
    readers: { first: first.length < found ? 'found_fewer' : 'agrees' },
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}
