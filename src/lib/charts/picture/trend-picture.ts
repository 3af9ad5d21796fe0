import type { Channel } from '#lib/domain/clearance/measure.ts';
import { CHANNEL_COLOUR, CHANNEL_WIDTH } from '../channel-style.ts';
import type { Trend } from '../trend.ts';
import { BAND_OPACITY, PALETTE, resolved } from './palette.ts';
import { atX, atY, placePath, type Box } from './picture.ts';
import { textAt } from './svg-text.ts';

/** The words of a trend, in the reader's language. */
export type TrendWords = {
  unit: string;
  gap: string;
  months: readonly string[];
  series: Record<Channel, string>;
  last: (hours: number) => string;
  baseline: string;
  baseline_detail: string | null;
};

const HEIGHT = 320;
const LEFT = 40;
/** Names at the ends of the lines. */
const RIGHT = 168;

/** A trend from the same layout as the page's. */
export function drawTrend(
  trend: Trend,
  words: TrendWords,
  place: { x: number; y: number; width: number },
): { svg: string; height: number } {
  const box: Box = {
    x: place.x + LEFT,
    y: place.y + 24,
    width: place.width - LEFT - RIGHT,
    height: HEIGHT,
  };
  const right = box.x + box.width;
  const grid = trend.ticks.map(({ hours, y }) => {
    const at = atY(y, box);
    const colour = y === 100 ? PALETTE['ink-3'] : PALETTE['c-grid'];
    return (
      `<path d="M${box.x} ${at}H${right}" stroke="${colour}"/>` +
      textAt(box.x - 8, at + 4, String(hours), { anchor: 'end' })
    );
  });
  const months = trend.months.map(({ x }, index) => {
    const at = atX(x, box);
    return (
      `<path d="M${at} ${box.y + HEIGHT}v4" stroke="${PALETTE['ink-3']}"/>` +
      textAt(at, box.y + HEIGHT + 18, words.months[index] ?? '', { anchor: 'middle' })
    );
  });
  const gaps = trend.gaps.map(({ left, width }) => {
    const [from, to] = [atX(left, box), atX(left + width, box)];
    return (
      `<rect x="${from}" y="${box.y}" width="${to - from}" height="${HEIGHT}" fill="url(#hatch)"/>` +
      textAt((from + to) / 2, box.y + 14, words.gap, { anchor: 'middle', has_halo: true })
    );
  });
  return {
    svg: [
      textAt(place.x, place.y + 10, words.unit),
      ...grid,
      ...months,
      ...gaps,
      baselineOf(trend, words, box),
      ...trend.series.flatMap((series) => seriesOf(series, words, box)),
    ].join('\n'),
    height: HEIGHT + 24 + 28,
  };
}

function baselineOf({ baseline }: Trend, words: TrendWords, box: Box): string {
  if (!baseline) return '';
  const right = box.x + box.width;
  const [low, high] = [atY(baseline.y_low, box), atY(baseline.y_high, box)];
  return [
    low === high
      ? ''
      : `<rect x="${box.x}" y="${high}" width="${box.width}" height="${low - high}" fill="${PALETTE['c-base']}" opacity="${BAND_OPACITY}"/>`,
    `<path d="M${box.x} ${atY(baseline.y, box)}H${right}" stroke="${PALETTE['c-base']}"/>`,
    endLabel(atY(baseline.label_y, box), right, {
      name: words.baseline,
      detail: words.baseline_detail,
      colour: PALETTE.ink,
    }),
  ].join('');
}

function seriesOf(series: Trend['series'][number], words: TrendWords, box: Box): string[] {
  const colour = resolved(CHANNEL_COLOUR[series.channel]);
  const mark = (point: { x: number; y: number; is_small_n: boolean }) =>
    `<circle cx="${atX(point.x, box)}" cy="${atY(point.y, box)}" r="3.5" fill="${point.is_small_n ? PALETTE.paper : colour}" stroke="${colour}" stroke-width="1.5"/>`;
  return [
    `<path d="${placePath(series.path, box)}" fill="none" stroke="${colour}" stroke-width="${CHANNEL_WIDTH[series.channel]}" stroke-linejoin="round" stroke-linecap="round"/>`,
    ...series.marks.map(mark),
    series.last.is_small_n ? '' : mark(series.last),
    endLabel(atY(series.label_y, box), box.x + box.width, {
      name: words.series[series.channel],
      detail: words.last(series.last.hours),
      colour,
    }),
  ];
}

function endLabel(
  y: number,
  right: number,
  { name, detail, colour }: { name: string; detail: string | null; colour: string },
): string {
  return (
    textAt(right + 14, y + 4, name, { colour, weight: 600 }) +
    (detail === null ? '' : textAt(right + 14, y + 19, detail))
  );
}
