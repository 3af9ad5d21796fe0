/** A run of text that both sides have, or that one of them has. */
export type SegmentOp = 'same' | 'removed' | 'added';

/** `is_limit`: the run is (part of) a number with its operator and unit that changed. */
export type Segment = { op: SegmentOp; text: string; is_limit: boolean };

/** A table keeps its grid: rows are matched first, then the cells of matched rows are compared. */
export type TableRow = { op: SegmentOp | 'changed'; cells: Segment[][] };

export type DiffBlock = { kind: 'text'; segments: Segment[] } | { kind: 'table'; rows: TableRow[] };

export const LIMIT_COMPARATORS = ['lt', 'le', 'gt', 'ge', 'eq', 'within'] as const;
export type LimitComparator = (typeof LIMIT_COMPARATORS)[number];

/** A number of the text with its operator and unit: `不应大于 30 mm/s` is `le`, 30, `mm/s`. */
export type Limit = {
  /** As written. */
  text: string;
  comparator: LimitComparator | null;
  value: number;
  unit: string | null;
};

export type LimitChange = {
  /** Null when the limit is new or gone. */
  before: Limit | null;
  after: Limit | null;
  /** What differs; empty when 0.1 % became 1000 mg/kg, which is the same limit. */
  changes: ('value' | 'comparator' | 'unit')[];
  /** Of the value, in one unit where the units convert: (after − before) / before × 100; null where undefined. */
  change_percent: number | null;
  /** The units differ and convert into each other (1 % = 10,000 mg/kg, ppm = mg/kg). */
  is_converted: boolean;
};

export type TextDiff = {
  is_changed: boolean;
  blocks: DiffBlock[];
  limits: LimitChange[];
  /** From 0 (nothing in common) to 1 (equal). */
  similarity: number;
};
