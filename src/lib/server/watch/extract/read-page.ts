import { load } from 'cheerio';
import type { ExtractionProblem } from '#lib/domain/watch/extracted.ts';
import { decodeText } from '#lib/server/documents/decode-text.ts';
import { readDetail, type Detail } from './detail.ts';
import { isWeb } from './html-list.ts';

export type PageReading =
  | { ok: true; detail: Detail; title: string | null; address: string | null }
  | { ok: false; problem: ExtractionProblem };

/**
 * Reads one page: what it says, what its window is called, and where it stands. A page that was brought by a
 * person may say itself where it was saved from; until it does, its links are those of `site`.
 */
export function readPage(page: {
  bytes: Uint8Array;
  address: string | null;
  site: string;
  override: string | null;
  header: string | null;
  body_selector: string | null;
}): PageReading {
  const { bytes, site, override, header, body_selector } = page;
  const { text, encoding, is_mojibake } = decodeText(bytes, { override, header });
  if (is_mojibake) return { ok: false, problem: { position: null, code: 'mojibake', found: encoding } };
  const address = page.address ?? savedFrom(text);
  return {
    ok: true,
    detail: readDetail(text, address ?? site, body_selector),
    title: titleOf(text),
    address,
  };
}

/** Browsers write into a saved page where it came from. */
function savedFrom(html: string): string | null {
  const marked = /<!--\s*saved from url=\(\d+\)(\S+)\s*-->/i.exec(html.slice(0, 4_096))?.[1];
  const canonical = /<link[^>]+rel=["']?canonical["']?[^>]*href=["']([^"']+)["']/i.exec(
    html.slice(0, 65_536),
  )?.[1];
  const found = marked ?? canonical ?? null;
  return isWeb(found) && URL.canParse(found) ? found.slice(0, 2000) : null;
}

/** A title stands at the beginning; the rest of a page need not be parsed for it. */
const HEAD_CHARACTERS = 100_000;

function titleOf(html: string): string | null {
  const title = load(html.slice(0, HEAD_CHARACTERS))('title').first().text();
  return title.replace(/\s+/g, ' ').trim() || null;
}
