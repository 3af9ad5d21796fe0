import { readFeedDate } from '#lib/domain/watch/feed-date.ts';
import type { FeedEntry } from '#lib/domain/watch/feed.ts';
import { baseOf, enclosuresOf, linkOf, mediaFilesOf, permalinkOf, standInLinkOf } from './entry-links.ts';
import { constructNamed } from './entry-text.ts';
import { finishEntry, type DraftEntry } from './finish-entry.ts';
import { absoluteUrl } from './markup.ts';
import { isAtom, plainOf, type Construct } from './text-construct.ts';
import { CONTENT, DC, ITUNES, MEDIA, named, textNamed, XHTML, type Vocabulary } from './vocabulary.ts';
import { innerSource, type XmlElement, type XmlTree } from './xml-tree.ts';

export type Context = { tree: XmlTree; address: string | null; site: string | null; is_chinese: boolean };

/** One entry of any XML format, with all that may stand for what it lacks. */
export function readEntry(element: XmlElement, { tree, address, site, is_chinese }: Context): FeedEntry {
  const base = baseOf(element, address ?? site);
  const guid = named(element, 'guid')[0];
  const id = idOf(tree, element, base);
  const content =
    constructNamed(tree, element, ['encoded'], CONTENT) ??
    constructNamed(tree, element, ['content']) ??
    constructNamed(tree, element, ['body', 'div'], XHTML) ??
    constructNamed(tree, element, ['fulltext', 'fullitem', 'content_encoded', 'body']);
  const own_summary =
    constructNamed(tree, element, ['description', 'summary', 'abstract', 'excerpt']) ??
    constructNamed(tree, element, ['description', 'abstract'], DC) ??
    constructNamed(tree, element, ['summary'], ITUNES) ??
    constructNamed(tree, element, ['description'], MEDIA);
  const groups = named(element, 'group', MEDIA);
  const files = [...groups, ...mediaFilesOf(element)];
  const summary =
    own_summary ??
    constructIn(tree, files, 'description') ??
    constructNamed(tree, element, ['subtitle'], ITUNES);
  const title =
    constructNamed(tree, element, ['title']) ??
    constructNamed(tree, element, ['title'], DC) ??
    constructNamed(tree, element, ['title'], MEDIA) ??
    constructNamed(tree, element, ['title'], ITUNES) ??
    constructNamed(tree, element, ['title'], XHTML) ??
    // A picture beside a text is hardly ever called like the text: often it shows the author.
    constructIn(tree, content || own_summary ? groups : files, 'title');
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

/** What the first of these files or groups of files says of itself, as video sites do. */
function constructIn(tree: XmlTree, files: readonly XmlElement[], name: string): Construct | null {
  for (const file of files) {
    const found = constructNamed(tree, file, [name], MEDIA);
    if (found) return found;
  }
  return null;
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
  ['date', DC],
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

function idOf(tree: XmlTree, element: XmlElement, base: string | null): string | null {
  return (
    textNamed(element, 'guid') ??
    markupNamed(tree, element, 'guid') ??
    atomId(element, base) ??
    element.attributes['rdf:about'] ??
    element.attributes.about ??
    textNamed(element, 'identifier', DC) ??
    null
  );
}

/** An id that is made of markup names its entry as well as any other. */
function markupNamed(tree: XmlTree, element: XmlElement, name: string): string | null {
  const found = named(element, name).find(({ children }) => children.length > 0);
  return found ? innerSource(tree, found).trim() || null : null;
}

/**
 * Ids of Atom are absolute. One that is written as a path is meant relative to the document, one with several
 * steps only where an `xml:base` says to what.
 */
function atomId(element: XmlElement, base: string | null): string | null {
  const written = textNamed(element, 'id');
  if (!written || !isAtom(element) || !/^[^\s:]*\/\S*$/.test(written)) return written;
  const is_relative = written.startsWith('/') || baseOf(element, null) !== null;
  return (is_relative ? absoluteUrl(written, base) : null) ?? written;
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

function distinct(values: readonly string[]): string[] {
  return [...new Set(values.filter((value) => value !== ''))];
}
