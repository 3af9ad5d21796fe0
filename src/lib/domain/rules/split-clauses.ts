import { headingOf, isTitle, ITEM_STYLES, type Heading, type ItemStyle } from './heading.ts';
import { linesOf, runningLines, type Line } from './running-lines.ts';
import type { Provision } from './version.ts';

/** A stretch of the source text, `end` exclusive, in UTF-16 units. */
export type SourceSpan = { start: number; end: number };

export type SplitProvision = Pick<Provision, 'path' | 'title' | 'text'> & {
  /** The number as written: `第4.12条`, `（一）`. */
  label: string;
  /** 1 for the outermost numbering of the text. */
  level: number;
  span: SourceSpan;
  /** The line on which it begins, from 1. */
  line: number;
};

export type SplitProblem = {
  code:
    | 'duplicate_path'
    | 'gap_in_numbering'
    | 'out_of_order'
    | 'no_numbering'
    | 'empty_provision'
    | 'dropped_running_line';
  line: number;
  /** The number or line that it is about, as written. */
  text: string;
};

export type SplitResult = {
  /** What stands before the first number: title, foreword, table of contents. */
  preamble: { text: string; span: SourceSpan };
  provisions: SplitProvision[];
  /** Running heads and page numbers that were left out of the texts; each is a problem as well. */
  dropped: { text: string; line: number; span: SourceSpan }[];
  problems: SplitProblem[];
};

/**
 * Splits a pasted or extracted text into provisions by its numbering, Chinese and English (see heading.ts).
 * Nothing is lost: the spans of preamble and provisions follow each other over the whole text, and each line
 * that was left out is named. Lines that a page broke are joined; rows of tables (tabs) stay lines.
 */
export function splitClauses(text: string): SplitResult {
  const lines = linesOf(text);
  const running = runningLines(lines, text);
  const numbering = new Numbering();
  const starts: { line: Line; heading: Heading; path: string; level: number }[] = [];
  for (const line of lines) {
    const heading = running.has(line.number) ? null : headingOf(line.text);
    const placed = heading && numbering.place(heading, line);
    if (heading && placed) starts.push({ line, heading, ...placed });
  }
  const provisions = starts.map(({ line, heading, path, level }, index): SplitProvision => {
    const end = starts[index + 1]?.line.start ?? text.length;
    const last = starts[index + 1]?.line.number ?? lines.length + 1;
    const body = lines.slice(line.number, last - 1).filter(({ number }) => !running.has(number));
    const head = { ...line, text: line.text.slice(heading.rest_at) };
    return {
      path,
      level,
      label: heading.label.trim(),
      line: line.number,
      span: { start: line.start, end },
      ...titleAndText(heading, head, body),
    };
  });
  const end = starts[0]?.line.start ?? text.length;
  const dropped = lines.filter(({ number }) => running.has(number));
  return {
    preamble: {
      text: unwrap(
        lines
          .slice(0, (starts[0]?.line.number ?? lines.length + 1) - 1)
          .filter(({ number }) => !running.has(number)),
      ),
      span: { start: 0, end },
    },
    provisions,
    dropped: dropped.map((line) => ({
      text: line.text,
      line: line.number,
      span: { start: line.start, end: line.end },
    })),
    problems: [
      ...numbering.problems,
      ...emptyOnes(provisions),
      ...dropped.map((line): SplitProblem => ({
        code: 'dropped_running_line',
        line: line.number,
        text: line.text.trim(),
      })),
      ...(provisions.length === 0 ? [{ code: 'no_numbering' as const, line: 1, text: '' }] : []),
    ].sort((a, b) => a.line - b.line),
  };
}

/** A number without title, text or anything below it: its words went elsewhere, or there are none. */
function emptyOnes(provisions: readonly SplitProvision[]): SplitProblem[] {
  return provisions.flatMap((provision, index) => {
    const next = provisions[index + 1];
    const is_empty =
      provision.title === null && provision.text === '' && (!next || next.level <= provision.level);
    return is_empty
      ? [{ code: 'empty_provision' as const, line: provision.line, text: provision.label }]
      : [];
  });
}

/** 【适用范围】 behind an article is its title; behind a clause number a short line that is no sentence is. */
function titleAndText(
  heading: Heading,
  head: Line,
  body: readonly Line[],
): { title: string | null; text: string } {
  const bracketed = /^\s*[【[]([^】\]]{1,40})[】\]]/.exec(head.text);
  if (bracketed) {
    const rest = { ...head, text: head.text.slice(bracketed[0].length) };
    return { title: bracketed[1]?.trim() ?? null, text: unwrap([rest, ...body]) };
  }
  if (heading.kind === 'annex') return annexTitle(head, body);
  const may_have_title =
    heading.kind === 'division' || heading.kind === 'clause' || isOutermost(heading.style);
  if (may_have_title && isTitle(head.text)) return { title: head.text.trim(), text: unwrap(body) };
  return { title: null, text: unwrap([head, ...body]) };
}

