import { PALETTE } from './palette.ts';
import { atX, atY, type Box, type Place } from './picture.ts';
import { textAt } from './svg-text.ts';

/** The frame of a chart as the page has it: a quantity upwards from zero, time or hours to the right. */
export type PlotFrame = {
  unit: string;
  ticks: readonly { y: number; shown: string }[];
  /** `under` is a second line, for the year. */
  steps: readonly { x: number; shown: string; under?: string | null }[];
};

const TOP = 24;
const LEFT = 40;
const BELOW = 28;
const SECOND_LINE = 14;

/** Where lines are drawn in a place, and how high the whole becomes. */
export function plotBox(
  place: Place,
  { steps }: PlotFrame,
  room: { height: number; right: number },
): { box: Box; height: number } {
  const has_second = steps.some(({ under }) => under);
  return {
    box: {
      x: place.x + LEFT,
      y: place.y + TOP,
      width: place.width - LEFT - room.right,
      height: room.height,
    },
    height: TOP + room.height + BELOW + (has_second ? SECOND_LINE : 0),
  };
}

export function drawFrame({ unit, ticks, steps }: PlotFrame, box: Box): string[] {
  const right = box.x + box.width;
  const bottom = box.y + box.height;
  return [
    textAt(box.x - LEFT, box.y - TOP + 10, unit),
    ...ticks.map(({ y, shown }) => {
      const at = atY(y, box);
      const colour = y === 100 ? PALETTE['ink-3'] : PALETTE['c-grid'];
      return (
        `<path d="M${box.x} ${at}H${right}" stroke="${colour}"/>` +
        textAt(box.x - 8, at + 4, shown, { anchor: 'end' })
      );
    }),
    ...steps.map(({ x, shown, under }) => {
      const at = atX(x, box);
      return (
        `<path d="M${at} ${bottom}v4" stroke="${PALETTE['ink-3']}"/>` +
        textAt(at, bottom + 18, shown, { anchor: 'middle' }) +
        (under ? textAt(at, bottom + 18 + SECOND_LINE, under, { anchor: 'middle' }) : '')
      );
    }),
  ];
}
