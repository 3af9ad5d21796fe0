import { foldForMatch } from '#lib/domain/text/script.ts';
import { sketchOf, sketchLikeness, type Sketch } from './sketch.ts';
import type { Provision } from './version.ts';

/** Which provision of the version before became which of the one after; null is "has no counterpart". */
export type ClauseMapping = readonly { before: string | null; after: string | null }[];

export type MatchOptions = {
  mapping?: ClauseMapping;
  /**
   * Two versions of one instrument: a path keeps its meaning however much the text was rewritten. Across a
   * replaced instrument (2015 → 2026) equal numbers say nothing, and unlike texts stay unmapped.
   */
  is_one_instrument: boolean;
};

export type Match<P extends MatchedProvision> = { before: P | null; after: P | null; is_mapped: boolean };
export type MatchedProvision = Pick<Provision, 'path' | 'title' | 'text'>;

/** A moved provision shares at least this much with where it came from. */
const MOVED_LIKENESS_MIN = 0.4;
/** Across instruments, a path that was kept by chance shares less than this. */
const KEPT_LIKENESS_MIN = 0.3;
/** What being at the same path counts for, against a likelier text elsewhere. */
const SAME_PATH_BONUS = 0.2;
/** A title that each side has once, when the text was rewritten. */
const SAME_TITLE_LIKENESS = 0.45;

/**
 * Finds for each provision its counterpart: as a person mapped it, then equal texts (at the same path first,
 * else moved), then the likeliest, then the same path. Every provision stands in exactly one match.
 */
export function matchProvisions<P extends MatchedProvision>(
  before: readonly P[],
  after: readonly P[],
  options: MatchOptions,
): Match<P>[] {
  const found = new Pairing(before, after);
  found.mapped(options.mapping ?? []);
  found.equal();
  found.amended();
  found.alike(options.is_one_instrument);
  found.samePath(options.is_one_instrument);
  return found.matches();
}

type Candidate = { likeness: number; score: number; a: number; b: number };

class Pairing<P extends MatchedProvision> {
  readonly #before: readonly P[];
  readonly #after: readonly P[];
  readonly #to = new Map<number, number>();
  readonly #from = new Map<number, number>();
  readonly #mapped_before = new Set<number>();
  readonly #mapped_after = new Set<number>();
  readonly #path_before: Map<string, number>;
  readonly #path_after: Map<string, number>;

  constructor(before: readonly P[], after: readonly P[]) {
    this.#before = before;
    this.#after = after;
    this.#path_before = new Map(before.map(({ path }, index) => [path, index]));
    this.#path_after = new Map(after.map(({ path }, index) => [path, index]));
  }

  mapped(mapping: ClauseMapping): void {
    for (const { before, after } of mapping) {
      const a = before === null ? undefined : this.#path_before.get(before);
      const b = after === null ? undefined : this.#path_after.get(after);
      if (a !== undefined && b !== undefined) this.#pair(a, b);
      if (a !== undefined && (b !== undefined || after === null)) this.#mapped_before.add(a);
      if (b !== undefined && (a !== undefined || before === null)) this.#mapped_after.add(b);
    }
  }

