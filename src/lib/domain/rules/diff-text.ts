import type { LimitChange } from './diff-limits.ts';
import { diffRun, pieces, type Segment, type SegmentOp } from './diff-run.ts';
import { diffSequence, type DiffBudget } from './diff-sequence.ts';
import { cellsOf, diffTable, isTableRow, type TableRow } from './diff-table.ts';

/** In a text block the removed and same segments joined are the text before, the added and same the one after. */
export type DiffBlock = { kind: 'text'; segments: Segment[] } | { kind: 'table'; rows: TableRow[] };

export type TextDiff = {
  is_changed: boolean;
  blocks: DiffBlock[];
  /** Quantities, operators and days that changed; those of a text that is new or gone as a whole are not listed. */
  limits: LimitChange[];
  /** From 0 (nothing in common) to 1 (equal). */
  similarity: number;
};

/** Steps of one comparison: two texts of 2,000 tokens with little in common, some 20 ms. */
export const STEPS_PER_TEXT = 4_000_000;

/**
 * Compares two texts: words of Latin scripts, characters of Chinese, tables by rows and cells, quantities whole.
 * Null is a side that does not exist. `budget` bounds the work (see diff-sequence) and may be shared.
 */
export function diffText(
  before: string | null,
  after: string | null,
  budget: DiffBudget = { steps: STEPS_PER_TEXT },
): TextDiff {
  if (before === null || after === null) {
    const op = before === null ? 'added' : 'removed';
    const blocks = blocksOf(before ?? after ?? '').map((block) =>
      diffBlock(op === 'added' ? null : block, op === 'added' ? block : null, budget),
    );
    return {
      is_changed: before !== after,
      blocks: blocks.map(({ block }) => block),
      limits: [],
      similarity: 0,
    };
  }
  const [blocks_before, blocks_after] = [blocksOf(before), blocksOf(after)];
  const diffs = alignBlocks(blocks_before, blocks_after).map((pair) =>
    diffBlock(pair.before, pair.after, budget),
  );
  const length = lengthOf(blocks_before) + lengthOf(blocks_after);
  return {
    is_changed: before !== after,
    blocks: diffs.map(({ block }) => block),
    limits: diffs.flatMap(({ limits }) => limits),
    similarity:
      length === 0 ? Number(before === after) : (2 * diffs.reduce((sum, { same }) => sum + same, 0)) / length,
  };
}

type Block = { kind: 'text'; text: string } | { kind: 'table'; rows: string[][] };

/** Splits a text into runs and tables. Line breaks between runs and tables belong to neither. */
function blocksOf(text: string): Block[] {
  if (!text.includes('\t') && !text.includes('|')) return text === '' ? [] : [{ kind: 'text', text }];
  const blocks: Block[] = [];
  for (const line of text.split('\n')) {
    const last = blocks.at(-1);
    if (isTableRow(line)) {
      if (last?.kind === 'table') last.rows.push(cellsOf(line));
      else blocks.push({ kind: 'table', rows: [cellsOf(line)] });
    } else if (last?.kind === 'text') last.text += `\n${line}`;
    else blocks.push({ kind: 'text', text: line });
  }
  return blocks;
}

function lengthOf(blocks: readonly Block[]): number {
  return blocks.reduce(
    (sum, block) => sum + (block.kind === 'text' ? block.text.length : block.rows.flat().join('').length),
    0,
  );
}

type BlockPair = { before: Block | null; after: Block | null };

/** Runs meet runs and tables meet tables, in order. A text has a few blocks, which alternate. */
function alignBlocks(before: readonly Block[], after: readonly Block[]): BlockPair[] {
  const kinds = (blocks: readonly Block[]) =>
    Int32Array.from(blocks, ({ kind }) => (kind === 'text' ? 0 : 1));
  const pairs: BlockPair[] = [];
  const alone = (from: number, to: number, side: 'before' | 'after') => {
    for (let index = from; index < to; index += 1)
      pairs.push(
        side === 'before'
          ? { before: before[index] ?? null, after: null }
          : { before: null, after: after[index] ?? null },
      );
  };
  let [a, b] = [0, 0];
  const common = (until: number) => {
    for (; a < until; a += 1, b += 1) pairs.push({ before: before[a] ?? null, after: after[b] ?? null });
  };
  for (const hunk of diffSequence(kinds(before), kinds(after), { steps: STEPS_PER_TEXT })) {
    common(hunk.a0);
    alone(hunk.a0, hunk.a1, 'before');
    alone(hunk.b0, hunk.b1, 'after');
    [a, b] = [hunk.a1, hunk.b1];
  }
  common(before.length);
  return pairs;
}

function diffBlock(
  before: Block | null,
  after: Block | null,
  budget: DiffBudget,
): { block: DiffBlock; limits: LimitChange[]; same: number } {
  if (before?.kind === 'table' || after?.kind === 'table') {
    const rows = (block: Block | null) => (block?.kind === 'table' ? block.rows : null);
    const diff = diffTable(rows(before), rows(after), budget);
    return { block: { kind: 'table', rows: diff.rows }, limits: diff.limits, same: diff.same };
  }
  if (before && after) {
    const diff = diffRun(before.text, after.text, budget);
    return { block: { kind: 'text', segments: diff.segments }, limits: diff.limits, same: diff.same };
  }
  const op: SegmentOp = before ? 'removed' : 'added';
  const text = before?.text ?? after?.text ?? '';
  return { block: { kind: 'text', segments: pieces(op, text) }, limits: [], same: 0 };
}
