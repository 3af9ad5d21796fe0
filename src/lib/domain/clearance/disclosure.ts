import { COHORT_FIRMS_MIN } from './measure.ts';

/**
 * Which numbers over several firms may be shown, so that none of them, and nothing that can be computed from
 * them, is about fewer than `COHORT_FIRMS_MIN` firms. The usual remedy, to hide small cells and now and then
 * a neighbour, does not hold: cells of several dimensions can be added and subtracted in many ways. Here every
 * combination of what is shown is looked at, by linear algebra over the finest groups.
 */

/** What one firm must not see alone after taking away all that it holds itself, as a broker could. */
const OTHERS_MIN = 2;

/**
 * The declarations of one finest group. `holders` lists each set of firms (small numbers) that hold some of
 * them together: mostly single firms, pairs where a broker and its client hold the same declaration.
 */
export type DisclosureGroup = { holders: readonly (readonly number[])[] };

/** A number that could be shown: the sum of some finest groups, by their places in the list. */
export type Candidate = { groups: readonly number[] };

/** How many firms hold any declaration of these groups. */
export function firmsOf(groups: readonly DisclosureGroup[]): number {
  return new Set(groups.flatMap(({ holders }) => holders.flat())).size;
}

/**
 * Whether a number over these groups is about enough firms; and, for each firm that holds a part of it, about
 * nobody else or at least `OTHERS_MIN` others once that part is taken away.
 */
export function isSafe(groups: readonly DisclosureGroup[]): boolean {
  return firmsOf(groups) >= COHORT_FIRMS_MIN && othersAtLeast(groups, (others) => others === 0);
}

/** Safe with whatever else is added to it: nobody holds all of it. */
function isSafeForGood(groups: readonly DisclosureGroup[]): boolean {
  return firmsOf(groups) >= COHORT_FIRMS_MIN && othersAtLeast(groups, () => false);
}

function othersAtLeast(groups: readonly DisclosureGroup[], isFineToo: (others: number) => boolean): boolean {
  const sets = [
    ...new Map(groups.flatMap(({ holders }) => holders.map((set) => [set.join(), set]))).values(),
  ];
  const alone = new Set(sets.filter((set) => set.length === 1).flat());
  // Whoever takes its own away leaves all but one of these.
  if (alone.size > OTHERS_MIN) return true;
  return [...new Set(sets.flat())].every((firm) => {
    const others = new Set(sets.filter((set) => !set.includes(firm)).flat()).size;
    return others >= OTHERS_MIN || isFineToo(others);
  });
}

/**
 * Decides for each candidate in turn, the most useful first, whether it is shown. It is when it is safe itself
 * and makes no unsafe combination with those before it. A combination that touches a group of many firms is
 * safe for that alone; those that touch only small groups are looked at one by one, smallest first, because a
 * larger one is a union of them. Where they are too many to look at, the candidate is not shown.
 */
export function chooseShown(groups: readonly DisclosureGroup[], candidates: readonly Candidate[]): boolean[] {
  const is_large = groups.map((group) => isSafeForGood([group]));
  // Columns of large groups first, so that elimination leaves the combinations of small groups alone.
  const order = [...groups.keys()].sort((a, b) => Number(is_large[b]) - Number(is_large[a]));
  const place = new Map(order.map((group, index) => [group, index]));
  const large = is_large.filter(Boolean).length;
  const among_large: Row[] = [];
  let among_small: Row[] = [];
  const at = (column: number): DisclosureGroup => groups[order[column] ?? 0] ?? { holders: [] };
  const areSafe = (columns: readonly number[]) => isSafe(columns.map(at));

  return candidates.map((candidate) => {
    if (!isSafe(candidate.groups.map((group) => groups[group] ?? { holders: [] }))) return false;
    const row = new Float64Array(groups.length);
    for (const group of candidate.groups) row[place.get(group) ?? 0] = 1;
    for (const known of among_large) eliminate(row, known, pivotOf(known));
    const pivot = pivotOf(row);
    if (pivot >= 0 && pivot < large) {
      among_large.push(row);
      return true;
    }
    const added = withRow(among_small, row);
    if (!added) return true;
    const changed = added.filter((one) => !among_small.includes(one));
    if (!changed.every((one) => areCombinationsSafe(componentOf(added, one), areSafe))) return false;
    among_small = added;
    return true;
  });
}

/** More than this many smallest combinations are not looked at. */
const COMBINATIONS_MAX = 4000;

/**
 * Whether each combination of these rows has a safe support. Every support is a union of smallest ones, and a
 * smallest one belongs to a combination that vanishes on as many columns as it can: on one fewer than there
 * are rows, of columns that are no multiples of each other.
 */
