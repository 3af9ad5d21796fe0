import type { Hunk } from './diff-sequence.ts';
import type { Token } from './diff-tokens.ts';

/**
 * Makes the shortest script one that reads well (N. Fraser, "Diff Strategies", 2006): a short stretch that
 * both texts have by chance is not left standing between two changes, and a change that can be placed in
 * several ways begins where a sentence, a list member or a word does.
 */
export function cleanHunks(a: readonly Token[], b: readonly Token[], hunks: readonly Hunk[]): Hunk[] {
  const dissolved = dissolve(weightsOf(a), weightsOf(b), hunks);
  return dissolved.map((hunk, index) =>
    slide(a, b, hunk, {
      start: (dissolved[index - 1]?.a1 ?? 0) - hunk.a0,
      end: (dissolved[index + 1]?.a0 ?? a.length) - hunk.a1,
    }),
  );
}

/** Two Chinese words, or two or three short Latin ones: what is heavier was kept on purpose. */
const CHANCE_WEIGHT_MAX = 4;

function dissolve(weights_a: Int32Array, weights_b: Int32Array, hunks: readonly Hunk[]): Hunk[] {
  const weight = ({ a0, a1, b0, b1 }: Hunk) =>
    Math.max(between(weights_a, a0, a1), between(weights_b, b0, b1));
  const kept: Hunk[] = [];
  for (const hunk of hunks) {
    let last = { ...hunk };
    for (;;) {
      const before = kept.at(-1);
      if (!before) break;
      const common = between(weights_a, before.a1, last.a0);
      if (common > CHANCE_WEIGHT_MAX || common > weight(before) || common > weight(last)) break;
      last = { a0: before.a0, a1: last.a1, b0: before.b0, b1: last.b1 };
      kept.pop();
    }
    kept.push(last);
  }
  return kept;
}

/** Running sums: what the tokens from `start` to `end` weigh is one subtraction. */
function weightsOf(tokens: readonly Token[]): Int32Array {
  const sums = new Int32Array(tokens.length + 1);
  tokens.forEach((token, index) => {
    sums[index + 1] = (sums[index] ?? 0) + weightOf(token);
  });
  return sums;
}

function between(sums: Int32Array, start: number, end: number): number {
  return (sums[end] ?? 0) - (sums[start] ?? 0);
}

function weightOf({ text, kind }: Token): number {
  switch (kind) {
    case 'blank':
      return text.includes('\n') ? 3 : 0;
    case 'character':
      return 1;
    case 'mark':
      // What parts sentences and list members holds two changes apart.
      return /[、，。；：,;:]/.test(text) ? 2 : 1;
    case 'word':
      return Math.ceil(text.length / 3);
    case 'number':
    case 'operator':
      return 3;
    default:
      return kind satisfies never;
  }
}

/** Longer slides are repetitions of a pattern, in which no place is better than another. */
const SLIDE_MAX = 60;

/** Moves a pure insertion or deletion to its best place; `room` is how far the common text reaches around it. */
function slide(
  a: readonly Token[],
  b: readonly Token[],
  hunk: Hunk,
  room: { start: number; end: number },
): Hunk {
  const is_insertion = hunk.a0 === hunk.a1;
  if (!is_insertion && hunk.b0 !== hunk.b1) return hunk;
  const tokens = is_insertion ? b : a;
  const [start, end] = is_insertion ? [hunk.b0, hunk.b1] : [hunk.a0, hunk.a1];
  const same = (x: number, y: number) => tokens[x] !== undefined && tokens[x].text === tokens[y]?.text;
  let from = 0;
  let to = 0;
  while (from > Math.max(room.start, -SLIDE_MAX) && same(start + from - 1, end + from - 1)) from -= 1;
  while (to < Math.min(room.end, SLIDE_MAX) && same(start + to, end + to)) to += 1;
  let best = 0;
  let best_score = -1;
  for (let shift = from; shift <= to; shift += 1) {
    const score =
      edgeScore(tokens[start + shift - 1], tokens[start + shift]) +
      edgeScore(tokens[end + shift - 1], tokens[end + shift]);
    if (score >= best_score) [best, best_score] = [shift, score];
  }
  return { a0: hunk.a0 + best, a1: hunk.a1 + best, b0: hunk.b0 + best, b1: hunk.b1 + best };
}

/** How good a place between two tokens is for the edge of a change. */
function edgeScore(left: Token | undefined, right: Token | undefined): number {
  if (!left || !right) return 5;
  if (left.kind === 'blank' && left.text.includes('\n')) return 4;
  if (/^[。；！？.;!?]$/.test(left.text)) return 3;
  if (/^[、，：,:]$/.test(left.text)) return 2;
  if (/^[、，。；,.;]$/.test(right.text)) return 2;
  return left.kind === 'blank' || right.kind === 'blank' || right.kind === 'mark' || left.kind === 'mark'
    ? 1
    : 0;
}
