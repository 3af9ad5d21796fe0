import { readFeedDate } from '#lib/domain/watch/feed-date.ts';
import { ENTRIES_MAX, type Feed, type FeedEntry, type FeedFormat } from '#lib/domain/watch/feed.ts';
import { finishEntry, type DraftEntry } from './finish-entry.ts';
import { absoluteUrl, withAbsoluteUrls } from './markup.ts';
import { constructOf, plainOf, type Construct } from './text-construct.ts';
import type { XmlElement, XmlTree } from './xml-tree.ts';

/**
 * Reads RSS 0.9x to 2.0, RDF, Atom 0.3 and 1.0 and CDF from a tree that need not be well-formed. Elements are
 * known by their namespace, under whatever prefix; those of no or of an unknown namespace count as the feed's
 * own. Null when the document has neither a feed's root nor an entry.
 */
export function readXmlFeed(tree: XmlTree, address: string | null): Feed | null {
  const root = findRoot(tree.root);
  if (!root) return null;
  const entries = entriesIn(root);
  const head = headOf(root);
  const is_chinese = /^zh/i.test(languageOf(root, head) ?? '');
  const site = linkOf(head, address) ?? null;
  const context: Context = { tree, address, site, is_chinese };
  return {
    format: formatOf(root),
    title: plainOf(constructNamed(tree, head, ['title'])) || null,
    url: site,
    language: languageOf(root, head),
    ttl_minutes: ttlOf(head),
    entries: entries.slice(0, ENTRIES_MAX).map((element) => readEntry(element, context)),
    entries_left_out: Math.max(0, entries.length - ENTRIES_MAX),
  };
}

type Context = { tree: XmlTree; address: string | null; site: string | null; is_chinese: boolean };

// --- where things are -------------------------------------------------------------------------------

const ROOTS = new Set(['rss', 'rdf', 'feed', 'channel', 'item', 'entry']);
const ROOT_DEPTH_MAX = 6;

/** The first element that can be a feed's root; some servers wrap the feed or put notices before it. */
function findRoot(top: XmlElement): XmlElement | null {
  let level = top.children;
  for (let depth = 0; depth < ROOT_DEPTH_MAX && level.length > 0; depth += 1) {
    const found = level.find(({ name }) => ROOTS.has(name));
    if (found) return found.name === 'item' || found.name === 'entry' ? (found.parent ?? found) : found;
    level = level.flatMap(({ children }) => children);
  }
  return null;
}

/** All entries in reading order, wherever they stand; a walk without recursion. */
function entriesIn(root: XmlElement): XmlElement[] {
  const found: XmlElement[] = [];
  const waiting = [root];
  for (let element = waiting.pop(); element; element = waiting.pop()) {
    if (element !== root && isEntry(element)) found.push(element);
    else for (const child of element.children.toReversed()) waiting.push(child);
  }
  return found;
}

function isEntry({ name, namespace }: XmlElement): boolean {
  if (name !== 'item' && name !== 'entry') return false;
  return !FOREIGN.test(namespace) && !CONTENT.test(namespace);
}

/** The element that has the feed's own title and link. */
function headOf(root: XmlElement): XmlElement {
  return root.name === 'feed' || root.name === 'channel'
    ? root
    : (root.children.find(({ name }) => name === 'channel' || name === 'feed') ?? root);
}

function formatOf(root: XmlElement): FeedFormat {
  if (root.name === 'feed') return 'atom';
  if (root.name === 'rdf') return 'rdf';
  return root.name === 'channel' && root.attributes.href !== undefined ? 'cdf' : 'rss';
}

// --- namespaces -------------------------------------------------------------------------------------

/** Vocabularies whose elements are named like a feed's own and mean something else. */
const FOREIGN =
  /itunes|search\.yahoo\.com\/mrss|^media$|georss|opengis|xmlns\.com\/foaf|webns\.net|w3\.org\/1999\/xhtml|purl\.org\/(dc|rss\/1\.0\/modules)|slash|wfw|trackback|creativecommons|openSearch|podcastindex|rawvoice|microsoft\.com|google\.com/i;
const DC = /purl\.org\/dc\/(elements|terms)|^dc(terms)?$/i;
const CONTENT = /purl\.org\/rss\/1\.0\/modules\/content|^content$/i;
const ITUNES = /itunes/i;
const MEDIA = /search\.yahoo\.com\/mrss|^media$/i;
const XHTML = /w3\.org\/1999\/xhtml|^xhtml$/i;
const FEEDBURNER = /feedburner/i;
const RDF_NAMESPACE = /w3\.org\/1999\/02\/22-rdf-syntax-ns/;

type Vocabulary = 'own' | RegExp;

