import { foldText } from '#lib/domain/text/script.ts';
import { wordCounts } from './match-text.ts';
import type { FieldSpan, HitTable } from './hits.ts';

/** A field of an item while it is matched; its words are counted when a NEAR first asks. */
export type Field = { name: string; text: string; counts: Int32Array | null };
/** A node of a query whose atoms are numbers in the table of hits. */
export type NumberedNode =
  | { kind: 'atom'; atom: number }
  | { kind: 'and' | 'or'; children: NumberedNode[] }
  | { kind: 'not'; child: NumberedNode }
  | { kind: 'near'; distance: number; left: NumberedNode; right: NumberedNode };

/** Whether the query matches, without collecting places; NEAR alone has to look at them. */
export function holds(node: NumberedNode, hits: HitTable, fields: readonly Field[]): boolean {
  switch (node.kind) {
    case 'atom':
      return hits.has(node.atom);
    case 'and':
      return node.children.every((child) => holds(child, hits, fields));
    case 'or':
      return node.children.some((child) => holds(child, hits, fields));
    case 'not':
      return !holds(node.child, hits, fields);
    case 'near':
      return placesOf(node, hits, fields) !== null;
    default:
      return node satisfies never;
  }
}

/** The places that make a query match; null when it does not. A matching NOT has no places. */
export function placesOf(
  node: NumberedNode,
  hits: HitTable,
  fields: readonly Field[],
): readonly FieldSpan[] | null {
  switch (node.kind) {
    case 'atom':
      return hits.has(node.atom) ? hits.spansOf(node.atom) : null;
    case 'and': {
      const spans: FieldSpan[] = [];
      for (const child of node.children) {
        const found = placesOf(child, hits, fields);
        if (!found) return null;
        spans.push(...found);
      }
      return spans;
    }
    case 'or': {
      let spans: FieldSpan[] | null = null;
      for (const child of node.children) {
        const found = placesOf(child, hits, fields);
        if (found) spans = [...(spans ?? []), ...found];
      }
      return spans;
    }
    case 'not':
      return placesOf(node.child, hits, fields) ? null : [];
    case 'near': {
      const left = placesOf(node.left, hits, fields);
      const right = left && placesOf(node.right, hits, fields);
      return left && right ? nearSpans(left, right, node.distance, fields) : null;
    }
    default:
      return node satisfies never;
  }
}

/** The places of both sides that have one of the other within the distance. */
function nearSpans(
  left: readonly FieldSpan[],
  right: readonly FieldSpan[],
  distance: number,
  fields: readonly Field[],
): FieldSpan[] | null {
  const near = [
    ...havingNear(left, neighbours(right), distance, fields),
    ...havingNear(right, neighbours(left), distance, fields),
  ];
  return near.length > 0 ? near : null;
}

type Neighbours = { by_start: FieldSpan[]; by_end: FieldSpan[] };

function neighbours(spans: readonly FieldSpan[]): Neighbours {
  return {
    by_start: [...spans].sort((a, b) => a.field - b.field || a.start - b.start),
    by_end: [...spans].sort((a, b) => a.field - b.field || a.end - b.end),
  };
}

/** Only the nearest before and the nearest behind can be within the distance; a place in the other is no neighbour. */
function havingNear(
  spans: readonly FieldSpan[],
  { by_start, by_end }: Neighbours,
  distance: number,
  fields: readonly Field[],
): FieldSpan[] {
  return spans.filter((span) => {
    const { field } = span;
    const behind =
      by_start[countWhere(by_start, (other) => isBefore(other.field, other.start, field, span.end))];
    const before =
      by_end[countWhere(by_end, (other) => isBefore(other.field, other.end, field, span.start + 1)) - 1];
    const words = fields[field];
    return (
      words !== undefined &&
      ((behind?.field === field && wordsBetween(words, span.end, behind.start) <= distance) ||
        (before?.field === field && wordsBetween(words, before.end, span.start) <= distance))
    );
  });
}

function isBefore(field: number, place: number, other_field: number, other_place: number): boolean {
  return field < other_field || (field === other_field && place < other_place);
}

/** How many of a sorted list come first that hold; by halving. */
function countWhere(sorted: readonly FieldSpan[], holds: (span: FieldSpan) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const span = sorted[middle];
    if (span && holds(span)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Words, numbers and Chinese characters between two places of a field. */
function wordsBetween(field: Field, from: number, to: number): number {
  const counts = (field.counts ??= countsOf(field.text));
  return (counts[to] ?? 0) - (counts[from] ?? 0);
}

/** Counted on the folded text, where a word is what it is to the matching, by places of the original. */
function countsOf(text: string): Int32Array {
  const folded = foldText(text);
  const of_folded = wordCounts(folded.folded);
  const counts = new Int32Array(text.length + 1);
  let at = 0;
  for (let place = 0; place <= text.length; place += 1) {
    while (at < folded.folded.length && (folded.ends[at] ?? 0) <= place) at += 1;
    counts[place] = of_folded[at] ?? 0;
  }
  return counts;
}
