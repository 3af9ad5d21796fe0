import { countAbove, quantileOf, type Cell } from './cell.ts';
import { binOf, largestOfBin } from './log-bins.ts';

/** How many declarations took remarkably long, and what is taken for it. They are flagged and never dropped. */
export type Outliers = {
  /** Whole seconds: those that took longer are flagged. The count is exact, also where quantiles are sketched. */
  threshold_seconds: number;
  count: number;
};

/** Fewer values have no quartiles worth the name. */
export const OUTLIERS_N_MIN = 20;
/** Tukey's outer fence ("Exploratory Data Analysis", 1977): three times the distance of the quartiles. */
const FENCE = 3;

/**
 * Durations above Q3 + 3 × (Q3 − Q1), all on the scale of logarithms, because durations spread by factors:
 * a fence on the plain scale would flag every slow day. The threshold is moved up to the border of its
 * log-bin (at most 1 %), so that the flagged ones can be counted, and listed, exactly. Null when there are
 * fewer than `OUTLIERS_N_MIN` values, or when the middle half are all alike, so that nothing measures a spread.
 */
export function outliersOf(cell: Cell): Outliers | null {
  if (cell.n < OUTLIERS_N_MIN) return null;
  // Release can take no time at all, which has no logarithm.
  const low = Math.max(quantileOf(cell, 0.25), 1);
  const high = Math.max(quantileOf(cell, 0.75), 1);
  if (low === high) return null;
  const fence = Math.ceil(high * (high / low) ** FENCE);
  const threshold_seconds = largestOfBin(binOf(fence)) ?? cell.max_seconds;
  return { threshold_seconds, count: countAbove(cell, threshold_seconds) };
}
