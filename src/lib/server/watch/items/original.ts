import { load } from 'cheerio';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import type { App } from '#lib/server/app.ts';
import { decodeSource } from '#lib/server/watch/decode.ts';
import { snapshotBytes } from '#lib/server/watch/store-snapshot.ts';
import { readWatch, seesWatch } from '#lib/server/watch/watch-actor.ts';

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

/** The snapshot that a text of an item was read from, as a page that can do nothing. Only the operator reads it. */
export async function originalOf(
  app: App,
  actor: Actor | null,
  asked: { item_id: string; revision_no: number },
): Promise<string | null> {
  if (!seesWatch(actor)) return null;
  return readWatch(app, actor, async (tx) => {
    const row = await tx
      .selectFrom('item_revision')
      .innerJoin('snapshot', 'snapshot.id', 'item_revision.snapshot_id')
      .select(['snapshot.id', 'snapshot.content_type', 'snapshot.source_id'])
      .where('item_revision.item_id', '=', asked.item_id)
      .where('item_revision.revision_no', '=', asked.revision_no)
      .executeTakeFirst();
    const bytes = row && (await snapshotBytes(tx, row.id));
    if (!row || !bytes) return null;
    const header = /charset=["']?([\w-]+)/i.exec(row.content_type ?? '')?.[1] ?? null;
    const { text } = decodeSource(bytes, { header });
    const is_html =
      /html/i.test(row.content_type ?? '') || /^\s*<(?:!doctype html|html|body|div|ul)/i.test(text);
    return is_html ? harmless(text) : `<!doctype html><meta charset="utf-8"><pre>${escaped(text)}</pre>`;
  });
}

/**
 * Hostile HTML as harmless HTML: known elements without attributes that load, run or style. The page that shows
 * it is sandboxed besides, and its answer forbids everything to the browser.
 */
export function harmless(html: string): string {
  const $ = load(html);
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

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
