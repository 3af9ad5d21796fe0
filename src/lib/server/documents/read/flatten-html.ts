import { Tokenizer } from 'htmlparser2';

/**
 * No page that was seen nests deeper than some hundred elements. The parser takes time with the square of the
 * depth (30,000 `div` inside each other 13 s), and what walks its tree exhausts the stack at about 7,000.
 */
const DEPTH_MAX = 1_000;
/** Without elements in them, or closed by the next of their kind: leaving them open does not nest. */
const WITHOUT_DEPTH = new Set(
  (
    'area base br col embed hr img input link meta param source track wbr ' +
    'a button caption colgroup dd dt form h1 h2 h3 h4 h5 h6 li nobr optgroup option p rb rp rt tbody td tfoot th thead tr ' +
    'html head body script style title textarea xmp iframe noembed noframes'
  ).split(' '),
);

/** The same page without the tags that nest deeper than any page does; their text stays. Linear in its length. */
export function flattenHtml(html: string): string {
  const found = new DepthCounter(html);
  const tokenizer = new Tokenizer({ xmlMode: false, decodeEntities: false }, found);
  tokenizer.write(html);
  tokenizer.end();
  if (found.too_deep.length === 0) return html;
  const kept: string[] = [];
  let at = 0;
  for (const [start, end] of found.too_deep) {
    kept.push(html.slice(at, start));
    at = end;
  }
  return kept.join('') + html.slice(at);
}

class DepthCounter {
  /** Where the tags that are too deep begin and end, in their order. */
  readonly too_deep: [number, number][] = [];
  readonly #html: string;
  #depth = 0;
  #tag = '';
  #start = 0;

  constructor(html: string) {
    this.#html = html;
  }

  onopentagname(start: number, end: number): void {
    this.#tag = this.#html.slice(start, end).toLowerCase();
    this.#start = start - 1;
  }

  onopentagend(end: number): void {
    if (WITHOUT_DEPTH.has(this.#tag)) return;
    this.#depth += 1;
    if (this.#depth > DEPTH_MAX) this.too_deep.push([this.#start, end + 1]);
  }

  onclosetag(start: number, end: number): void {
    if (WITHOUT_DEPTH.has(this.#html.slice(start, end).trim().toLowerCase())) return;
    if (this.#depth > DEPTH_MAX) this.too_deep.push([start - 2, end + 1]);
    this.#depth = Math.max(0, this.#depth - 1);
  }

  onselfclosingtag(): void {}
  onattribname(): void {}
  onattribdata(): void {}
  onattribentity(): void {}
  onattribend(): void {}
  ontext(): void {}
  ontextentity(): void {}
  oncdata(): void {}
  onend(): void {}
  oncomment(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}
}