  equal(): void {
    const by_text = new Map<string, number[]>();
    for (const b of this.#freeAfter()) {
      const text = wholeText(this.#after[b]);
      by_text.set(text, [...(by_text.get(text) ?? []), b]);
    }
    const elsewhere: { a: number; text: string }[] = [];
    for (const a of this.#freeBefore()) {
      const text = wholeText(this.#before[a]);
      const b = this.#path_after.get(this.#before[a]?.path ?? '');
      if (b !== undefined && this.#isFreeAfter(b) && wholeText(this.#after[b]) === text) this.#pair(a, b);
      else elsewhere.push({ a, text });
    }
    for (const { a, text } of elsewhere) {
      const b = text === '' ? undefined : by_text.get(text)?.find((index) => this.#isFreeAfter(index));
      if (b !== undefined) this.#pair(a, b);
    }
  }

  /** Most amendments change a few words at a path that stays: they need no search for a likelier place. */
  amended(): void {
    for (const a of this.#freeBefore()) {
      const b = this.#path_after.get(this.#before[a]?.path ?? '');
      if (b !== undefined && this.#isFreeAfter(b) && isAmended(this.#before[a], this.#after[b]))
        this.#pair(a, b);
    }
  }

  alike(is_one_instrument: boolean): void {
    const [free_before, free_after] = [this.#freeBefore(), this.#freeAfter()];
    if (free_before.length === 0 || free_after.length === 0) return;
    const sketches_before = new Map(free_before.map((a) => [a, sketchOf(wholeText(this.#before[a]))]));
    const sketches_after = new Map(free_after.map((b) => [b, sketchOf(wholeText(this.#after[b]))]));
    const candidates = candidatesOf(sketches_before, sketches_after).map(({ a, b, likeness }): Candidate => {
      const is_same_path = this.#before[a]?.path === this.#after[b]?.path;
      return { a, b, likeness, score: likeness + (is_same_path ? SAME_PATH_BONUS : 0) };
    });
    candidates.push(...this.#sameTitles(free_before, free_after));
    candidates.sort((x, y) => y.score - x.score || x.a - y.a || x.b - y.b);
    for (const { a, b, likeness } of candidates) {
      if (!this.#isFreeBefore(a) || !this.#isFreeAfter(b)) continue;
      const is_same_path = this.#before[a]?.path === this.#after[b]?.path;
      const least = is_same_path ? (is_one_instrument ? 0 : KEPT_LIKENESS_MIN) : MOVED_LIKENESS_MIN;
      if (likeness >= least) this.#pair(a, b);
    }
  }

  samePath(is_one_instrument: boolean): void {
    if (!is_one_instrument) return;
    for (const a of this.#freeBefore()) {
      const b = this.#path_after.get(this.#before[a]?.path ?? '');
      if (b !== undefined && this.#isFreeAfter(b)) this.#pair(a, b);
    }
  }

  /** In the order of the version after; what was taken out stands behind what stood before it. */
  matches(): Match<P>[] {
    const removed_behind = new Map<number, Match<P>[]>();
    let behind = -1;
    this.#before.forEach((before, a) => {
      const b = this.#to.get(a);
      if (b !== undefined) behind = b;
      else {
        const match = { before, after: null, is_mapped: this.#mapped_before.has(a) };
        removed_behind.set(behind, [...(removed_behind.get(behind) ?? []), match]);
      }
    });
    return [
      ...(removed_behind.get(-1) ?? []),
      ...this.#after.flatMap((after, b) => {
        const a = this.#from.get(b);
        const before = a === undefined ? null : (this.#before[a] ?? null);
        return [{ before, after, is_mapped: this.#mapped_after.has(b) }, ...(removed_behind.get(b) ?? [])];
      }),
    ];
  }

  #pair(a: number, b: number): void {
    if (this.#to.has(a) || this.#from.has(b)) return;
    this.#to.set(a, b);
    this.#from.set(b, a);
  }

  #isFreeBefore(a: number): boolean {
    return !this.#to.has(a) && !this.#mapped_before.has(a);
  }

  #isFreeAfter(b: number): boolean {
    return !this.#from.has(b) && !this.#mapped_after.has(b);
  }

  #freeBefore(): number[] {
    return [...this.#before.keys()].filter((a) => this.#isFreeBefore(a));
  }

  #freeAfter(): number[] {
    return [...this.#after.keys()].filter((b) => this.#isFreeAfter(b));
  }

  #sameTitles(free_before: readonly number[], free_after: readonly number[]): Candidate[] {
    const once = onceByTitle(free_after, this.#after);
    return [...onceByTitle(free_before, this.#before)].flatMap(([title, a]) => {
      const b = once.get(title);
      return b === undefined ? [] : [{ a, b, likeness: SAME_TITLE_LIKENESS, score: SAME_TITLE_LIKENESS }];
    });
  }
}

function wholeText(provision: MatchedProvision | undefined): string {
  return provision ? `${provision.title ?? ''}\n${provision.text}`.trim() : '';
}

/** What both texts begin and end with, of all of the longer one, when its title stayed; more without a title. */
const AMENDED_SHARE_MIN = { with_title: 0.6, without_title: 0.9 };

function isAmended(before: MatchedProvision | undefined, after: MatchedProvision | undefined): boolean {
  if (!before || !after || before.title !== after.title) return false;
  const [x, y] = [before.text, after.text];
  const shorter = Math.min(x.length, y.length);
  let head = 0;
  while (head < shorter && x.charCodeAt(head) === y.charCodeAt(head)) head += 1;
  let tail = 0;
  while (tail < shorter - head && x.charCodeAt(x.length - 1 - tail) === y.charCodeAt(y.length - 1 - tail))
    tail += 1;
  const share = (head + tail) / Math.max(x.length, y.length, 1);
  return share >= (before.title === null ? AMENDED_SHARE_MIN.without_title : AMENDED_SHARE_MIN.with_title);
}

/** Titles that stand once among these provisions. */
function onceByTitle(
  indexes: readonly number[],
  provisions: readonly MatchedProvision[],
): Map<string, number> {
  const once = new Map<string, number>();
  const repeated = new Set<string>();
  for (const index of indexes) {
    const title = foldForMatch(provisions[index]?.title ?? '');
    if (title === '') continue;
    if (once.has(title)) repeated.add(title);
    else once.set(title, index);
  }
  for (const title of repeated) once.delete(title);
  return once;
}

/** A piece of text that more provisions share is boilerplate and says nothing about which became which. */
const SHARED_BY_MAX = 24;

/** Pairs whose sketches share a piece, with their likeness. */
function candidatesOf(
  before: ReadonlyMap<number, Sketch>,
  after: ReadonlyMap<number, Sketch>,
): { a: number; b: number; likeness: number }[] {
  const with_piece = new Map<number, number[]>();
  for (const [b, sketch] of after) {
    for (const piece of sketch) {
      const holders = with_piece.get(piece);
      if (holders) holders.push(b);
      else with_piece.set(piece, [b]);
    }
  }
  return [...before].flatMap(([a, sketch]) => {
    const partners = new Set<number>();
    for (const piece of sketch) {
      const holders = with_piece.get(piece) ?? [];
      if (holders.length <= SHARED_BY_MAX) for (const b of holders) partners.add(b);
    }
    return [...partners].map((b) => ({ a, b, likeness: sketchLikeness(sketch, after.get(b) ?? EMPTY) }));
  });
}

const EMPTY: Sketch = new Uint32Array();
