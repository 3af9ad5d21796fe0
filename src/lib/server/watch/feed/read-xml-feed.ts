import { ENTRIES_MAX, type Feed, type FeedFormat } from '#lib/domain/watch/feed.ts';
import { linkOf } from './entry-links.ts';
import { constructNamed } from './entry-text.ts';
import { readEntry, type Context } from './read-entry.ts';
import { plainOf } from './text-construct.ts';
import { CONTENT, DC, FOREIGN, textNamed } from './vocabulary.ts';
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
