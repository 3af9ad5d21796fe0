import { Tokenizer } from 'htmlparser2';
import { ENTRY_CHARACTERS_MAX } from '#lib/domain/watch/feed.ts';

/** An element with its local name in lower case, its namespace, and where its content stands in the source. */
export type XmlElement = {
  name: string;
  /** The address that the prefix stands for; the prefix itself where it is not declared; '' for none. */
  namespace: string;
  attributes: Readonly<Record<string, string>>;
  parent: XmlElement | null;
  children: XmlElement[];
  /** Its own characters, references decoded; those of its children are theirs. */
  text: string;
  inner_start: number;
  inner_end: number;
};

export type XmlTree = { root: XmlElement; source: string };

/** Deeper elements are read as the text of the last one that counts. */
const DEPTH_MAX = 200;
/** Beyond this the rest of the document is not read. */
const ELEMENTS_MAX = 400_000;
const ATTRIBUTES_MAX = 100;
/** How the tokenizer calls a value without quotes. */
const UNQUOTED = 1;
const OUTERMOST: ReadonlyMap<string, string> = new Map([['xml', 'http://www.w3.org/XML/1998/namespace']]);
/** An entry that begins inside another says that the other was never closed. */
const SELF_PARTING = new Set(['item', 'entry', 'rss:item', 'atom:entry']);
/** Elements that hold text alone: another element of a feed that begins inside says they were never closed. */
const LEAVES = new Set([
  'title',
  'link',
  'guid',
  'id',
  'pubdate',
  'published',
  'updated',
  'issued',
  'modified',
  'author',
  'dc:date',
]);
const STRUCTURAL = new Set([
  ...LEAVES,
  'description',
  'summary',
  'content',
  'category',
  'content:encoded',
  'enclosure',
  'comments',
]);

/** Texts that may hold markup, and elements that no markup has: one of these inside says the text was never closed. */
const TEXTS = new Set(['description', 'summary', 'content', 'content:encoded']);
const NO_MARKUP = new Set([
  'guid',
  'pubdate',
  'published',
  'updated',
  'issued',
  'modified',
  'dc:date',
  'enclosure',
]);

type Open = {
  element: XmlElement;
  written: string;
  scope: ReadonlyMap<string, string>;
  parts: string[];
  characters: number;
};

/** Reads XML, well-formed or not, into a tree. It never fails: what cannot be an element is text. */
export function parseXmlTree(source: string): XmlTree {
  const builder = new TreeBuilder(source);
  const tokenizer = new Tokenizer({ xmlMode: true, decodeEntities: true }, builder);
  tokenizer.write(source);
  tokenizer.end();
  return { root: builder.root, source };
}

/** The markup inside an element, as it stands in the source. */
export function innerSource({ source }: XmlTree, element: XmlElement): string {
  return source.slice(element.inner_start, element.inner_end);
}

/**
 * Hears of tags and text one after the other. The tokenizer alone is used and not the parser around it,
 * whose stack takes time with the square of the depth.
 */
class TreeBuilder {
  readonly root: XmlElement;
  readonly #source: string;
  readonly #open: Open[];
  #elements = 0;
  #too_deep = 0;
  #tag = '';
  #tag_start = 0;
  #attributes: Record<string, string> = {};
  #attribute_count = 0;
  #attribute = '';
  #value = '';
  #closes_itself = false;

  constructor(source: string) {
    this.#source = source;
    this.root = {
      name: '',
      namespace: '',
      attributes: {},
      parent: null,
      children: [],
      text: '',
      inner_start: 0,
      inner_end: source.length,
    };
    this.#open = [{ element: this.root, written: '', scope: OUTERMOST, parts: [], characters: 0 }];
  }

  // Names in lower case, because broken feeds close an Item with item.
  onopentagname(start: number, end: number): void {
    this.#tag = this.#source.slice(start, end).toLowerCase();
    this.#tag_start = start - 1;
    this.#attributes = {};
    this.#attribute_count = 0;
    this.#closes_itself = false;
  }

  onattribname(start: number, end: number): void {
    this.#attribute = this.#source.slice(start, end).toLowerCase();
    this.#value = '';
  }

