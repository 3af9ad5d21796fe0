import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Segment } from './diff-run.ts';
import { diffSequence } from './diff-sequence.ts';
import { diffText } from './diff-text.ts';
import { diffVersions, type DiffedProvision } from './diff.ts';
import { timed } from '../../../../tests/support/processor-time.ts';

const RUNS = process.env.LONG ? 5_000 : 200;
// Thousands of runs take longer than a test usually may.
vi.setConfig({ testTimeout: 60_000 });

function provision(fields: Partial<DiffedProvision> & { path: string }): DiffedProvision {
  return { title: null, text: '', translation: null, status: null, ...fields };
}

function sideOf(segments: readonly Segment[], left_out: 'added' | 'removed'): string {
  return segments
    .filter(({ op }) => op !== left_out)
    .map(({ text }) => text)
    .join('');
}

/** The length of the longest common subsequence, by the textbook's table. */
function longestCommon(a: readonly number[], b: readonly number[]): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const x of a) {
    const next = [0];
    b.forEach((y, index) =>
      next.push(x === y ? (row[index] ?? 0) + 1 : Math.max(row[index + 1] ?? 0, next[index] ?? 0)),
    );
    row = next;
  }
  return row[b.length] ?? 0;
}

describe('diffSequence', () => {
  const sequence = fc.array(fc.nat(4), { maxLength: 24 });

  it('keeps as much as the longest common subsequence', () => {
    fc.assert(
      fc.property(sequence, sequence, (a, b) => {
        const hunks = diffSequence(Int32Array.from(a), Int32Array.from(b), { steps: 1_000_000 });
        const removed = hunks.reduce((sum, { a0, a1 }) => sum + a1 - a0, 0);
        expect(a.length - removed).toBe(longestCommon(a, b));
      }),
      { numRuns: RUNS },
    );
  });

  it('makes one text of the other, with hunks in order that never touch, on any budget', () => {
    fc.assert(
      fc.property(sequence, sequence, fc.nat(200), (a, b, steps) => {
        const hunks = diffSequence(Int32Array.from(a), Int32Array.from(b), { steps });
        const made: number[] = [];
        let at = 0;
        for (const { a0, a1, b0, b1 } of hunks) {
          expect(a0 > at || at === 0).toBe(true);
          made.push(...a.slice(at, a0), ...b.slice(b0, b1));
          at = a1;
        }
        expect([...made, ...a.slice(at)]).toEqual(b);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('diffText', () => {
  const piece = fc.constantFrom(
    '不应大于 ',
    '30 mm/s',
    '20 mm/s',
    '小于',
    '部件',
    '脱落',
    '、',
    '，',
    '。',
    '\n',
    ' ',
    'shall ',
    'not exceed ',
    '0.1 %',
    '第4.12条',
    '2026年6月1日',
    '90日内',
    'x',
    '𠮷',
    '(20 ± 2) ℃',
    'Clause 4.8',
  );
  const text = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(''));

  it('gives both texts back, character by character', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const diff = diffText(before, after);
        const segments = diff.blocks.flatMap((block) => (block.kind === 'text' ? block.segments : []));
        expect(sideOf(segments, 'added')).toBe(before);
        expect(sideOf(segments, 'removed')).toBe(after);
        expect(diff.is_changed).toBe(before !== after);
        expect(diff.similarity).toBeGreaterThanOrEqual(0);
        expect(diff.similarity).toBeLessThanOrEqual(1);
      }),
      { numRuns: RUNS },
    );
  });

  it('finds nothing in equal texts, and marks no limit outside of changes', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(diffText(before, before).limits).toEqual([]);
        const segments = diffText(before, after).blocks.flatMap((block) =>
          block.kind === 'text' ? block.segments : [],
        );
        expect(segments.filter(({ op, is_limit }) => op === 'same' && is_limit)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  it('gives every cell of a table back', () => {
    const cell = fc.constantFrom('铅', '镉', '汞', '≤90', '≤60', '附录A', '');
    const table = fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(table, table, (before, after) => {
        const write = (rows: string[][]) => rows.map((row) => row.join('\t')).join('\n');
        const rows = diffText(write(before), write(after)).blocks.flatMap((block) =>
          block.kind === 'table' ? block.rows : [],
        );
        const side = (left_out: 'added' | 'removed') =>
          rows
            .filter(({ op }) => op !== left_out)
            .map(({ cells }) => cells.map((segments) => sideOf(segments, left_out)));
        expect(side('added')).toEqual(before);
        expect(side('removed')).toEqual(after);
      }),
      { numRuns: RUNS },
    );
  });

  it('says nothing of the limits of a text that is new as a whole', () => {
    const diff = diffText(null, '不应大于 30 mm/s');
    expect(diff).toMatchObject({ is_changed: true, limits: [], similarity: 0 });
    expect(diff.blocks).toEqual([
      { kind: 'text', segments: [{ op: 'added', text: '不应大于 30 mm/s', is_limit: false }] },
    ]);
  });

  it('ends in time on two long texts with nothing in common', () => {
    const characters = (from: number) =>
      Array.from({ length: 20_000 }, (_, index) => String.fromCharCode(from + ((index * 7919) % 1500))).join(
        '',
      );
    const [before, after] = [characters(0x4e00), characters(0x4e80)];
    const { result: diff, used_ms } = timed(() => diffText(before, after));
    expect(used_ms).toBeLessThan(5_000);
    const segments = diff.blocks.flatMap((block) => (block.kind === 'text' ? block.segments : []));
    expect(sideOf(segments, 'added')).toBe(before);
  });
});

describe('diffVersions', () => {
  it('diffs a translation apart from the law', () => {
    const before = [provision({ path: '4.8', text: '扭矩测试', translation: 'Torque' })];
    const after = [provision({ path: '4.8', text: '扭矩测试', translation: 'Torque test' })];
    const [diff] = diffVersions(before, after).provisions;
    expect(diff).toMatchObject({ change: 'unchanged', is_changed: false, translation: { is_changed: true } });
    expect(diffVersions(before, before).provisions[0]?.translation).toMatchObject({ is_changed: false });
  });

  it('counts by kind of change, moved ones once', () => {
    const before = ['1', '2', '3'].map((path) =>
      provision({ path, text: `示例文本之${path}，内容各不相同${path.repeat(9)}` }),
    );
    const after = [
      provision({ path: '1', text: '全新的一条，此前没有。' }),
      ...before.map((old, index) => ({ ...old, path: String(index + 2) })),
    ];
    expect(diffVersions(before, after).counts).toEqual({
      added: 1,
      removed: 0,
      changed: 0,
      moved: 3,
      unchanged: 0,
    });
  });

  it('obeys a mapping against likeness', () => {
    const before = [
      provision({ path: '5.1', text: '织物不应褪色。' }),
      provision({ path: '5.2', text: '涂层不应剥落。' }),
    ];
    const after = [
      provision({ path: '4.1', text: '织物不应褪色。' }),
      provision({ path: '4.2', text: '涂层不应剥落。' }),
    ];
    const mapping = [
      { before: '5.1', after: '4.2' },
      { before: null, after: '4.1' },
    ];
    const diff = diffVersions(before, after, { is_one_instrument: false, mapping });
    expect(diff.provisions.map((entry) => [entry.before?.path, entry.after?.path, entry.is_mapped])).toEqual([
      [undefined, '4.1', true],
      ['5.1', '4.2', true],
      ['5.2', undefined, false],
    ]);
    expect(diff.unmapped).toEqual({ before: ['5.2'], after: [] });
  });

  it('places every provision once, whatever the versions and the mapping', () => {
    const path = fc.constantFrom('1', '2', '3', '4', 'A.1');
    const provisions = fc.uniqueArray(
      fc.record({ path, text: fc.constantFrom('甲', '乙', '不应大于 30 mm/s', '') }),
      {
        selector: (entry) => entry.path,
        maxLength: 5,
      },
    );
    const mapping = fc.array(fc.record({ before: fc.option(path), after: fc.option(path) }), {
      maxLength: 3,
    });
    fc.assert(
      fc.property(provisions, provisions, mapping, fc.boolean(), (a, b, map, is_one_instrument) => {
        const diff = diffVersions(a.map(provision), b.map(provision), { is_one_instrument, mapping: map });
        const paths = (side: 'before' | 'after') =>
          diff.provisions.flatMap((entry) => entry[side]?.path ?? []);
        expect(paths('before').sort()).toEqual(a.map((entry) => entry.path).sort());
        expect(paths('after')).toEqual(b.map((entry) => entry.path));
      }),
      { numRuns: RUNS },
    );
  });

  it('compares 2,000 clauses, each with an amended limit, in the time of a page', () => {
    const sentence =
      '可拆卸部件应按附录规定的方法进行测试，部件不应脱落、松动或产生小零件，并应符合有关要求。';
    const version = (limit: number) =>
      Array.from({ length: 2_000 }, (_, index) =>
        provision({
          path: `${Math.floor(index / 50) + 1}.${(index % 50) + 1}`,
          title: `示例 ${index}`,
          text: `${index}${sentence.repeat(3)}速率不应大于 ${limit + (index % 7)} mm/s。${sentence.repeat(3)}${index}`,
        }),
      );
    const [before, after] = [version(20), version(30)];
    diffVersions(before.slice(0, 200), after.slice(0, 200));
    const { result: diff, used_ms } = timed(() => diffVersions(before, after));
    expect(diff.counts.changed).toBe(2_000);
    expect(diff.provisions.every((entry) => entry.text.limits.length === 1)).toBe(true);
    // Some 200 ms of computing; the bound leaves room for a slower and busier machine.
    expect(used_ms).toBeLessThan(2_000);
  });
});
