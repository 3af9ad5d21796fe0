import { escapeHtml, htmlOfXml, looksLikeHtml, plainText } from './markup.ts';
import { innerSource, type XmlElement, type XmlTree } from './xml-tree.ts';

/** A text of a feed as HTML; `plain` where the publisher said or let see that it is not markup. */
export type Construct = { html: string; plain: string | null };

/**
 * The text of an element, by the rules of its format: Atom says by `type` (1.0) and `mode` (0.3) what its text
 * is; RSS does not say, so that text with a tag or a reference in it is HTML. Markup that should have been
 * escaped is taken as it stands in the source.
 */
export function constructOf(tree: XmlTree, element: XmlElement): Construct | null {
  const { attributes, text, children } = element;
  const type = (attributes.type ?? '').trim().toLowerCase();
  const mode = (attributes.mode ?? '').trim().toLowerCase();
  if (mode === 'base64' || isBinary(type, element)) return ofBase64(text, type);
  if (children.length > 0) return ofMarkup(htmlOfXml(innerSource(tree, element)), type);
  if (text.trim() === '') return null;
  if (/w3\.org\/1999\/xhtml/.test(element.namespace)) return ofPlain(text);
  const is_called_plain = isAtom(element) && type === 'text/plain';
  if ((mode === 'escaped' && !is_called_plain) || type === 'html' || type.includes('html'))
    return { html: text.trim(), plain: null };
  if (isAtom(element) && (type === '' || type === 'text' || type.startsWith('text/'))) return ofPlain(text);
  return looksLikeHtml(text) ? { html: text.trim(), plain: null } : ofPlain(text);
}

/** What is read of a text: markup taken away, blanks made one. */
export function plainOf(construct: Construct | null): string {
  if (!construct) return '';
  return construct.plain === null
    ? plainText(construct.html).replace(/\s+/g, ' ')
    : construct.plain.replace(/\s+/g, ' ').trim();
}

function ofPlain(text: string): Construct {
  return { html: escapeHtml(text.trim()), plain: text.trim() };
}

function ofMarkup(markup: string, type: string): Construct {
  // The one div around XHTML belongs to the format and not to the text.
  const inner =
    type === 'xhtml' || type.includes('xhtml') ? /^<div\b[^>]*>([\s\S]*)<\/div>$/i.exec(markup)?.[1] : null;
  return { html: (inner ?? markup).trim(), plain: null };
}

export function isAtom({ namespace }: XmlElement): boolean {
  return /w3\.org\/2005\/atom|purl\.org\/atom/i.test(namespace);
}

/** An Atom text of a type that is neither text nor XML comes in base64. */
function isBinary(type: string, element: XmlElement): boolean {
  if (!isAtom(element) || element.children.length > 0 || !type.includes('/')) return false;
  return !/^text\/|[+/]xml$|html/.test(type);
}

function ofBase64(text: string, type: string): Construct | null {
  const compact = text.replace(/\s+/g, '').replace(/=+$/, '');
  // One letter beyond whole groups of four holds no byte: it is a text that somebody gave the wrong type.
  if (!/^[A-Za-z0-9+/_-]+$/.test(compact) || compact.length % 4 === 1) return ofPlain(text);
  const binary = atob(compact.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  try {
    const decoded = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return type.includes('html') || (type !== 'text/plain' && looksLikeHtml(decoded))
      ? { html: decoded.trim(), plain: null }
      : ofPlain(decoded);
  } catch {
    return null;
  }
}
