import { load } from 'cheerio';
import { flattenHtml } from '#lib/server/documents/read/flatten-html.ts';
import { looksLikeText } from '#lib/domain/documents/tidy-text.ts';
import { decodeText } from '#lib/server/documents/decode-text.ts';
import { plainPage } from './plain-page.ts';

/** Elements that show text and its order; everything else loses its tag or goes as a whole. */
const KEPT = new Set(
  'a abbr address article aside b blockquote body br caption center cite code col colgroup dd del dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 head header hr html i ins li main mark ol p pre q s section small span strong sub sup table tbody td tfoot th thead time tr u ul'.split(
    ' ',
  ),
);
/** What loads, runs, sends or covers; gone with all that is in it. */
const GONE =
  'script,style,link,meta,base,iframe,frame,frameset,object,embed,applet,form,input,button,select,textarea,video,audio,source,img,picture,svg,math,template,noscript,canvas,portal,dialog';
const ELEMENT_NODE: number = 1;
const TEXT_NODE: number = 3;
const ATTRIBUTES = new Set(['colspan', 'rowspan', 'title', 'lang', 'dir', 'align', 'valign']);

/** What a source sent as a page that can do nothing; nothing where it is a file that no browser shows as text. */
export function originalAsHtml(bytes: Uint8Array, content_type: string | null): string {
  const header = /charset=["']?([\w-]+)/i.exec(content_type ?? '')?.[1] ?? null;
  const decoded = decodeText(bytes, { header });
  if (!looksLikeText(decoded)) return '';
  const { text } = decoded;
  const is_html = /html/i.test(content_type ?? '') || /^\s*<(?:!doctype html|html|body|div|ul)/i.test(text);
  return is_html ? harmless(text) : plainPage(text);
}

/**
 * Hostile HTML as harmless HTML: known elements without attributes that load, run or style. The page that shows
 * it is sandboxed besides, and its answer forbids everything to the browser.
 */
export function harmless(html: string): string {
  const $ = load(flattenHtml(html));
  $(GONE).remove();
  $('*')
    .contents()
    .each((_, node) => {
      // Comments, directives and CDATA; what is left are elements and their words.
      if (node.nodeType !== ELEMENT_NODE && node.nodeType !== TEXT_NODE) $(node).remove();
    });
  $('*').each((_, node) => {
    if (!('attribs' in node)) return;
    const element = node;
    if (!KEPT.has(element.tagName.toLowerCase())) {
      $(element).replaceWith($(element).contents());
      return;
    }
    for (const name of Object.keys(element.attribs))
      if (!ATTRIBUTES.has(name.toLowerCase())) $(element).removeAttr(name);
  });
  return `<!doctype html><meta charset="utf-8">${$('body').html() ?? ''}`;
}
