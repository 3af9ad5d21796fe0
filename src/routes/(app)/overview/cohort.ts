import type { Days } from '#lib/domain/clearance/time-range.ts';

/** Hours over all firms by channel, as the operator may see them. */
export type Cohort = Days & {
  rows: readonly {
    channel?: string | null;
    n: number;
    firms: number;
    mean_hours: number;
    is_small_n: boolean;
  }[];
  firms_min: number;
  as_of: Date | null;
  is_sample: boolean;
};
