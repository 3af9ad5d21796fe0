import { channelStyle } from '../channel-style.ts';
import type { DistributionLayout } from '../distribution-geometry.ts';
import { BAND_OPACITY, resolved } from './palette.ts';
import { atX, atY, placePath, type Box, type Draw } from './picture.ts';
import { drawFrame, plotBox, type PlotFrame } from './plot-picture.ts';
import { textAt } from './svg-text.ts';

/** The words of a distribution: its axes, and for each channel its name with median and p90. */
export type DistributionWords = PlotFrame & { marks: readonly { name: string; detail: string }[] };

const HEIGHT = 280;
const RIGHT = 16;

/** The steps of each channel with its median and p90, from the same layout as the page's. */
export function distributionPicture(layout: DistributionLayout, words: DistributionWords): Draw {
  return (place) => {
    const { box, height } = plotBox(place, words, { height: HEIGHT, right: RIGHT });
    const drawn = [
      ...drawFrame(words, box),
      ...layout.channels.map(({ channel, path }) => {
        const colour = resolved(channelStyle(channel).colour);
        return `<path d="${placePath(path, box)}" fill="${colour}" fill-opacity="${BAND_OPACITY}" stroke="${colour}" stroke-width="1.5"/>`;
      }),
      ...layout.channels.map((one, index) => marksOf(one, words.marks[index], box)),
    ];
    return { svg: drawn.join('\n'), height };
  };
}

/** A tall mark for the median, with the name beside it, and a short one below the axis for p90. */
function marksOf(
  { channel, median, p90, label }: DistributionLayout['channels'][number],
  said: DistributionWords['marks'][number] | undefined,
  box: Box,
): string {
  const colour = resolved(channelStyle(channel).colour);
  const [at, bottom] = [atX(median.x, box), box.y + box.height];
  return (
    `<path d="M${at} ${atY(label.y + 2, box)}V${bottom}" stroke="${colour}" stroke-width="2"/>` +
    `<path d="M${atX(p90.x, box)} ${bottom}v7" stroke="${colour}" stroke-width="3"/>` +
    textAt(
      label.is_left ? at - 8 : at + 8,
      atY(label.y, box) + 11,
      `${said?.name ?? ''}${said?.detail ?? ''}`,
      {
        colour,
        weight: 600,
        anchor: label.is_left ? 'end' : 'start',
        has_halo: true,
      },
    )
  );
}