  onattribdata(start: number, end: number): void {
    this.#value += this.#source.slice(start, end);
  }

  onattribentity(code: number): void {
    this.#value += String.fromCodePoint(code);
  }

  onattribend(quote: number): void {
    // Without quotes the slash that closes the tag was read as part of the value.
    this.#closes_itself = quote === UNQUOTED && this.#value.endsWith('/');
    if (this.#closes_itself) this.#value = this.#value.slice(0, -1);
    if (this.#attribute_count >= ATTRIBUTES_MAX) return;
    this.#attribute_count += 1;
    this.#attributes[this.#attribute] ??= this.#value;
  }

  onopentagend(end: number): void {
    if (this.#closes_itself) this.onselfclosingtag(end);
    else this.#begin(end + 1);
  }

  onselfclosingtag(end: number): void {
    if (this.#begin(end + 1)) this.#end(end + 1);
  }

  onclosetag(start: number, end: number): void {
    if (this.#too_deep > 0) {
      this.#too_deep -= 1;
      return;
    }
    this.#endDownTo(this.#source.slice(start, end).trim().toLowerCase(), start - 2);
  }

  ontext(start: number, end: number): void {
    this.#add(this.#source.slice(start, end));
  }

  ontextentity(code: number): void {
    this.#add(String.fromCodePoint(code));
  }

  oncdata(start: number, end: number, end_length: number): void {
    this.#add(this.#source.slice(start, end - end_length));
  }

  onend(): void {
    while (this.#open.length > 1) this.#end(this.#source.length);
    this.#flush(this.#open[0]);
  }

  oncomment(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}

  #begin(inner_start: number): boolean {
    const written = this.#tag;
    if (this.#open.length > DEPTH_MAX || this.#elements >= ELEMENTS_MAX) {
      this.#too_deep += 1;
      return false;
    }
    const inside = this.#open.at(-1)?.written ?? '';
    if (SELF_PARTING.has(written)) this.#endDownTo(written, this.#tag_start);
    else if ((STRUCTURAL.has(written) && LEAVES.has(inside)) || (NO_MARKUP.has(written) && TEXTS.has(inside)))
      this.#end(this.#tag_start);
    const around = this.#open.at(-1);
    if (!around) return false;
    this.#elements += 1;
    const scope = withDeclared(around.scope, this.#attributes);
    const colon = written.indexOf(':');
    const prefix = colon < 0 ? '' : written.slice(0, colon);
    const element: XmlElement = {
      name: written.slice(colon + 1),
      namespace: scope.get(prefix) ?? prefix,
      attributes: this.#attributes,
      parent: around.element,
      children: [],
      text: '',
      inner_start,
      inner_end: inner_start,
    };
    around.element.children.push(element);
    this.#open.push({ element, written, scope, parts: [], characters: 0 });
    return true;
  }

  /** Ends the innermost open element of this name and all inside it; a name that is not open ends nothing. */
  #endDownTo(written: string, at: number): void {
    const index = this.#open.findLastIndex((open) => open.written === written);
    if (index < 1) return;
    while (this.#open.length > index) this.#end(at);
  }

  #end(at: number): void {
    const closed = this.#open.pop();
    if (!closed) return;
    this.#flush(closed);
    closed.element.inner_end = Math.max(closed.element.inner_start, at);
  }

  #flush(open: Open | undefined): void {
    if (open) open.element.text = open.parts.join('');
  }

  #add(text: string): void {
    const open = this.#open.at(-1);
    if (!open || open.characters > ENTRY_CHARACTERS_MAX) return;
    open.parts.push(text);
    open.characters += text.length;
  }
}

function withDeclared(
  scope: ReadonlyMap<string, string>,
  attributes: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  let wider: Map<string, string> | null = null;
  for (const name in attributes) {
    if (name !== 'xmlns' && !name.startsWith('xmlns:')) continue;
    wider ??= new Map(scope);
    wider.set(name === 'xmlns' ? '' : name.slice(6), (attributes[name] ?? '').trim());
  }
  return wider ?? scope;
}