/** The children of this name in one vocabulary, in order. */
function named(element: XmlElement, name: string, vocabulary: Vocabulary = 'own'): XmlElement[] {
  return element.children.filter(
    (child) =>
      child.name === name &&
      (vocabulary === 'own'
        ? !FOREIGN.test(child.namespace) || RDF_NAMESPACE.test(child.namespace)
        : vocabulary.test(child.namespace)),
  );
}

/** The text of the first of these children that has any. */
function textNamed(element: XmlElement, name: string, vocabulary: Vocabulary = 'own'): string | null {
  for (const child of named(element, name, vocabulary)) {
    const text = child.text.trim();
    if (text !== '') return text;
  }
  return null;
}

function constructNamed(
  tree: XmlTree,
  element: XmlElement,
  names: readonly string[],
  vocabulary: Vocabulary = 'own',
): Construct | null {
  for (const name of names)
    for (const child of named(element, name, vocabulary)) {
      const construct = basedConstruct(tree, child);
      if (construct && plainOf(construct) !== '') return construct;
      if (construct?.html && /<(img|video|audio|embed|iframe|a)\b/i.test(construct.html)) return construct;
    }
  return null;
}

/** A text whose links are resolved against an `xml:base` of its own, or of the one element that it consists of. */
function basedConstruct(tree: XmlTree, element: XmlElement): Construct | null {
  const construct = constructOf(tree, element);
  const [only] = element.children;
  const based = element.children.length === 1 && only?.attributes['xml:base'] ? only : element;
  if (!construct || !based.attributes['xml:base']) return construct;
  return { ...construct, html: withAbsoluteUrls(construct.html, baseOf(based, null)) };
}

// --- the feed ---------------------------------------------------------------------------------------

function languageOf(root: XmlElement, head: XmlElement): string | null {
  return (
    textNamed(head, 'language') ??
    textNamed(head, 'language', DC) ??
    head.attributes['xml:lang'] ??
    root.attributes['xml:lang'] ??
    null
  );
}

const MINUTES: Readonly<Record<string, number>> = {
  hourly: 60,
  daily: 1440,
  weekly: 10_080,
  monthly: 43_200,
  yearly: 525_600,
};

function ttlOf(head: XmlElement): number | null {
  const ttl = Number(textNamed(head, 'ttl') ?? NaN);
  if (Number.isFinite(ttl) && ttl > 0) return ttl;
  const period = MINUTES[textNamed(head, 'updateperiod', /syndication|^sy$/i)?.toLowerCase() ?? ''];
  const frequency = Number(textNamed(head, 'updatefrequency', /syndication|^sy$/i) ?? 1);
  return period && frequency > 0 ? period / frequency : null;
}

// --- an entry ---------------------------------------------------------------------------------------

function readEntry(element: XmlElement, { tree, address, site, is_chinese }: Context): FeedEntry {
  const base = baseOf(element, address ?? site);
  const guid = named(element, 'guid')[0];
  const id = idOf(element);
  const content =
    constructNamed(tree, element, ['encoded'], CONTENT) ??
    constructNamed(tree, element, ['content']) ??
    constructNamed(tree, element, ['body', 'div'], XHTML) ??
    constructNamed(tree, element, ['fulltext', 'fullitem', 'content_encoded', 'body']);
  const summary =
    constructNamed(tree, element, ['description', 'summary', 'abstract', 'excerpt']) ??
    constructNamed(tree, element, ['description', 'abstract'], DC) ??
    constructNamed(tree, element, ['summary'], ITUNES) ??
    constructNamed(tree, element, ['description'], MEDIA) ??
    constructIn(tree, named(element, 'group', MEDIA)[0]) ??
    constructNamed(tree, element, ['subtitle'], ITUNES);
  const title =
    constructNamed(tree, element, ['title']) ??
    constructNamed(tree, element, ['title'], DC) ??
    constructNamed(tree, element, ['title'], MEDIA) ??
    constructNamed(tree, element, ['title'], ITUNES) ??
    constructNamed(tree, element, ['title'], XHTML);
  const date = (names: readonly [string, Vocabulary][]) => dateOf(element, names, is_chinese);
  const draft: DraftEntry = {
    id,
    title: plainOf(title),
    url: linkOf(element, base) ?? permalinkOf(guid, id, base) ?? standInLinkOf(element, base),
    site,
    base,
    published_at: date(PUBLISHED),
    updated_at: date(UPDATED),
    summary_html: summary?.html ?? null,
    content_html: content?.html ?? null,
    authors: authorsOf(element),
    categories: categoriesOf(element),
    enclosures: enclosuresOf(element, base),
  };
  return finishEntry(draft);
}

/** What a group of files says of itself, as video sites do. */
function constructIn(tree: XmlTree, group: XmlElement | undefined): Construct | null {
  return group ? constructNamed(tree, group, ['description'], MEDIA) : null;
}