function areCombinationsSafe(
  rows: readonly Row[],
  areSafe: (columns: readonly number[]) => boolean,
): boolean {
  const kinds = kindsOf(rows);
  const vanishing = rows.length - 1;
  if (combinations(kinds.length, vanishing) > COMBINATIONS_MAX) return false;
  const judged = new Map<string, boolean>();
  for (const chosen of subsetsOf(kinds.length, vanishing)) {
    const weights = vanishingOn(
      chosen.map((index) => kinds[index]?.entries ?? []),
      rows.length,
    );
    if (!weights) continue;
    const support = kinds.flatMap(({ entries, columns }) =>
      entries.reduce((sum, entry, index) => (sum + entry * (weights[index] ?? 0)) % PRIME, 0) === 0
        ? []
        : columns,
    );
    const name = support.join();
    const known = judged.get(name) ?? areSafe(support);
    judged.set(name, known);
    if (!known) return false;
  }
  return true;
}

// --- linear algebra -------------------------------------------------------------------------------

/** Integers modulo a prime, so that elimination is exact; the square of the prime still fits into a number. */
const PRIME = 67_108_859;
type Row = Float64Array;

const pivotOf = (row: Row) => row.findIndex((value) => value !== 0);

/** The rows with one more, each with a pivot where all others are zero; null when it was among their sums. */
function withRow(rows: readonly Row[], added: Row): Row[] | null {
  const row = added.slice();
  for (const known of rows) eliminate(row, known, pivotOf(known));
  const pivot = pivotOf(row);
  if (pivot < 0) return null;
  const others = rows.map((known) => {
    if (known[pivot] === 0) return known;
    const copy = known.slice();
    eliminate(copy, row, pivot);
    return copy;
  });
  return [...others, row];
}

/** Takes so much of `known` away from the row that its entry at the pivot vanishes. */
function eliminate(row: Row, known: Row, pivot: number): void {
  const times = ((row[pivot] ?? 0) * inverse(known[pivot] ?? 1)) % PRIME;
  if (times === 0) return;
  for (let index = 0; index < row.length; index += 1) {
    const value = ((row[index] ?? 0) - (((known[index] ?? 0) * times) % PRIME)) % PRIME;
    row[index] = value < 0 ? value + PRIME : value;
  }
}

/** The rows that share columns with this one, directly or by others, and itself. */
function componentOf(rows: readonly Row[], first: Row): Row[] {
  const found = new Set([first]);
  for (const one of found)
    for (const row of rows)
      if (!found.has(row) && row.some((value, column) => value !== 0 && one[column] !== 0)) found.add(row);
  return [...found];
}

/** The columns by their entries in these rows; multiples of each other vanish together. */
function kindsOf(rows: readonly Row[]): { entries: number[]; columns: number[] }[] {
  const kinds = new Map<string, { entries: number[]; columns: number[] }>();
  for (let column = 0; column < (rows[0]?.length ?? 0); column += 1) {
    const raw = rows.map((row) => row[column] ?? 0);
    const first = raw.find((value) => value !== 0);
    if (first === undefined) continue;
    const entries = raw.map((value) => (value * inverse(first)) % PRIME);
    const kind = kinds.get(entries.join());
    if (kind) kind.columns.push(column);
    else kinds.set(entries.join(), { entries, columns: [column] });
  }
  return [...kinds.values()];
}

/** The one combination that vanishes on all of these columns; null where they do not tell exactly one. */
function vanishingOn(columns: readonly (readonly number[])[], size: number): number[] | null {
  let rows: Row[] = [];
  for (const column of columns) {
    const added = withRow(rows, Float64Array.from(column));
    if (!added) return null;
    rows = added;
  }
  const pivots = rows.map(pivotOf);
  const free =
    Array.from({ length: size }, (_, index) => index).find((index) => !pivots.includes(index)) ?? 0;
  const weights = Array.from({ length: size }, () => 0);
  weights[free] = 1;
  rows.forEach((row, index) => {
    const pivot = pivots[index] ?? 0;
    const value = ((row[free] ?? 0) * inverse(row[pivot] ?? 1)) % PRIME;
    weights[pivot] = value === 0 ? 0 : PRIME - value;
  });
  return weights;
}

/** By Fermat: value to the power of PRIME − 2. */
function inverse(value: number): number {
  if (value === 1) return 1;
  let [result, base, exponent] = [1, value, PRIME - 2];
  for (; exponent > 0; exponent = Math.floor(exponent / 2)) {
    if (exponent % 2 === 1) result = (result * base) % PRIME;
    base = (base * base) % PRIME;
  }
  return result;
}

function combinations(n: number, k: number): number {
  let count = 1;
  for (let index = 0; index < k; index += 1) count = (count * (n - index)) / (index + 1);
  return count;
}

function* subsetsOf(n: number, k: number, from = 0): Generator<number[]> {
  if (k === 0) {
    yield [];
    return;
  }
  for (let first = from; first <= n - k; first += 1)
    for (const rest of subsetsOf(n, k - 1, first + 1)) yield [first, ...rest];
}
