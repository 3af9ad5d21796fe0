/** Seven steps around a centre: faster is negative, slower positive. */
export const HEAT_STEPS = [-3, -2, -1, 0, 1, 2, 3] as const;
export type HeatStep = (typeof HEAT_STEPS)[number];

/** The fill of a step and the text on it. */
export const HEAT_STYLE: Record<HeatStep, { fill: string; on: string }> = {
  [-3]: { fill: 'var(--h-n3)', on: 'var(--h-on-strong)' },
  [-2]: { fill: 'var(--h-n2)', on: 'var(--h-on-middle)' },
  [-1]: { fill: 'var(--h-n1)', on: 'var(--h-on-soft)' },
  0: { fill: 'var(--h-0)', on: 'var(--h-on-soft)' },
  1: { fill: 'var(--h-p1)', on: 'var(--h-on-soft)' },
  2: { fill: 'var(--h-p2)', on: 'var(--h-on-middle)' },
  3: { fill: 'var(--h-p3)', on: 'var(--h-on-strong)' },
};
