import { cleanHunks } from './diff-cleanup.ts';
import { limitChanges, type LimitChange, type LimitChanges } from './diff-limits.ts';
import { diffSequence, type DiffBudget, type Hunk } from './diff-sequence.ts';
import { tokenise, type Token, type TokenText } from './diff-tokens.ts';

/** A run of text that both sides have, or that one of them has. */
export type SegmentOp = 'same' | 'removed' | 'added';

/** `is_limit`: the run is a number with its unit, an operator or a day that changed. */
export type Segment = { op: SegmentOp; text: string; is_limit: boolean };

/** `same` counts the UTF-16 units that both sides have. */
export type RunDiff = { segments: Segment[]; limits: LimitChange[]; same: number };

/**
 * Compares two runs of text without tables (a paragraph, a title, a cell). Removed and same segments joined are
 * `before`, added and same ones `after`.
 */
export function diffRun(before: string, after: string, budget: DiffBudget): RunDiff {
  if (before === after) return { segments: pieces('same', before), limits: [], same: before.length };
  const window = changedWindow(before, after);
  const a = tokenise(before.slice(window.start, before.length - window.tail));
  const b = tokenise(after.slice(window.start, after.length - window.tail));
  const hunks = hunksBetween(a, b, budget);
  const limits = limitChanges(a, b, hunks);
  const segments = join([
    ...pieces('same', before.slice(0, window.start)),
    ...segmentsOf(a, b, { hunks, limits }),
    ...pieces('same', before.slice(before.length - window.tail)),
  ]);
  const same = segments.reduce((sum, { op, text }) => sum + (op === 'same' ? text.length : 0), 0);
  return { segments, limits: limits.changes, same };
}

const SENTENCE_END = /[。；！？\n]|[a-z)]\.\s(?=[A-Z])/g;

/**
 * What the texts have in common at both ends, in whole sentences, so that operators and units stay with their
 * numbers. Most amendments change one sentence of a clause, and only that is cut into tokens.
 */
function changedWindow(before: string, after: string): { start: number; tail: number } {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before.charCodeAt(head) === after.charCodeAt(head)) head += 1;
  let tail = 0;
  while (
    tail < shorter - head &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  )
    tail += 1;
  let start = 0;
  for (const match of before.slice(0, head).matchAll(SENTENCE_END)) start = match.index + match[0].length;
  SENTENCE_END.lastIndex = 0;
  const end = SENTENCE_END.exec(before.slice(before.length - tail));
  SENTENCE_END.lastIndex = 0;
  return { start, tail: end ? tail - end.index - end[0].length : 0 };
}

/** Two windows of at least this many tokens that share less than this: one replaced the other. */
const REPLACED_TOKENS_MIN = 12;
const COMMON_SHARE_MIN = 0.25;
/** Of neighbouring pairs, which unlike single characters texts do not share by chance. */
const COMMON_PAIRS_MIN = 0.1;

function hunksBetween(a: TokenText, b: TokenText, budget: DiffBudget): Hunk[] {
  const all: Hunk = { a0: 0, a1: a.tokens.length, b0: 0, b1: b.tokens.length };
  const ids = new Map<string, number>();
  const [sequence_a, sequence_b] = [sequenceOf(a.tokens, ids), sequenceOf(b.tokens, ids)];
  const is_long = Math.min(sequence_a.length, sequence_b.length) >= REPLACED_TOKENS_MIN;
  if (is_long && commonPairs(sequence_a, sequence_b) < COMMON_PAIRS_MIN) return [all];
  const hunks = cleanHunks(a.tokens, b.tokens, diffSequence(sequence_a, sequence_b, budget));
  return is_long && commonShare(a.tokens, b.tokens, hunks) < COMMON_SHARE_MIN ? [all] : hunks;
}

function sequenceOf(tokens: readonly Token[], ids: Map<string, number>): Int32Array {
  const sequence = new Int32Array(tokens.length);
  for (const [index, { text }] of tokens.entries()) {
    // A single unit is its own number; it is most of a Chinese text.
    if (text.length === 1) sequence[index] = text.charCodeAt(0);
    else {
      const id = ids.get(text) ?? 0x10000 + ids.size;
      ids.set(text, id);
      sequence[index] = id;
    }
  }
  return sequence;
}

