import type { Comparator, Quantity } from '#lib/domain/text/quantity.ts';
import { foldForMatch } from '#lib/domain/text/script.ts';
import { factorBetween, hasRatio } from '#lib/domain/text/unit.ts';
import type { Hunk } from './diff-sequence.ts';
import type { TokenQuantity, TokenText } from './diff-tokens.ts';

/** A quantity of the text: `不应大于 30 mm/s` is `le`, 30, `mm/s`. `text` is number and unit as written. */
export type Limit =
  | { kind: 'number'; text: string; comparator: Comparator | null; value: number; unit: string | null }
  | { kind: 'date'; text: string; day: string };

export type LimitChange = {
  /** Null when the limit is new or gone. */
  before: Limit | null;
  after: Limit | null;
  /** What differs; empty when 0.1 % became 1000 mg/kg, which is the same limit, and when one side is null. */
  changes: ('value' | 'comparator' | 'unit')[];
  /** Of the value, in one unit where the units convert: (after − before) / before × 100; null where undefined. */
  change_percent: number | null;
  /** The units differ and convert into each other (1 % = 10,000 mg/kg, ppm = mg/kg). */
  is_converted: boolean;
};

/** `kept_*`: tokens of quantities that were only written anew (九十日, 90日) or moved, and are no change. */
export type LimitChanges = { changes: LimitChange[]; kept_before: Set<number>; kept_after: Set<number> };

/**
 * The quantities that hunks touch, each with its counterpart: by the number that both texts kept (the operator
 * changed), else within one hunk by unit and order. Equal ones that only moved are left out.
 */
export function limitChanges(a: TokenText, b: TokenText, hunks: readonly Hunk[]): LimitChanges {
  const result: LimitChanges = { changes: [], kept_before: new Set(), kept_after: new Set() };
  const touched_a = a.quantities.filter((entry) => isTouched(entry, hunks, 'a'));
  const touched_b = b.quantities.filter((entry) => isTouched(entry, hunks, 'b'));
  if (touched_a.length === 0 && touched_b.length === 0) return result;
  const pairs = new Map<TokenQuantity, TokenQuantity>();
  pairKept(touched_a, touched_b, { a, b, hunks, pairs });
  for (const hunk of hunks) {
    const used = new Set(pairs.values());
    const left = touched_a.filter(({ number }) => number >= hunk.a0 && number < hunk.a1);
    const right = touched_b.filter(({ number }) => number >= hunk.b0 && number < hunk.b1);
    pairWithin(
      left.filter((entry) => !pairs.has(entry)),
      right.filter((entry) => !used.has(entry)),
      pairs,
    );
  }
  pairMoved(touched_a, touched_b, { a, b, pairs });
  const used = new Set(pairs.values());
  for (const entry of touched_a) {
    const counterpart = pairs.get(entry);
    const change = changeBetween(limitOf(entry, a), counterpart ? limitOf(counterpart, b) : null);
    if (counterpart && change.changes.length === 0 && !change.is_converted) {
      for (const token of [entry.number, entry.operator]) result.kept_before.add(token);
      for (const token of [counterpart.number, counterpart.operator]) result.kept_after.add(token);
    } else result.changes.push(change);
  }
  for (const entry of touched_b)
    if (!used.has(entry)) result.changes.push(changeBetween(null, limitOf(entry, b)));
  return result;
}

/** What became of a limit: which of its parts differ, and by how much where that can be said. */
export function changeBetween(before: Limit | null, after: Limit | null): LimitChange {
  const change: LimitChange = { before, after, changes: [], change_percent: null, is_converted: false };
  if (!before || !after) return change;
  if (before.kind === 'date' || after.kind === 'date') {
    const is_equal = before.kind === 'date' && after.kind === 'date' && before.day === after.day;
    return is_equal ? change : { ...change, changes: ['value'] };
  }
  const factor = convertible(before.unit, after.unit);
  if (before.comparator !== after.comparator) change.changes.push('comparator');
  if (factor === null) {
    if (before.value !== after.value) change.changes.unshift('value');
    return { ...change, changes: [...change.changes, 'unit'] };
  }
  const value = before.value * factor;
  const is_equal =
    Math.abs(value - after.value) <= ROUNDING * Math.max(Math.abs(value), Math.abs(after.value));
  if (!is_equal) {
    change.changes.unshift('value');
    if (value !== 0 && hasRatio(after.unit ?? ''))
      change.change_percent = ((after.value - value) / Math.abs(value)) * 100;
  }
  return { ...change, is_converted: foldForMatch(before.unit ?? '') !== foldForMatch(after.unit ?? '') };
}

/** Factors such as 0.0001 are not exact in binary; a real change of a limit is never this small. */
const ROUNDING = 1e-9;

