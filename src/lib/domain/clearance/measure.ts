/**
 * What is measured, in elapsed clock hours: nights and holidays count (World Bank "Doing Business"
 * convention), the end is release (放行) and never closing (结关), which follows departure.
 */
export const MEASURES = ['declared_to_released', 'arrived_to_released', 'declared_to_inspected'] as const;
export type Measure = (typeof MEASURES)[number];

/**
 * The parts of a shipment's way that no baseline measures. Prior declaration (提前申报) is legal, so that the
 * time between arrival and declaration runs one way or the other; each shipment counts in one of the two.
 */
export const STAGES = ['arrived_to_declared', 'declared_to_arrived', 'inspected_to_released'] as const;
export type Stage = (typeof STAGES)[number];

/** Everything that cells are kept of. */
export const CELL_MEASURES = [...MEASURES, ...STAGES] as const;
export type CellMeasure = (typeof CELL_MEASURES)[number];

/** Something for each of them. */
export function ofEachMeasure<T>(make: (measure: CellMeasure) => T): Record<CellMeasure, T> {
  return {
    declared_to_released: make('declared_to_released'),
    arrived_to_released: make('arrived_to_released'),
    declared_to_inspected: make('declared_to_inspected'),
    arrived_to_declared: make('arrived_to_declared'),
    declared_to_arrived: make('declared_to_arrived'),
    inspected_to_released: make('inspected_to_released'),
  };
}

/** The series that Customs publishes: another start, another population, never comparable with ours. */
export const MEASURE_OF_CUSTOMS = 'gacc_overall';
export type BaselineMeasure = Measure | typeof MEASURE_OF_CUSTOMS;
export const BASELINE_MEASURES = [...MEASURES, MEASURE_OF_CUSTOMS] as const;

/** Position 9 of a declaration number: 0 is export, 1 is import. */
export const DIRECTIONS = ['export', 'import'] as const;
export type Direction = (typeof DIRECTIONS)[number];

export const CHANNELS = ['green', 'ordinary'] as const;
export type Channel = (typeof CHANNELS)[number];

/** Stands for records that name no channel, or no category: in cells, in queries and in addresses. */
export const NOT_GIVEN = '-' as const;

export const SECONDS_PER_HOUR = 3600;

/** Below this many records a number is shown with its n, and not compared; firms may set another. */
export const MIN_N_DEFAULT = 30;

/** Up to this many values are kept themselves, so that their quantiles are exact; above it log-bins. */
export const EXACT_N_MAX = 1000;

/** Numbers over several firms are given only when at least this many stand behind them. */
export const COHORT_FIRMS_MIN = 5;