/** The share of neighbouring pairs that both sides have; one pass, which spares the search in unlike texts. */
function commonPairs(a: Int32Array, b: Int32Array): number {
  const pairs = new Map<number, number>();
  const pairAt = (sequence: Int32Array, index: number) =>
    (sequence[index] ?? 0) * 0x200000 + (sequence[index + 1] ?? 0);
  for (let index = 0; index < a.length - 1; index += 1) {
    const pair = pairAt(a, index);
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  let common = 0;
  for (let index = 0; index < b.length - 1; index += 1) {
    const left = pairs.get(pairAt(b, index)) ?? 0;
    if (left === 0) continue;
    common += 1;
    pairs.set(pairAt(b, index), left - 1);
  }
  return (2 * common) / Math.max(1, a.length + b.length - 2);
}

function commonShare(a: readonly Token[], b: readonly Token[], hunks: readonly Hunk[]): number {
  const removed = hunks.reduce((sum, hunk) => sum + lengthOf(a, hunk.a0, hunk.a1), 0);
  const added = hunks.reduce((sum, hunk) => sum + lengthOf(b, hunk.b0, hunk.b1), 0);
  const total = lengthOf(a, 0, a.length) + lengthOf(b, 0, b.length);
  return total === 0 ? 1 : 1 - (removed + added) / total;
}

function lengthOf(tokens: readonly Token[], start: number, end: number): number {
  let length = 0;
  for (let index = start; index < end; index += 1) length += tokens[index]?.text.trim().length ?? 0;
  return length;
}

function segmentsOf(
  a: TokenText,
  b: TokenText,
  found: { hunks: readonly Hunk[]; limits: LimitChanges },
): Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  for (const { a0, a1, b0, b1 } of found.hunks) {
    segments.push(...pieces('same', textOf(a.tokens, at, a0)));
    segments.push(...changed('removed', a.tokens, { start: a0, end: a1, kept: found.limits.kept_before }));
    segments.push(...changed('added', b.tokens, { start: b0, end: b1, kept: found.limits.kept_after }));
    at = a1;
  }
  return [...segments, ...pieces('same', textOf(a.tokens, at, a.tokens.length))];
}

/** A blank between an operator and its number belongs to the limit. */
function changed(
  op: SegmentOp,
  tokens: readonly Token[],
  { start, end, kept }: { start: number; end: number; kept: ReadonlySet<number> },
): Segment[] {
  const isLimit = (index: number) => {
    const kind = index >= start && index < end && !kept.has(index) ? tokens[index]?.kind : undefined;
    return kind === 'number' || kind === 'operator';
  };
  const segments: Segment[] = [];
  for (let index = start; index < end; index += 1) {
    const { text = '', kind } = tokens[index] ?? {};
    const is_limit = isLimit(index) || (kind === 'blank' && isLimit(index - 1) && isLimit(index + 1));
    const last = segments.at(-1);
    // One segment grows, instead of one for each of the tokens of a text that was rewritten.
    if (last?.is_limit === is_limit) last.text += text;
    else segments.push({ op, text, is_limit });
  }
  return segments;
}

function textOf(tokens: readonly Token[], start: number, end: number): string {
  let text = '';
  for (let index = start; index < end; index += 1) text += tokens[index]?.text ?? '';
  return text;
}

/** A segment of a text, or none of an empty one. */
export function pieces(op: SegmentOp, text: string): Segment[] {
  return text === '' ? [] : [{ op, text, is_limit: false }];
}

function join(segments: readonly Segment[]): Segment[] {
  const joined: Segment[] = [];
  for (const segment of segments) {
    const last = joined.at(-1);
    if (last && last.op === segment.op && last.is_limit === segment.is_limit) last.text += segment.text;
    else joined.push({ ...segment });
  }
  return joined;
}