function convertible(from: string | null, to: string | null): number | null {
  if (from === null || to === null) return from === to ? 1 : null;
  return factorBetween(from, to);
}

function limitOf({ quantity, number }: TokenQuantity, { tokens }: TokenText): Limit {
  const text = tokens[number]?.text ?? '';
  if (quantity.kind === 'date') return { kind: 'date', text, day: quantity.day };
  return {
    kind: 'number',
    text,
    comparator: quantity.comparator,
    value: quantity.value,
    unit: quantity.unit,
  };
}

function isTouched({ number, operator }: TokenQuantity, hunks: readonly Hunk[], side: 'a' | 'b'): boolean {
  return hunks.some((hunk) => {
    const [start, end] = side === 'a' ? [hunk.a0, hunk.a1] : [hunk.b0, hunk.b1];
    return (number >= start && number < end) || (operator >= start && operator < end);
  });
}

type Texts = { a: TokenText; b: TokenText; hunks: readonly Hunk[]; pairs: Pairs };

/** Pairs quantities whose number stands in common text: only their operator was touched. */
function pairKept(left: readonly TokenQuantity[], right: readonly TokenQuantity[], texts: Texts): void {
  const by_number_a = new Map(texts.a.quantities.map((entry) => [entry.number, entry]));
  const by_number_b = new Map(texts.b.quantities.map((entry) => [entry.number, entry]));
  for (const entry of left) {
    const index = alignedIndex(entry.number, texts.hunks, 'a');
    const counterpart = index === null ? undefined : by_number_b.get(index);
    if (counterpart) texts.pairs.set(entry, counterpart);
  }
  for (const entry of right) {
    const index = alignedIndex(entry.number, texts.hunks, 'b');
    const counterpart = index === null ? undefined : by_number_a.get(index);
    if (counterpart && !texts.pairs.has(counterpart)) texts.pairs.set(counterpart, entry);
  }
}

/** Where a token of common text stands on the other side; null inside a hunk. */
function alignedIndex(index: number, hunks: readonly Hunk[], side: 'a' | 'b'): number | null {
  let shift = 0;
  for (const hunk of hunks) {
    const [start, end] = side === 'a' ? [hunk.a0, hunk.a1] : [hunk.b0, hunk.b1];
    if (index < start) break;
    if (index < end) return null;
    shift = side === 'a' ? hunk.b1 - hunk.a1 : hunk.a1 - hunk.b1;
  }
  return index + shift;
}

type Pairs = Map<TokenQuantity, TokenQuantity>;

/** Within a hunk: first those of one dimension in their order, then a last one on each side when the operator stayed. */
function pairWithin(left: readonly TokenQuantity[], right: readonly TokenQuantity[], pairs: Pairs): void {
  const rest = [...right];
  const alone: TokenQuantity[] = [];
  for (const before of left) {
    const index = rest.findIndex((after) => isOneDimension(before.quantity, after.quantity));
    const [after] = index === -1 ? [] : rest.splice(index, 1);
    if (after) pairs.set(before, after);
    else alone.push(before);
  }
  const [before, after] = [alone[0], rest[0]];
  if (
    before &&
    after &&
    alone.length === 1 &&
    rest.length === 1 &&
    hasOneOperator(before.quantity, after.quantity)
  )
    pairs.set(before, after);
}

/** 拉力不应小于 90 N became 扭矩不应小于 0.5 N·m; other unlike quantities have nothing to do with each other. */
function hasOneOperator(a: Quantity, b: Quantity): boolean {
  return a.kind === 'number' && b.kind === 'number' && a.comparator === b.comparator;
}

function isOneDimension(a: Quantity, b: Quantity): boolean {
  if (a.kind === 'date' || b.kind === 'date') return a.kind === b.kind;
  const is_tolerance = a.comparator === 'within';
  if (is_tolerance !== (b.comparator === 'within')) return false;
  return convertible(a.unit, b.unit) !== null;
}

/** Pairs what is equal on both sides and stands in different hunks: a quantity that moved is no change. */
function pairMoved(
  left: readonly TokenQuantity[],
  right: readonly TokenQuantity[],
  texts: { a: TokenText; b: TokenText; pairs: Pairs },
): void {
  const used = new Set(texts.pairs.values());
  for (const before of left) {
    if (texts.pairs.has(before)) continue;
    const limit = limitOf(before, texts.a);
    const after = right.find((entry) => !used.has(entry) && isEqual(limit, limitOf(entry, texts.b)));
    if (!after) continue;
    texts.pairs.set(before, after);
    used.add(after);
  }
}

function isEqual(a: Limit, b: Limit): boolean {
  const { changes, is_converted } = changeBetween(a, b);
  return a.kind === b.kind && changes.length === 0 && !is_converted;
}