const PUBLISHED: readonly [string, Vocabulary][] = [
  ['pubdate', 'own'],
  ['published', 'own'],
  ['issued', 'own'],
  ['issued', DC],
  ['date', DC],
  ['created', DC],
  ['created', 'own'],
  ['date', 'own'],
  ['publicationdate', 'own'],
  ['pubdate', MEDIA],
];
const UPDATED: readonly [string, Vocabulary][] = [
  ['updated', 'own'],
  ['modified', 'own'],
  ['modified', DC],
  ['lastbuilddate', 'own'],
];

function dateOf(
  element: XmlElement,
  names: readonly [string, Vocabulary][],
  is_chinese: boolean,
): string | null {
  for (const [name, vocabulary] of names) {
    const written = textNamed(element, name, vocabulary);
    const read = written && readFeedDate(written, is_chinese);
    if (read) return read;
  }
  const { lastmod } = element.attributes;
  return lastmod && names === UPDATED ? readFeedDate(lastmod, is_chinese) : null;
}

function idOf(element: XmlElement): string | null {
  return (
    textNamed(element, 'guid') ??
    textNamed(element, 'id') ??
    element.attributes['rdf:about'] ??
    element.attributes.about ??
    textNamed(element, 'identifier', DC) ??
    null
  );
}

/** `xml:base` of the element and all around it; the outermost is relative to where the feed came from. */
function baseOf(element: XmlElement, address: string | null): string | null {
  const written: string[] = [];
  for (let at: XmlElement | null = element; at; at = at.parent) {
    const base = at.attributes['xml:base'];
    if (base) written.push(base);
  }
  return written.reduceRight<string | null>((base, next) => absoluteUrl(next, base) ?? base, address);
}

/** What a link may be to still be the page itself, best first. */
function linkOf(element: XmlElement, base: string | null): string | null {
  const links = element.children.filter(
    ({ name, namespace }) => name === 'link' && !ITUNES.test(namespace) && !MEDIA.test(namespace),
  );
  let best: { url: string; rank: number } | null = null;
  for (const link of links) {
    const rank = rankOf(link);
    const url = rank > 0 ? absoluteUrl(link.text.trim() || hrefOf(link), baseOf(link, base)) : null;
    if (url && (!best || rank > best.rank)) best = { url, rank };
  }
  return best?.url ?? absoluteUrl(element.attributes.href, base);
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
  if (text.trim() !== '' && attributes.href === undefined) return 6;
  if (rel === undefined || rel === '' || rel === 'alternate')
    return type === '' || type.includes('html') ? 5 : /atom|rss|json/.test(type) ? 2 : 4;
  return 0;
}

function permalinkOf(guid: XmlElement | undefined, id: string | null, base: string | null): string | null {
  if (id && /^https?:\/\//i.test(id) && guid?.attributes.ispermalink?.toLowerCase() !== 'false')
    return absoluteUrl(id, base);
  // A guid that says it is a permalink may be relative.
  return guid?.attributes.ispermalink?.toLowerCase() === 'true' ? absoluteUrl(id, base) : null;
}

/** What leads to the entry when nothing calls itself its link. */
function standInLinkOf(element: XmlElement, base: string | null): string | null {
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
    named(element, 'content', MEDIA)[0]?.attributes.url,
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

function authorsOf(element: XmlElement): string[] {
  const persons = [...named(element, 'author'), ...named(element, 'contributor').slice(0, 0)];
  const names = persons.map(
    (person) => textNamed(person, 'name') ?? textNamed(person, 'email') ?? person.text.trim(),
  );
  const others = [...named(element, 'creator', DC), ...named(element, 'author', ITUNES)].map(({ text }) =>
    text.trim(),
  );
  return distinct([...names, ...others]);
}

function categoriesOf(element: XmlElement): string[] {
  const own = named(element, 'category').map(
    ({ attributes, text }) => attributes.label ?? attributes.term ?? text.trim(),
  );
  return distinct([...own, ...named(element, 'subject', DC).map(({ text }) => text.trim())]);
}

function enclosuresOf(element: XmlElement, base: string | null): FeedEntry['enclosures'] {
  const groups = [element, ...named(element, 'group', MEDIA)];
  const files = [
    ...named(element, 'enclosure').map(({ attributes }) => ({
      ...attributes,
      url: attributes.url ?? attributes.href,
    })),
    ...element.children
      .filter(({ name, attributes }) => name === 'link' && attributes.rel?.toLowerCase() === 'enclosure')
      .map(({ attributes }) => ({ ...attributes, url: attributes.href })),
    ...groups
      .flatMap((group) => named(group, 'content', MEDIA))
      .map(({ attributes }) => ({ ...attributes, url: attributes.url })),
  ];
  const known = new Set<string>();
  return files.flatMap((file: Record<string, string | undefined>) => {
    const url = absoluteUrl(file.url, base);
    if (!url || known.has(url)) return [];
    known.add(url);
    return [{ url, media_type: file.type ?? null, title: file.title ?? null }];
  });
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values.filter((value) => value !== ''))];
}
