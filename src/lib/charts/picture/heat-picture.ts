import { HEAT_STEPS, HEAT_STYLE, type HeatStep } from '../heat-style.ts';
import { PALETTE, resolved } from './palette.ts';
import { INNER_WIDTH, type Draw } from './picture.ts';
import { fitted, textAt } from './svg-text.ts';

/** Offices by month in words, as the page says them. */
export type HeatWords = {
  columns: readonly { head: string; under: string | null }[];
  rows: readonly {
    code: string;
    name: string | null;
    cells: readonly ({ kind: 'value'; step: HeatStep; shown: string } | { kind: 'few' } | { kind: 'none' })[];
  }[];
  /** The hours at which each step but the last ends. */
  bounds: readonly string[];
  faster: string;
  slower: string;
  few: string;
};

const NAMES = 216;
const HEAD = 32;
const CELL = { width: 46, height: 28, gap: 2 };
const LEGEND = { width: 36, height: 10 };

/** Every month has room for its number, so that a long period makes a wide picture and no small print. */
export function heatPictureWidth({ columns }: Pick<HeatWords, 'columns'>): number {
  return Math.max(INNER_WIDTH, NAMES + columns.length * (CELL.width + CELL.gap));
}

export function heatPicture(words: HeatWords): Draw {
  return (place) => {
    const x = (column: number) => place.x + NAMES + column * (CELL.width + CELL.gap);
    const y = (row: number) => place.y + HEAD + row * (CELL.height + CELL.gap);
    const legend_y = y(words.rows.length) + 12;
    const drawn = [
      ...words.columns.map(
        ({ head, under }, index) =>
          textAt(x(index) + CELL.width / 2, place.y + 10, head, { anchor: 'middle' }) +
          (under ? textAt(x(index) + CELL.width / 2, place.y + 24, under, { anchor: 'middle' }) : ''),
      ),
      ...words.rows.flatMap(({ code, name, cells }, row) => [
        textAt(place.x, y(row) + 18, code, { size: 12 }),
        name === null
          ? ''
          : textAt(place.x + 40, y(row) + 18, fitted(name, 12, NAMES - 52), {
              size: 12,
              colour: PALETTE.ink,
            }),
        ...cells.map((cell, column) => cellOf(cell, x(column), y(row))),
      ]),
      legendOf(words, place.x, legend_y),
    ];
    return { svg: drawn.filter(Boolean).join('\n'), height: legend_y + 32 - place.y };
  };
}

function cellOf(cell: HeatWords['rows'][number]['cells'][number], x: number, y: number): string {
  const middle = { size: 12, anchor: 'middle' } as const;
  const box = (fill: string) =>
    `<rect x="${x}" y="${y}" width="${CELL.width}" height="${CELL.height}" fill="${fill}"/>`;
  switch (cell.kind) {
    case 'value': {
      const { fill, on } = HEAT_STYLE[cell.step];
      return (
        box(resolved(fill)) +
        textAt(x + CELL.width / 2, y + 18, cell.shown, { ...middle, colour: resolved(on) })
      );
    }
    case 'few':
      return box('url(#hatch)');
    case 'none':
      return textAt(x + CELL.width / 2, y + 18, '–', middle);
    default:
      return cell satisfies never;
  }
}

function legendOf({ bounds, faster, slower, few }: HeatWords, x: number, y: number): string {
  const start = x + NAMES;
  const end = start + HEAT_STEPS.length * LEGEND.width;
  const few_x = end + 96;
  const swatch = (at: number, fill: string) =>
    `<rect x="${at}" y="${y}" width="${LEGEND.width - 1}" height="${LEGEND.height}" fill="${fill}"/>`;
  return [
    textAt(start - 8, y + 9, faster, { anchor: 'end' }),
    ...HEAT_STEPS.map(
      (step, index) =>
        swatch(start + index * LEGEND.width, resolved(HEAT_STYLE[step].fill)) +
        (bounds[index] === undefined
          ? ''
          : textAt(start + (index + 1) * LEGEND.width, y + 22, bounds[index], { anchor: 'middle' })),
    ),
    textAt(end + 8, y + 9, slower),
    swatch(few_x, 'url(#hatch)'),
    textAt(few_x + LEGEND.width + 8, y + 9, few),
  ].join('');
}
