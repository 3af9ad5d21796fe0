/**
 * Integer log-bins after DDSketch (Masson, Rim and Lee, VLDB 2019): bin i > 0 holds whole seconds in
 * (γ^(i-2), γ^(i-1)], bin 0 holds zero, because release can take less than a second. A value read back from
 * its bin is off by at most `RELATIVE_ERROR_MAX`; counts of equal bins add up in any order.
 */
export const RELATIVE_ERROR_MAX = 0.005;

/** A little below the promise, so that rounding of logarithms never breaks it. */
const ALPHA = 0.0049;
const GAMMA = (1 + ALPHA) / (1 - ALPHA);
const LOG_GAMMA = Math.log(GAMMA);

/** Twenty years: nothing that is measured here lasts longer; what does shares the last bin. */
const SECONDS_MAX = 20 * 366 * 86_400;
export const ZERO_BIN = 0;
export const OVERFLOW_BIN = 2 + Math.ceil(Math.log(SECONDS_MAX) / LOG_GAMMA);

/** Durations of up to about three days, which nearly all are, are looked up instead of computed. */
const TABLE = Int16Array.from({ length: 1 << 18 }, (_, seconds) => compute(seconds));

/** The bin of a duration in whole seconds, 0 or more. */
export function binOf(seconds: number): number {
  return TABLE[seconds] ?? compute(seconds);
}

function compute(seconds: number): number {
  if (seconds <= 0) return ZERO_BIN;
  if (seconds > SECONDS_MAX) return OVERFLOW_BIN;
  return 1 + Math.ceil(Math.log(seconds) / LOG_GAMMA);
}

/** The seconds that stand for a bin; null for the overflow bin, where only the maximum is known. */
export function secondsOfBin(bin: number): number | null {
  return bin >= OVERFLOW_BIN ? null : (SECONDS[bin] ?? 0);
}

/** A power for each bin of each cell took a tenth of a dashboard. */
const SECONDS = Float64Array.from({ length: OVERFLOW_BIN }, (_, bin) =>
  bin === ZERO_BIN ? 0 : (2 * GAMMA ** (bin - 1)) / (1 + GAMMA),
);

/** The most whole seconds that lie in a bin; null for the overflow bin. */
export function largestOfBin(bin: number): number | null {
  if (bin === ZERO_BIN) return 0;
  if (bin >= OVERFLOW_BIN) return null;
  if (bin === OVERFLOW_BIN - 1) return SECONDS_MAX;
  const about = Math.round(GAMMA ** (bin - 1));
  // Rounding of logarithms may move the border by one second.
  return [about + 1, about, about - 1].find((seconds) => binOf(seconds) <= bin) ?? about - 1;
}