function isOutermost(style: ItemStyle | null): boolean {
  return style === 'chinese' || style === 'digit';
}

/** An annex is named on up to three lines: 附录A, （规范性）, 试验方法. */
function annexTitle(head: Line, body: readonly Line[]): { title: string | null; text: string } {
  const parts: string[] = [];
  let rest = [head, ...body];
  for (let taken = 0; taken < 3; taken += 1) {
    const [first, ...others] = rest;
    if (!first) break;
    const part = first.text.trim().replace(/^[:：]\s*/, '');
    const is_kind = /^[（(](?:规范性|资料性|normative|informative)[^)）]*[)）]$/i.test(part);
    if (part !== '' && !is_kind && (!isTitle(part) || parts.some((known) => !/^[（(]/.test(known)))) break;
    if (part !== '') parts.push(part);
    rest = others;
  }
  return { title: parts.length === 0 ? null : parts.join(' '), text: unwrap(rest) };
}

/** Narrower lines were ended by their writer and not by the edge of a page. */
const WRAPPED_WIDTH_MIN = 36;

/** Joins the lines of a text; where a page broke a sentence, without a line break. */
function unwrap(lines: readonly Line[]): string {
  let text = '';
  let last = '';
  for (const line of lines) {
    const next = line.text.replace(/\s+$/, '');
    if (text !== '' && isBroken(last, next)) {
      const is_latin = /[\w,)]$/.test(text) && /^\s*[\w(]/.test(next);
      text += (is_latin ? ' ' : '') + next.trimStart();
    } else text += text === '' ? next : `\n${next}`;
    last = next;
  }
  return text.replace(/\n{3,}/g, '\n\n').trim();
}

function isBroken(line: string, next: string): boolean {
  if (line.includes('\t') || next.includes('\t') || next.trim() === '' || /^\s*\|/.test(line)) return false;
  if (
    /[。；：！？.;:!?”"》]\s*$/.test(line) ||
    /^\s*(?:[-—–·●•]|[a-z\d]{1,2}[)）.、]|注|表|图|note\b|table\b|figure\b)/i.test(next)
  )
    return false;
  return (
    [...line].reduce((width, character) => width + (/[\u2e80-\uffef]/.test(character) ? 2 : 1), 0) >=
    WRAPPED_WIDTH_MIN
  );
}

type Placed = { path: string; level: number };
type ListItem = { style: ItemStyle; n: number; path: string; level: number };

/** More missing numbers than this, and the number at the head of the line is no heading. */
const GAP_MAX = 20;

/** Follows the numbering of a text: what may come next, and what a number means where it stands. */
class Numbering {
  readonly problems: SplitProblem[] = [];
  readonly #seen = new Set<string>();
  #division: { path: string; level: number } | null = null;
  /** The article, clause or annex to which list items belong. */
  #container: { path: string; level: number } | null = null;
  #last_clause: string | null = null;
  #last_article = 0;
  /** The last member of an outermost list: 1. above 1.1, which goes on with 2. */
  #outer: { style: ItemStyle; n: number } | null = null;
  #list: ListItem[] = [];

  /** Where the heading stands; null when it is no heading after all (a wrapped line, a quantity). */
  place(heading: Heading, line: Line): Placed | null {
    const placed = this.#placeByKind(heading, line);
    if (!placed) return null;
    if (this.#seen.has(placed.path)) this.#report('duplicate_path', heading, line);
    this.#seen.add(placed.path);
    return placed;
  }

  #placeByKind(heading: Heading, line: Line): Placed | null {
    switch (heading.kind) {
      case 'division':
        return this.#placeDivision(heading);
      case 'article':
        return this.#placeArticle(heading, line);
      case 'clause':
        return this.#placeClause(heading, line);
      case 'annex':
        this.#division = null;
        this.#last_clause = heading.path;
        return this.#contain({ path: heading.path, level: 1 });
      case 'item':
        return this.#placeItem(heading, line);
      default:
        return heading.kind satisfies never;
    }
  }

  #placeDivision(heading: Heading): Placed {
    const order = RANKS.indexOf(rankOf(heading.path));
    const above = (this.#division?.path ?? '')
      .split('.')
      .filter((part) => part !== '' && RANKS.indexOf(rankOf(part)) < order);
    const placed = { path: [...above, heading.path].join('.'), level: above.length + 1 };
    this.#division = placed;
    this.#container = null;
    this.#list = [];
    return placed;
  }

