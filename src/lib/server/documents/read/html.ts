import { load } from 'cheerio';
import { decodeText } from '#lib/server/documents/decode-text.ts';
import { TEXT_CHARACTERS_MAX } from '#lib/domain/documents/limits.ts';
import { flattenHtml } from './flatten-html.ts';
import type { Read } from './read.ts';

export function readHtml(bytes: Uint8Array): Read {
  return htmlToText(decodeText(bytes).text);
}

/** As much of a parsed node as is looked at. */
type PageNode = {
  type: string;
  name?: string;
  data?: string;
  parent?: object | null;
  children?: readonly PageNode[];
};

/** Elements whose content nobody reads as text. */
const UNSEEN = new Set(
  'head script style noscript template iframe object svg canvas audio video select'.split(' '),
);
const BLOCKS = new Set(
  (
    'address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure ' +
    'footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody tfoot thead ul'
  ).split(' '),
);
const CELLS = new Set(['td', 'th']);
/** Stand for the end of a cell and of a row until the text is put together; neither occurs in a page. */
const CELL_END = '\u0001';
const ROW_END = '\u0002';
/** Source lines break anywhere in Chinese, where no space stands between characters. */
const CHINESE_LINE_BREAK =
  /(?<=[\p{Script=Han}\u3000-\u303f\uff00-\uffef])[ \t]*\n\s*(?=[\p{Script=Han}\u3000-\u303f\uff00-\uffef])/gu;

/** The text of a page as a reader sees it: blocks on lines of their own, cells of a row parted by tabs. */
export function htmlToText(html: string): Read {
  const $ = load(flattenHtml(html));
  const title = $('title').first().text().trim();
  const { parts, is_truncated } = collect($.root().toArray());
  const body = layOut(parts.join(''));
  const text = title === '' || body.includes(title) ? body : `${title}\n${body}`;
  return { text, page_count: null, is_truncated };
}

/** The pieces of text in reading order. A stack, no recursion: pages nest elements ten thousand deep. */
function collect(roots: readonly PageNode[]): { parts: string[]; is_truncated: boolean } {
  const parts: string[] = [];
  const push = (part: string) => {
    if (part !== '\n' || parts.at(-1) !== '\n') parts.push(part);
  };
  let characters = 0;
  const waiting: (PageNode | string)[] = roots.toReversed();
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (characters > TEXT_CHARACTERS_MAX) return { parts, is_truncated: true };
    if (typeof node === 'string') push(node);
    else if (node.type === 'text') {
      const text = shownText(node);
      push(text);
      characters += text.length;
    } else if (node.children && !UNSEEN.has(node.name ?? '')) {
      const name = node.name ?? '';
      if (name === 'br' || BLOCKS.has(name)) push('\n');
      if (BLOCKS.has(name)) waiting.push('\n');
      if (CELLS.has(name)) waiting.push(CELL_END);
      if (name === 'tr') waiting.push(ROW_END);
      for (const child of node.children.toReversed()) waiting.push(child);
    }
  }
  return { parts, is_truncated: false };
}

function shownText({ data = '', parent }: PageNode): string {
  const within = parent && 'name' in parent ? parent.name : null;
  if (within === 'pre' || within === 'textarea') return data;
  return data.replace(CHINESE_LINE_BREAK, '').replace(/\s+/g, ' ');
}

/**
 * Puts each row on one line and every block on its own. It is split and looked back, so that a long run of
 * blanks is not tried from each of its characters.
 */
function layOut(text: string): string {
  const cells = text.split(CELL_END).map((cell) => cell.trim());
  const rows = cells
    .join(CELL_END)
    .split(ROW_END)
    .map((row) => row.trim().replace(/(?<!\u0001)\u0001+$/, ''));
  return rows
    .join('\n')
    .replaceAll(CELL_END, '\t')
    .replace(/(?<! ) *\n[ \n]*/g, '\n')
    .trim();
}
