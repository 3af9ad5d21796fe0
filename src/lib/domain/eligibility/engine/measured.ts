import { narrow } from '#lib/domain/text/fold.ts';
import { findQuantities, type NumberQuantity } from '#lib/domain/text/quantity.ts';
import { factorBetween, isUnit } from '#lib/domain/text/unit.ts';
import { rememberTwo } from './memo.ts';

/** How a value stands to its limit; `within` (±) says nothing of a limit. */
export type Operator = 'lt' | 'le' | 'gt' | 'ge' | 'eq';

/** A number with its operator and unit, as a report or a rule states it. */
export type Measured = { operator: Operator | null; value: number; unit: string | null };

/**
 * A result as a report writes it. `not_detected` (N.D., 未检出) carries its detection limit where the report
 * names one: without it, N.D. is a claim and no evidence. `text` has no number that could be compared.
 */
export type Result =
  | { kind: 'number'; measured: Measured }
  | { kind: 'not_detected'; detection_limit: Measured | null }
  | { kind: 'text' }
  | { kind: 'unreadable' };

/** `1.5`, `< 100 ppm`, `≤0.1%`: what most cells hold, read without the long patterns. */
const SIMPLE = /^(<=|>=|[<>≤≥=]?)\s*(\d{1,15}(?:\.\d{1,10})?)\s*(\D.{0,24})?$/;
const OPERATORS: Readonly<Record<string, Operator>> = {
  '<': 'lt',
  '<=': 'le',
  '≤': 'le',
  '>': 'gt',
  '>=': 'ge',
  '≥': 'ge',
  '=': 'eq',
};
const NOT_DETECTED = /^(?:n\.?\s?d\.?(?![a-z])|not[\s-]detected|none detected|未检出|未檢出)/i;

/** Reads a result; a unit of its own goes before the column's. */
export function readResult(written: string | number, unit: string | null): Result {
  if (typeof written === 'number')
    return Number.isFinite(written)
      ? { kind: 'number', measured: { operator: null, value: written, unit } }
      : { kind: 'unreadable' };
  const text = narrow(written).trim();
  const not_detected = NOT_DETECTED.exec(text);
  if (not_detected) {
    const [limit] = numbersOf(text.slice(not_detected[0].length));
    return { kind: 'not_detected', detection_limit: limit ? withUnit(limit, unit) : null };
  }
  const [first, ...others] = numbersOf(text);
  if (first && others.length === 0) return { kind: 'number', measured: withUnit(first, unit) };
  if (others.length > 0) return { kind: 'text' };
  return /\d/.test(text) ? { kind: 'unreadable' } : { kind: 'text' };
}

/** Reads a limit; null where it is none, or several in one cell, which nothing can be held against. */
export function readLimit(written: string | number, unit: string | null): Measured | null {
  if (typeof written === 'number')
    return Number.isFinite(written) ? { operator: null, value: written, unit } : null;
  const [first, ...others] = numbersOf(narrow(written).trim());
  return first && others.length === 0 ? withUnit(first, unit) : null;
}

function withUnit(measured: Measured, unit: string | null): Measured {
  return measured.unit === null ? { ...measured, unit } : measured;
}

function numbersOf(text: string): Measured[] {
  const simple = SIMPLE.exec(text);
  const unit = simple?.[3]?.trim() ?? '';
  if (simple && (unit === '' || isUnit(unit)))
    return [
      {
        operator: OPERATORS[simple[1] ?? ''] ?? null,
        value: Number(simple[2]),
        unit: unit === '' ? null : unit,
      },
    ];
  // 1.2e5 would be read as two numbers.
  if (/\d[eE][+-]?\d/.test(text)) return [];
  return findQuantities(text)
    .filter((found): found is NumberQuantity => found.kind === 'number' && found.comparator !== 'within')
    .map(({ comparator, value, unit: own }) => ({
      operator: comparator === 'within' ? null : comparator,
      value,
      unit: own,
    }));
}

/**
 * `holds` and `exceeds` are certain. `undecided`: the result's own bound reaches across the limit (`< 200` where
 * `< 100` is asked), or N.D. without a detection limit, or one above the limit. `units`: the two measure
 * different things. `none`: there is nothing to compare, and the laboratory's verdict stands alone.
 */
export type Comparison = 'holds' | 'exceeds' | 'undecided' | 'units' | 'none';