  #placeArticle(heading: Heading, line: Line): Placed {
    const n = Number(/^\d+/.exec(heading.path)?.[0] ?? 0);
    if (!heading.path.includes('.') && !heading.path.includes('-')) {
      if (this.#last_article > 0 && n <= this.#last_article) this.#report('out_of_order', heading, line);
      else if (this.#last_article > 0 && n > this.#last_article + 1)
        this.#report('gap_in_numbering', heading, line);
      this.#last_article = n;
    }
    return this.#contain({ path: heading.path, level: (this.#division?.level ?? 0) + 1 });
  }

  #placeClause(heading: Heading, line: Line): Placed | null {
    const step = stepBetween(this.#last_clause, heading.path);
    if (step === 'impossible') return null;
    if (step === 'gap') this.#report('gap_in_numbering', heading, line);
    if (step === 'back') {
      // A wrapped line may begin with the number of an earlier clause; a title behind it tells a heading.
      if (!isTitle(line.text.slice(heading.rest_at))) return null;
      this.#report('out_of_order', heading, line);
    }
    this.#last_clause = heading.path;
    return this.#contain({ path: heading.path, level: heading.path.split('.').length });
  }

  #placeItem(heading: Heading, line: Line): Placed | null {
    const style = heading.style ?? 'digit';
    const n = Number(heading.path);
    if (
      this.#outer?.style === style &&
      n === this.#outer.n + 1 &&
      this.#last_clause?.split('.')[0] === String(n - 1)
    ) {
      this.#container = null;
      this.#list = [];
      return this.#putOuter({ style, n, path: String(n), level: 1 });
    }
    const depth = this.#list.findIndex((item) => item.style === style);
    const sibling = depth === -1 ? null : (this.#list[depth] ?? null);
    const is_first = this.#list.length === 0 && !this.#container && this.#seen.size === 0;
    if (n !== (sibling?.n ?? 0) + 1 && !is_first && !this.#mayRestart(style, n)) {
      if (!sibling || n <= sibling.n || n > sibling.n + GAP_MAX) return null;
      this.#report('gap_in_numbering', heading, line);
    }
    const kept =
      depth === -1 ? this.#list.filter((item) => rank(item.style) < rank(style)) : this.#list.slice(0, depth);
    const parent = kept.at(-1) ?? this.#container;
    const placed = {
      path: parent ? `${parent.path}.${n}` : String(n),
      level: (parent?.level ?? this.#division?.level ?? 0) + 1,
    };
    if (!parent) return this.#putOuter({ style, n, ...placed });
    this.#list = [...kept, { style, n, ...placed }];
    return placed;
  }

  #putOuter(item: ListItem): Placed {
    this.#outer = item;
    this.#last_clause = item.path;
    this.#list = [item];
    return { path: item.path, level: item.level };
  }

  /** 一、 … （一） … 1. begins anew below each member of the list around it. */
  #mayRestart(style: ItemStyle, n: number): boolean {
    return n === 1 && this.#list.some((item) => rank(item.style) < rank(style));
  }

  #contain(placed: Placed): Placed {
    this.#container = placed;
    this.#list = [];
    return placed;
  }

  #report(code: SplitProblem['code'], heading: Heading, line: Line): void {
    this.problems.push({ code, line: line.number, text: heading.label.trim() });
  }
}

/** 编 above 章 above 节. */
const RANKS = ['pt', 'ch', 's'];

function rankOf(path: string): string {
  return /^[a-z]+/.exec(path)?.[0] ?? '';
}

function rank(style: ItemStyle): number {
  return ITEM_STYLES.indexOf(style);
}

/** Whether a clause can follow another: as its child, its next sibling or that of one above it. */
function stepBetween(last: string | null, next: string): 'next' | 'gap' | 'back' | 'impossible' {
  if (last === null) return 'next';
  const [a, b] = [last.split('.'), next.split('.')];
  let common = 0;
  while (common < a.length && common < b.length && a[common] === b[common]) common += 1;
  if (common === b.length) return 'back';
  const [from, to] = [a[common] ?? '0', b[common] ?? '0'];
  const is_letter = /^[A-Z]/.test(to);
  if (is_letter !== /^[A-Z]/.test(from) && common === 0) return is_letter ? 'next' : 'back';
  const distance = is_letter ? to.charCodeAt(0) - from.charCodeAt(0) : Number(to) - Number(from);
  if (distance <= 0) return 'back';
  if (distance > GAP_MAX) return 'impossible';
  // 4.3 → 4.4 and 4 → 4.1 are next; 4.3 → 4.5 and 4.3 → 5.1.2 leave something out.
  const goes_deeper = b.slice(common + 1);
  return distance === 1 && goes_deeper.every((part) => part === '1') ? 'next' : 'gap';
}
