import { scaleThreshold } from 'd3';
import { HEAT_STEPS, type HeatStep } from './heat-style.ts';

/** Shares of the centre at which a step ends; what differs by less than a twentieth is the centre. */
const BOUNDS = [-0.4, -0.2, -0.05, 0.05, 0.2, 0.4];

/** The step of hours around a centre in hours, which is above zero. */
export function heatStep(hours: number, centre_hours: number): HeatStep {
  const step = scaleThreshold<number, HeatStep>().domain(BOUNDS).range(HEAT_STEPS);
  return step((hours - centre_hours) / centre_hours);
}

/** The hours at which each step but the last ends, for a legend. */
export function heatBounds(centre_hours: number): number[] {
  return BOUNDS.map((bound) => centre_hours * (1 + bound));
}
