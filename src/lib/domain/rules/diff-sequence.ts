/**
 * The shortest edit script between two sequences (E. Myers, "An O(ND) Difference Algorithm and Its
 * Variations", 1986, in the linear-space form of its section 4b), on numbers that stand for tokens. Ours,
 * because the libraries compare characters or are several times slower on tokens, and none has a bound: two
 * texts with nothing in common cost quadratic time, and here `budget` ends that.
 */
export type DiffBudget = { steps: number };

/** A stretch of `a` (from `a0` to `a1`, exclusive) that became the stretch of `b`; either may be empty. */
export type Hunk = { a0: number; a1: number; b0: number; b1: number };

/**
 * The hunks in which `b` differs from `a`, in order, never adjacent. What remains when the budget is used up is
 * one hunk: still right, but coarse. The budget is shared by all comparisons of one diff.
 */
export function diffSequence(a: Int32Array, b: Int32Array, budget: DiffBudget): Hunk[] {
  const size = a.length + b.length + 3;
  const search: Search = {
    a,
    b,
    budget,
    forward: new Int32Array(size),
    backward: new Int32Array(size),
    hunks: [],
  };
  compare(search, { a0: 0, a1: a.length, b0: 0, b1: b.length });
  return search.hunks;
}

type Search = {
  a: Int32Array;
  b: Int32Array;
  budget: DiffBudget;
  forward: Int32Array;
  backward: Int32Array;
  hunks: Hunk[];
};

function compare(search: Search, box: Hunk): void {
  const { a, b } = search;
  let { a0, a1, b0, b1 } = box;
  while (a0 < a1 && b0 < b1 && a[a0] === b[b0]) {
    a0 += 1;
    b0 += 1;
  }
  while (a0 < a1 && b0 < b1 && a[a1 - 1] === b[b1 - 1]) {
    a1 -= 1;
    b1 -= 1;
  }
  if (a0 === a1 && b0 === b1) return;
  if (a0 === a1 || b0 === b1) {
    push(search.hunks, { a0, a1, b0, b1 });
    return;
  }
  const split = middle(search, { a0, a1, b0, b1 });
  if (!split) {
    push(search.hunks, { a0, a1, b0, b1 });
    return;
  }
  compare(search, { a0, a1: split.a, b0, b1: split.b });
  compare(search, { a0: split.a, a1, b0: split.b, b1 });
}

function push(hunks: Hunk[], hunk: Hunk): void {
  const last = hunks.at(-1);
  if (last && last.a1 === hunk.a0 && last.b1 === hunk.b0) {
    last.a1 = hunk.a1;
    last.b1 = hunk.b1;
  } else hunks.push(hunk);
}

/** A point on a shortest path, where the searches from both ends meet; null when the budget is used up. */
function middle(search: Search, { a0, a1, b0, b1 }: Hunk): { a: number; b: number } | null {
  const { a, b, forward, backward, budget } = search;
  const [n, m] = [a1 - a0, b1 - b0];
  const delta = n - m;
  const is_odd = (delta & 1) !== 0;
  const max = (n + m + 1) >> 1;
  const zero = max + 1;
  forward[zero + 1] = 0;
  backward[zero + 1] = 0;
  for (let d = 0; d <= max; d += 1) {
    budget.steps -= 2 * d + 2;
    if (budget.steps < 0) return null;
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && at(forward, zero + k - 1) < at(forward, zero + k + 1));
      let x = down ? at(forward, zero + k + 1) : at(forward, zero + k - 1) + 1;
      let y = x - k;
      while (x < n && y < m && a[a0 + x] === b[b0 + y]) {
        x += 1;
        y += 1;
      }
      forward[zero + k] = x;
      const opposite = delta - k;
      if (is_odd && opposite > -d && opposite < d && x + at(backward, zero + opposite) >= n)
        return { a: a0 + x, b: b0 + y };
    }
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && at(backward, zero + k - 1) < at(backward, zero + k + 1));
      let x = down ? at(backward, zero + k + 1) : at(backward, zero + k - 1) + 1;
      let y = x - k;
      while (x < n && y < m && a[a1 - 1 - x] === b[b1 - 1 - y]) {
        x += 1;
        y += 1;
      }
      backward[zero + k] = x;
      const opposite = delta - k;
      if (!is_odd && opposite >= -d && opposite <= d && x + at(forward, zero + opposite) >= n)
        return { a: a1 - x, b: b1 - y };
    }
  }
  return null;
}

function at(values: Int32Array, index: number): number {
  return values[index] ?? 0;
}
