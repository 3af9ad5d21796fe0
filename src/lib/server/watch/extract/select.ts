import type { Cheerio, CheerioAPI } from 'cheerio';
import type { AnyNode } from 'domhandler';

/** Reads `a@title|a`: for each part in turn the attribute, or the text, of the first element; null when none has any. */
export function readSelected($: CheerioAPI, within: Cheerio<AnyNode>, selector: string): string | null {
  for (const part of selector.split('|')) {
    const { css, attribute } = parsePart(part);
    const found =
      css === '' ? within : css.startsWith(':self') ? within.filter(css.slice(5) || '*') : within.find(css);
    for (const node of found.toArray()) {
      const value = attribute === null ? $(node).text() : $(node).attr(attribute);
      const text = value?.replace(/\s+/g, ' ').trim() ?? '';
      if (text !== '') return text;
    }
  }
  return null;
}

function parsePart(part: string): { css: string; attribute: string | null } {
  const at = /@([\w:-]+)\s*$/.exec(part);
  return at
    ? { css: part.slice(0, at.index).trim(), attribute: at[1] ?? null }
    : { css: part.trim(), attribute: null };
}