/**
 * Holds a result against a limit. Units convert (ppm is mg/kg, 1 % is 10,000 mg/kg); strict and inclusive limits
 * are told apart. A limit without an operator is an upper one (≤) for contents such as mg/kg, and says nothing
 * for other measures, because 0.34 N·m may be a minimum.
 */
export function compare(result: Result, limit: Measured | null): Comparison {
  if (!limit || result.kind === 'text') return 'none';
  if (result.kind === 'unreadable') return 'undecided';
  const operator = limit.operator ?? (isContent(limit.unit) ? 'le' : null);
  if (operator === null) return 'none';
  if (result.kind === 'not_detected') {
    if (!result.detection_limit) return 'undecided';
    const bound = convert(result.detection_limit, limit);
    return bound === null ? 'units' : compareBelow(bound, operator, { limit: limit.value, is_strict: true });
  }
  const value = convert(result.measured, limit);
  if (value === null) return 'units';
  switch (result.measured.operator) {
    case 'lt':
    case 'le':
      return compareBelow(value, operator, {
        limit: limit.value,
        is_strict: result.measured.operator === 'lt',
      });
    case 'gt':
    case 'ge':
      return compareAbove(value, operator, {
        limit: limit.value,
        is_strict: result.measured.operator === 'gt',
      });
    case 'eq':
    case null:
      return satisfies(value, operator, limit.value) ? 'holds' : 'exceeds';
  }
}

/** Zero where the two do not convert. */
const factorOf = rememberTwo((from: string, to: string) => factorBetween(from, to) ?? 0);

function isContent(unit: string | null): boolean {
  return unit !== null && factorOf(unit, 'mg/kg') !== 0;
}

/** The value in the limit's unit; a bare number is taken to be in the unit of the other side. */
function convert({ value, unit }: Measured, limit: Measured): number | null {
  if (unit === null || limit.unit === null) return value;
  const factor = factorOf(unit, limit.unit);
  if (factor === 0) return null;
  const converted = value * factor;
  // 0.0001 × 10,000 is 1.0000000000000002 in binary, and what was written is the limit itself.
  return Math.abs(converted - limit.value) <= Math.abs(limit.value) * BINARY_ERROR ? limit.value : converted;
}

/** Relative; fifteen digits is what a binary number holds of a decimal one. */
const BINARY_ERROR = 1e-14;

function satisfies(value: number, operator: Operator, limit: number): boolean {
  switch (operator) {
    case 'lt':
      return value < limit;
    case 'le':
      return value <= limit;
    case 'gt':
      return value > limit;
    case 'ge':
      return value >= limit;
    case 'eq':
      return value === limit;
  }
}

type Bound = { limit: number; is_strict: boolean };

/** The value is known to lie below `bound` (at it too, unless strict). */
function compareBelow(bound: number, operator: Operator, { limit, is_strict }: Bound): Comparison {
  switch (operator) {
    case 'le':
      return bound <= limit ? 'holds' : 'undecided';
    case 'lt':
      return bound < limit || (is_strict && bound === limit) ? 'holds' : 'undecided';
    case 'ge':
      return bound < limit || (is_strict && bound === limit) ? 'exceeds' : 'undecided';
    case 'gt':
      return bound <= limit ? 'exceeds' : 'undecided';
    case 'eq':
      return bound < limit || (is_strict && bound === limit) ? 'exceeds' : 'undecided';
  }
}

/** The value is known to lie above `bound` (at it too, unless strict). */
function compareAbove(bound: number, operator: Operator, { limit, is_strict }: Bound): Comparison {
  switch (operator) {
    case 'ge':
      return bound >= limit ? 'holds' : 'undecided';
    case 'gt':
      return bound > limit || (is_strict && bound === limit) ? 'holds' : 'undecided';
    case 'le':
      return bound > limit || (is_strict && bound === limit) ? 'exceeds' : 'undecided';
    case 'lt':
      return bound >= limit ? 'exceeds' : 'undecided';
    case 'eq':
      return bound > limit || (is_strict && bound === limit) ? 'exceeds' : 'undecided';
  }
}

const SIGNS: Readonly<Record<Operator, string>> = { lt: '< ', le: '≤ ', gt: '> ', ge: '≥ ', eq: '' };

/** `< 100 ppm` */
export function measuredText({ operator, value, unit }: Measured): string {
  return `${operator === null ? '' : SIGNS[operator]}${value}${unit === null ? '' : ` ${unit}`}`;
}
