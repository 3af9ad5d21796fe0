import type { FeedEntry } from '#lib/domain/watch/feed.ts';
import { absoluteUrl, linkUrl } from './markup.ts';
import { DC, FEEDBURNER, ITUNES, MEDIA, named, ownFirst, textNamed } from './vocabulary.ts';
import type { XmlElement } from './xml-tree.ts';

/** `xml:base` of the element and all around it; the outermost is relative to where the feed came from. */
export function baseOf(element: XmlElement, address: string | null): string | null {
  const written: string[] = [];
  for (let at: XmlElement | null = element; at; at = at.parent) {
    // Channels of CDF say it without the prefix.
    const base = at.attributes['xml:base'] ?? (at.name === 'channel' ? at.attributes.base : undefined);
    if (base) written.push(base);
  }
  return written.reduceRight<string | null>((base, next) => absoluteUrl(next, base) ?? base, address);
}

/** What a link may be to still be the page itself, best first. */
export function linkOf(element: XmlElement, base: string | null): string | null {
  const links = element.children.filter(
    ({ name, namespace }) => name === 'link' && !ITUNES.test(namespace) && !MEDIA.test(namespace),
  );
  let best: { url: string; rank: number } | null = null;
  for (const link of ownFirst(links, element)) {
    const rank = rankOf(link);
    const url = rank > 0 ? addressOf(link, base) : null;
    if (url && (!best || rank > best.rank)) best = { url, rank };
  }
  return best?.url ?? linkUrl(element.attributes.href, base);
}

/** An address that is written and empty is that of the `xml:base` itself. */
function addressOf(link: XmlElement, base: string | null): string | null {
  const written = link.text.trim() || hrefOf(link);
  return written === '' ? baseOf(link, null) : linkUrl(written, baseOf(link, base));
}

function hrefOf({ attributes }: XmlElement): string | undefined {
  return attributes.href ?? attributes['rdf:resource'] ?? attributes.resource ?? attributes.url;
}

function rankOf({ attributes, text }: XmlElement): number {
  const rel = attributes.rel
    ?.trim()
    .toLowerCase()
    .replace(/^http:\/\/www\.iana\.org\/assignments\/relation\//, '');
  const type = attributes.type?.toLowerCase() ?? '';
  const is_page = rel === undefined || rel === '' || rel === 'alternate';
  if (text.trim() !== '' && attributes.href === undefined) return is_page ? 6 : 1;
  if (is_page) return type === '' || type.includes('html') ? 5 : /atom|rss|json/.test(type) ? 2 : 4;
  return 0;
}

export function permalinkOf(
  guid: XmlElement | undefined,
  id: string | null,
  base: string | null,
): string | null {
  const said = guid?.attributes.ispermalink?.trim().toLowerCase();
  if (id && /^https?:\/\//i.test(id) && said !== 'false') return absoluteUrl(id, base);
  // A guid that says it is a permalink may be relative.
  return said === 'true' ? absoluteUrl(id, base) : null;
}

/** What leads to the entry when nothing calls itself its link. */
export function standInLinkOf(element: XmlElement, base: string | null): string | null {
  const of_rel = (rel: string) =>
    element.children.find(({ name, attributes }) => name === 'link' && attributes.rel?.toLowerCase() === rel);
  const candidates = [
    textNamed(element, 'origlink', FEEDBURNER),
    named(element, 'content')[0]?.attributes.src,
    of_rel('related')?.attributes.href,
    of_rel('via')?.attributes.href,
    of_rel('self')?.attributes.href,
    named(element, 'enclosure')[0]?.attributes.url,
    of_rel('enclosure')?.attributes.href,
    mediaFilesOf(element)[0]?.attributes.url,
    textNamed(element, 'url'),
    textNamed(element, 'comments'),
    /^https?:/i.test(textNamed(element, 'identifier', DC) ?? '')
      ? textNamed(element, 'identifier', DC)
      : null,
  ];
  for (const candidate of candidates) {
    const url = absoluteUrl(candidate, base);
    if (url) return url;
  }
  return null;
}

/** Files that an entry has itself or in a group. */
export function mediaFilesOf(element: XmlElement): XmlElement[] {
  return [element, ...named(element, 'group', MEDIA)].flatMap((group) => named(group, 'content', MEDIA));
}

export function enclosuresOf(element: XmlElement, base: string | null): FeedEntry['enclosures'] {
  const files = [
    ...named(element, 'enclosure').map(({ attributes }) => ({
      ...attributes,
      url: attributes.url ?? attributes.href,
    })),
    ...element.children
      .filter(({ name, attributes }) => name === 'link' && attributes.rel?.toLowerCase() === 'enclosure')
      .map(({ attributes }) => ({ ...attributes, url: attributes.href })),
    ...mediaFilesOf(element).map(({ attributes }) => ({ ...attributes, url: attributes.url })),
  ];
  const known = new Set<string>();
  return files.flatMap((file: Record<string, string | undefined>) => {
    const url = absoluteUrl(file.url, base);
    if (!url || known.has(url)) return [];
    known.add(url);
    return [{ url, media_type: file.type ?? null, title: file.title ?? null }];
  });
}
