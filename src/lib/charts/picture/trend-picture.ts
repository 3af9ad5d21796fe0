import { channelStyle } from '../channel-style.ts';
import type { TrendLayout, TrendMark } from '../trend-geometry.ts';
import { BAND_OPACITY, PALETTE, resolved } from './palette.ts';
import { atX, atY, placePath, type Box, type Draw } from './picture.ts';
import { drawFrame, plotBox, type PlotFrame } from './plot-picture.ts';
import { textAt } from './svg-text.ts';

/** A name at the end of a line, and what is said below it. */
export type EndWords = { name: string; detail: string | null };

/** The words of a trend, in the reader's language; each list is in the order of the layout's. */
export type TrendWords = PlotFrame & {
  gap: string;
  events: readonly string[];
  lines: readonly EndWords[];
  compared: readonly EndWords[];
  baseline: EndWords;
};

const HEIGHT = 340;
/** Names at the ends of the lines. */
const RIGHT = 176;

/** A trend from the same layout as the page's. */
export function trendPicture(trend: TrendLayout, words: TrendWords): Draw {
  return (place) => {
    const { box, height } = plotBox(place, words, { height: HEIGHT, right: RIGHT });
    const drawn = [
      ...drawFrame(words, box),
      ...trend.lines.map(({ channel, band }) =>
        band === ''
          ? ''
          : `<path d="${placePath(band, box)}" fill="${colourOf(channel)}" fill-opacity="${BAND_OPACITY}"/>`,
      ),
      baselineOf(trend, box),
      ...trend.compared.map(
        ({ path }) =>
          `<path d="${placePath(path, box)}" fill="none" stroke="${PALETTE['c-compare']}" stroke-dasharray="3 3"/>`,
      ),
      ...trend.lines.map(
        ({ channel, path }) =>
          `<path d="${placePath(path, box)}" fill="none" stroke="${colourOf(channel)}" stroke-width="${channelStyle(channel).width}" stroke-linejoin="round" stroke-linecap="round"/>`,
      ),
      ...trend.gaps.map((gap) => gapOf(gap, words.gap, box)),
      ...trend.events.map(({ x }, index) => flagOf(x, words.events[index] ?? '', box)),
      ...trend.lines.flatMap(({ channel, marks, last }) =>
        (last.is_small_n ? marks : [...marks, last]).map((mark) => markOf(mark, colourOf(channel), box)),
      ),
      ...endsOf(trend, words, box),
    ];
    return { svg: drawn.filter(Boolean).join('\n'), height };
  };
}

function colourOf(channel: TrendLayout['lines'][number]['channel']): string {
  return resolved(channelStyle(channel).colour);
}

function baselineOf({ baseline }: TrendLayout, box: Box): string {
  if (!baseline) return '';
  const [low, high] = [atY(baseline.y_low, box), atY(baseline.y_high, box)];
  const band = `<rect x="${box.x}" y="${high}" width="${box.width}" height="${low - high}" fill="${PALETTE['c-base']}" opacity="${BAND_OPACITY}"/>`;
  return `${low === high ? '' : band}<path d="M${box.x} ${atY(baseline.y, box)}H${box.x + box.width}" stroke="${PALETTE['c-base']}"/>`;
}

function gapOf({ left, width }: { left: number; width: number }, said: string, box: Box): string {
  const [from, to] = [atX(left, box), atX(left + width, box)];
  return (
    `<rect x="${from}" y="${box.y}" width="${to - from}" height="${box.height}" fill="url(#hatch)"/>` +
    textAt((from + to) / 2, box.y + box.height - 10, said, { anchor: 'middle', has_halo: true })
  );
}

/** A day that something happened on; its name turns to the left in the right half. */
function flagOf(x: number, name: string, box: Box): string {
  const at = atX(x, box);
  const is_turned = x > 50;
  return (
    `<path d="M${at} ${box.y - 6}V${box.y + box.height}" stroke="${PALETTE['ink-3']}"/>` +
    `<path d="M${at - 4} ${box.y - 8}h7l-3.5 6z" fill="${PALETTE.ink}"/>` +
    textAt(is_turned ? at - 8 : at + 8, box.y + 6, name, {
      colour: PALETTE.ink,
      anchor: is_turned ? 'end' : 'start',
      has_halo: true,
    })
  );
}

/** Hollow for few records, an arrow where the value lies above the axis. */
function markOf({ x, y, is_small_n, is_beyond }: TrendMark, colour: string, box: Box): string {
  const [left, top] = [atX(x, box), atY(y, box)];
  if (is_beyond) return `<path d="M${left} ${top - 4}l4 8h-8z" fill="${colour}"/>`;
  return `<circle cx="${left}" cy="${top}" r="3.5" fill="${is_small_n ? PALETTE.paper : colour}" stroke="${colour}" stroke-width="1.5"/>`;
}

function endsOf(trend: TrendLayout, words: TrendWords, box: Box): string[] {
  const end = (label_y: number, said: EndWords | undefined, colour: string) => {
    const [x, y] = [box.x + box.width + 14, atY(label_y, box)];
    return (
      textAt(x, y + 4, said?.name ?? '', { colour, weight: 600 }) +
      (said?.detail ? textAt(x, y + 19, said.detail) : '')
    );
  };
  return [
    ...trend.lines.map((line, index) => end(line.label_y, words.lines[index], colourOf(line.channel))),
    ...trend.compared.map((line, index) => end(line.label_y, words.compared[index], PALETTE['c-compare'])),
    trend.baseline ? end(trend.baseline.label_y, words.baseline, PALETTE.ink) : '',
  ];
}
