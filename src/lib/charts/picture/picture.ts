import { PALETTE } from './palette.ts';
import { escapeXml, textAt, wrap } from './svg-text.ts';

/** Where a chart is drawn, in px of the picture. */
export type Box = { x: number; y: number; width: number; height: number };

export type PictureText = {
  language: string;
  /** The finding, in a sentence. */
  title: string;
  /** Measure, unit, period, filters, n. */
  subtitle: string;
  /** How to read it, definitions, the baseline and where it is from: a paragraph each. */
  notes: readonly string[];
  /** Whose, made when, where the same is. */
  foot: readonly string[];
};

const MARGIN = 32;
/** The least that a chart is wide; one with many columns says that it needs more. */
export const INNER_WIDTH = 896;
/** Latin first, then Chinese; system faces, as on the page. */
const FONTS =
  "Inter, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Noto Sans SC', 'Noto Sans CJK SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif";

export type Place = { x: number; y: number; width: number };
/** Draws a chart into the width it is given, and says how high it became. */
export type Draw = (place: Place) => { svg: string; height: number };

/**
 * A chart as a file of its own: light, with every colour as a value, and with all that a number needs to be
 * quoted.
 */
export function picture(said: PictureText, draw: Draw, inner_width = INNER_WIDTH): string {
  const width = inner_width + 2 * MARGIN;
  const is_chinese = said.language.startsWith('zh');
  const parts: string[] = [];
  let y = MARGIN;
  const paragraph = (
    text: string,
    size: number,
    style: { colour: string; weight?: number; after: number },
  ) => {
    const leading = Math.round(size * (is_chinese ? 1.6 : 1.4));
    for (const line of wrap(text, size, inner_width)) {
      y += leading;
      parts.push(textAt(MARGIN, y - Math.round(leading * 0.28), line, { size, ...style }));
    }
    y += style.after;
  };
  paragraph(said.title, 20, { colour: PALETTE.ink, weight: 600, after: 2 });
  paragraph(said.subtitle, 13, { colour: PALETTE['ink-2'], after: 16 });
  const { svg, height } = draw({ x: MARGIN, y, width: inner_width });
  parts.push(svg);
  y += height + 12;
  for (const note of said.notes) paragraph(note, 12, { colour: PALETTE['ink-2'], after: 2 });
  y += 10;
  parts.push(`<path d="M${MARGIN} ${y}H${width - MARGIN}" stroke="${PALETTE.hair}"/>`);
  y += 4;
  for (const line of said.foot) paragraph(line, 11, { colour: PALETTE['ink-3'], after: 0 });
  const total = Math.ceil(y + MARGIN * 0.75);
  const description = escapeXml([said.subtitle, ...said.notes].join(' '));
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${total}" viewBox="0 0 ${width} ${total}" role="img" xml:lang="${said.language}" font-family="${FONTS}" fill="${PALETTE['ink-3']}">
<title>${escapeXml(said.title)}</title>
<desc>${description}</desc>
<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V5" stroke="${PALETTE['c-gap']}" stroke-width="2"/></pattern></defs>
<style>text{font-variant-numeric:tabular-nums lining-nums}.halo{paint-order:stroke;stroke:${PALETTE.paper};stroke-width:4px;stroke-linejoin:round}</style>
<rect width="${width}" height="${total}" fill="${PALETTE.paper}"/>
${parts.join('\n')}
</svg>
`;
}

/** A path in per cent of a plot, moved into a box. */
export function placePath(path: string, box: Box): string {
  return path.replace(
    /(-?[\d.]+),(-?[\d.]+)/g,
    (_, x: string, y: string) => `${atX(Number(x), box)},${atY(Number(y), box)}`,
  );
}

export function atX(percent: number, box: Box): number {
  return Math.round((box.x + (percent / 100) * box.width) * 100) / 100;
}

export function atY(percent: number, box: Box): number {
  return Math.round((box.y + (percent / 100) * box.height) * 100) / 100;
}
