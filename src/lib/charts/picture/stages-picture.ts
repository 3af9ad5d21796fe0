import { alongScale } from '../bar-geometry.ts';
import { PALETTE } from './palette.ts';
import type { Draw } from './picture.ts';
import { round, textAt } from './svg-text.ts';

/** The parts of a shipment's way in words; hours as they are, for their bars. */
export type StagesWords = {
  heads: { stage: string; n: string; bars: string; median: string; p90: string };
  rows: readonly {
    name: string;
    which: string;
    n: string;
    /** Null without a record. */
    hours: {
      median: number;
      p90: number;
      is_small_n: boolean;
      shown_median: string;
      shown_p90: string;
    } | null;
    /** A heavier line below it. */
    is_last_part: boolean;
  }[];
  scale_hours: number;
};

const HEAD = 24;
const ROW = 44;
/** Columns as shares of the width: where `n` ends, the bars begin and end, and the two numbers end. */
const AT = { n: 0.36, bars: 0.4, bars_end: 0.78, median: 0.89, p90: 1 };

/** Bars on the one scale that the head names, as the page's table has them. */
export function stagesPicture({ heads, rows, scale_hours }: StagesWords): Draw {
  return (place) => {
    const x = (share: number) => Math.round(place.x + share * place.width);
    const line = (y: number, colour: string) =>
      `<path d="M${place.x} ${y}H${place.x + place.width}" stroke="${colour}"/>`;
    const numbers = (y: number, shown: { n: string; median: string; p90: string }, weight?: number) =>
      textAt(x(AT.n), y, shown.n, { size: 12, anchor: 'end' }) +
      textAt(x(AT.median), y, shown.median, { size: 12, anchor: 'end', weight, colour: PALETTE.ink }) +
      textAt(x(AT.p90), y, shown.p90, { size: 12, anchor: 'end', colour: PALETTE.ink });
    const drawn = [
      textAt(place.x, place.y + 14, heads.stage, { size: 12 }),
      textAt(x(AT.bars), place.y + 14, heads.bars, { size: 12 }),
      numbers(place.y + 14, heads),
      line(place.y + HEAD, PALETTE['ink-3']),
      ...rows.flatMap(({ name, which, n, hours, is_last_part }, index) => {
        const y = place.y + HEAD + index * ROW;
        return [
          textAt(place.x, y + 19, name, { size: 13, colour: PALETTE.ink }),
          textAt(place.x, y + 35, which),
          numbers(y + 27, { n, median: hours?.shown_median ?? '–', p90: hours?.shown_p90 ?? '–' }, 600),
          hours
            ? barOf(hours, { x: x(AT.bars), y: y + 22, width: x(AT.bars_end) - x(AT.bars), scale_hours })
            : '',
          line(y + ROW, is_last_part ? PALETTE['ink-3'] : PALETTE.hair),
        ];
      }),
    ];
    return { svg: drawn.filter(Boolean).join('\n'), height: HEAD + rows.length * ROW + 8 };
  };
}

function barOf(
  { median, p90, is_small_n }: { median: number; p90: number; is_small_n: boolean },
  track: { x: number; y: number; width: number; scale_hours: number },
): string {
  const along = (hours: number) => round((alongScale(hours, track.scale_hours) / 100) * track.width);
  const tick = track.x + along(p90);
  return (
    `<rect x="${track.x}" y="${track.y - 4}" width="${along(median)}" height="8" fill="${is_small_n ? 'url(#hatch)' : PALETTE['c-4']}"/>` +
    (p90 > track.scale_hours
      ? `<path d="M${round(tick - 2)} ${track.y - 3}l6 3l-6 3z" fill="${PALETTE['ink-3']}"/>`
      : `<rect x="${round(tick - 2)}" y="${track.y - 3}" width="4" height="6" fill="${PALETTE['ink-3']}"/>`)
  );
}
