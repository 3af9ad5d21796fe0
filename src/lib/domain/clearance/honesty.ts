import type { Direction, Measure } from './measure.ts';
import type { Share } from './overview.ts';
import type { Outliers } from './outliers.ts';

/**
 * What has to be known beside the hours of a set of records to judge them. Each share comes with the two
 * counts that it was made of; its `share` is null when there is nothing to divide by.
 */
export type Honesty = {
  measure: Measure;
  direction: Direction;
  from: string;
  to: string;
  /** Declarations with both times of the measure. */
  n: number;
  min_n: number;
  /** Below `min_n` nothing is compared. */
  is_small_n: boolean;
  /** Null when there are too few values, or no spread, to tell; never because there are none. */
  outliers: Outliers | null;
  /** Declarations that have a release time, among all. */
  release_known: Share;
  /**
   * In the green channel, among the eligible ones whose channel is known: exports of a named category at an
   * office of a launched programme, from the day of its launch.
   */
  green_coverage: Share;
  /** Green declarations that were inspected all the same; the programme promises none. */
  green_inspected: Share;
  /** Green declarations released within a minute of declaration, among the released ones; the programme promises under a second. */
  green_within_a_minute: Share;
  /** Declared before arrival, which is legal, among those with a time of arrival. */
  declared_before_arrival: Share;
};

/** Counts of declarations; sums of them are counts again. */
export type Tally = {
  declared: number;
  released: number;
  inspected: number;
  within_a_minute: number;
  eligible: number;
  arrived: number;
  prior: number;
};

/** The shares of a set of records, out of its tallies by channel. */
export function sharesOf(
  by_channel: readonly (Tally & { channel: string })[],
): Pick<
  Honesty,
  'release_known' | 'green_coverage' | 'green_inspected' | 'green_within_a_minute' | 'declared_before_arrival'
> {
  const total = (name: keyof Tally, ...channels: string[]) =>
    by_channel
      .filter(({ channel }) => channels.length === 0 || channels.includes(channel))
      .reduce((sum, tally) => sum + tally[name], 0);
  return {
    release_known: shareOf(total('released'), total('declared')),
    green_coverage: shareOf(total('eligible', 'green'), total('eligible', 'green', 'ordinary')),
    green_inspected: shareOf(total('inspected', 'green'), total('declared', 'green')),
    green_within_a_minute: shareOf(total('within_a_minute', 'green'), total('released', 'green')),
    declared_before_arrival: shareOf(total('prior'), total('arrived')),
  };
}

function shareOf(part: number, whole: number): Share {
  return { part, whole, share: whole === 0 ? null : part / whole };
}
