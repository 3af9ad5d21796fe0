import { decodeHTML } from 'entities';

/** What a document may declare as entities of its own, so that expanding them stays cheap. */
const DECLARED_ENTITIES_MAX = 500;
const EXPANSION_DEPTH_MAX = 4;
const EXPANDED_CHARACTERS_MAX = 200_000;

/**
 * Makes XML that tolerant readers can read out of what servers send as XML: nothing before the first tag, no
 * characters that XML forbids, entities of HTML and of the document's own declaration as characters, bare
 * ampersands escaped. Inside CDATA and comments nothing is touched.
 */
export function repairXml(text: string): string {
  const from = text.search(/<[?!a-z_]/i);
  if (from < 0) return '';
  const clean = text
    .slice(from)
    .replace(FORBIDDEN, '')
    .replace(OF_WINDOWS, (character) => characterOf(String(character.charCodeAt(0))))
    .replace(ODD_CDATA, '<![CDATA[')
    .replace(/^(?:<\?xml[^>]*\?>\s*)+(?=<)/i, '');
  const { body, entities } = takeDoctype(clean);
  return outsideCdata(body, (part) => withEntities(part.replace(LONE_BRACKET, '&lt;'), entities));
}

/** A replacement keeps a list of all its matches; in pieces of this size that list stays small. */
const PIECE_CHARACTERS = 65_536;

function withEntities(text: string, entities: ReadonlyMap<string, string>): string {
  if (!text.includes('&')) return text;
  const pieces: string[] = [];
  for (let start = 0; start < text.length;) {
    let end = Math.min(text.length, start + PIECE_CHARACTERS);
    // No piece ends inside a reference.
    const last = text.lastIndexOf('&', end - 1);
    if (end < text.length && last > start && end - last < REFERENCE_CHARACTERS_MAX) end = last;
    pieces.push(
      text
        .slice(start, end)
        .replace(AMPERSAND, (whole: string, number?: string, name?: string) =>
          entityOf(whole, number, name, entities),
        ),
    );
    start = end;
  }
  return pieces.join('');
}

const REFERENCE_CHARACTERS_MAX = 70;

/** The beginning of CDATA as some write it. */
const ODD_CDATA = /<!\s?\[\s?cdata\s?\[/gi;
/** A bracket behind which no name can begin, in text that should have been escaped; names of feeds are ASCII. */
const LONE_BRACKET = /<(?!\/?[a-z_]|[!?])/gi;
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufeff\ufffe\uffff]/g;
/** Control characters that nobody means: where they stand, the letters of Windows 1252 were meant. */
const OF_WINDOWS = /[\u0080-\u009f]/g;
/** A reference with its number or name, or an ampersand that begins none. */
const AMPERSAND = /&(?:#(x[0-9a-f]{1,8}|\d{1,9})(?:;|(?![0-9a-f]))|([a-z_][\w.-]{0,60});)?/gi;
const OF_XML = new Set(['amp', 'lt', 'gt', 'quot', 'apos']);

function entityOf(
  whole: string,
  number: string | undefined,
  name: string | undefined,
  entities: ReadonlyMap<string, string>,
): string {
  if (number) return characterOf(number);
  if (!name) return '&amp;';
  if (OF_XML.has(name)) return whole;
  const declared = entities.get(name);
  if (declared !== undefined) return declared;
  const decoded = decodeHTML(whole);
  if (decoded !== whole) return decoded.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return OF_XML.has(name.toLowerCase()) ? whole.toLowerCase() : `&amp;${name};`;
}

/** Numbers 128 to 159 are meant as those of Windows 1252, as browsers read them. */
function characterOf(number: string): string {
  const code =
    number.startsWith('x') || number.startsWith('X') ? parseInt(number.slice(1), 16) : parseInt(number, 10);
  if (code === 0x26) return '&amp;';
  if (code === 0x3c) return '&lt;';
  if (code < 0x20 && code !== 9 && code !== 10 && code !== 13) return '';
  return decodeHTML(`&#${code};`);
}

/** Applies a change to everything that is neither CDATA nor a comment. */
function outsideCdata(text: string, change: (part: string) => string): string {
  const parts: string[] = [];
  let at = 0;
  while (at < text.length) {
    const kept = /<!\[CDATA\[|<!--/g;
    kept.lastIndex = at;
    const found = kept.exec(text);
    if (!found) break;
    const closing = found[0] === '<!--' ? '-->' : ']]>';
    const end = text.indexOf(closing, found.index);
    if (end < 0 && closing === ']]>') {
      // It never ends: what follows is read as if it had not begun, else the rest of the feed were its text.
      parts.push(change(text.slice(at).replaceAll('<![CDATA[', '')));
      return parts.join('');
    }
    const after = end < 0 ? text.length : end + closing.length;
    parts.push(change(text.slice(at, found.index)), text.slice(found.index, after));
    at = after;
  }
  parts.push(change(text.slice(at)));
  return parts.join('');
}

/** Takes the document type away and keeps the entities that it declares with a text of their own. */
function takeDoctype(text: string): { body: string; entities: Map<string, string> } {
  const entities = new Map<string, string>();
  const start = /<!DOCTYPE\b/i.exec(text);
  if (!start) return { body: text, entities };
  const before_root = text.slice(0, start.index).replace(/<!--[\s\S]*?-->/g, '');
  if (/<[a-z]/i.test(before_root)) return { body: text, entities };
  const rest = text.slice(start.index);
  const subset = /^<!DOCTYPE[^[>]*\[([\s\S]*?)\]\s*>/i.exec(rest);
  const end = subset ? subset[0].length : rest.indexOf('>') + 1;
  const declarations = subset?.[1]?.matchAll(/<!ENTITY\s+([\w.-]+)\s+(?:"([^"]*)"|'([^']*)')\s*>/gi) ?? [];
  const written = new Map<string, string>();
  for (const [, name = '', double, single] of declarations) {
    if (written.size >= DECLARED_ENTITIES_MAX) break;
    if (!written.has(name)) written.set(name, double ?? single ?? '');
  }
  const budget = { characters: EXPANDED_CHARACTERS_MAX };
  for (const [name] of written) entities.set(name, expand(name, written, EXPANSION_DEPTH_MAX, budget));
  return { body: text.slice(0, start.index) + rest.slice(end > 0 ? end : rest.length), entities };
}

function expand(
  name: string,
  written: ReadonlyMap<string, string>,
  depth: number,
  budget: { characters: number },
): string {
  const text = written.get(name) ?? '';
  budget.characters -= text.length;
  if (depth === 0 || budget.characters < 0) return '';
  return text.replace(AMPERSAND, (whole, number: string | undefined, inner: string | undefined) => {
    if (budget.characters < 0) return '';
    if (inner && written.has(inner)) return expand(inner, written, depth - 1, budget);
    return entityOf(whole, number, inner, new Map());
  });
}
