/**
 * Text in a picture of its own. A server has no fonts to measure with, so widths are estimated, a little wide
 * rather than narrow: what is wrapped by them fits in any of the faces that may stand in.
 */
export function escapeXml(text: string): string {
  return (
    text
      // What XML 1.0 cannot hold.
      .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '\uFFFD')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  );
}

export type TextStyle = {
  size?: number;
  colour?: string;
  weight?: number;
  anchor?: 'start' | 'middle' | 'end';
  /** Paper around the letters, where they cross lines. */
  has_halo?: boolean;
};

export function textAt(x: number, y: number, text: string, style: TextStyle = {}): string {
  const { size = 11, colour, weight, anchor, has_halo } = style;
  const attributes = [
    `x="${round(x)}" y="${round(y)}" font-size="${size}"`,
    colour && `fill="${colour}"`,
    weight && `font-weight="${weight}"`,
    anchor && anchor !== 'start' && `text-anchor="${anchor}"`,
    has_halo && 'class="halo"',
  ].filter(Boolean);
  return `<text ${attributes.join(' ')}>${escapeXml(text)}</text>`;
}

/** Estimated width in px. */
export function widthOf(text: string, size: number): number {
  let em = 0;
  for (const char of text) em += emOf(char);
  return em * size;
}

function emOf(char: string): number {
  if (/[\u2E80-\u9FFF\uF900-\uFAFF\uFE30-\uFE4F\uFF00-\uFF60\u3000-\u303F“”‘’…—]/u.test(char)) return 1;
  if (/[ilj.,:;'|!()[\]ftIr ]/.test(char)) return 0.34;
  if (/[mwMW%@]/.test(char)) return 0.92;
  if (/[A-Z]/.test(char)) return 0.7;
  return 0.6;
}

/** Lines no wider than `width`. Latin breaks between words; Chinese anywhere but before closing punctuation. */
export function wrap(text: string, size: number, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of wordsOf(text).flatMap((one) => piecesOf(one, size, width))) {
    if (line !== '' && widthOf((line + word).trimEnd(), size) > width) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += line === '' ? word.trimStart() : word;
  }
  return line.trim() === '' ? lines : [...lines, line.trimEnd()];
}

/** The text as far as it fits, with an ellipsis where it does not. */
export function fitted(text: string, size: number, width: number): string {
  if (widthOf(text, size) <= width) return text;
  const chars = [...text];
  while (chars.length > 0 && widthOf(`${chars.join('')}…`, size) > width) chars.pop();
  return `${chars.join('').trimEnd()}…`;
}

/** A word that no line holds, as an address may be, is parted where the line ends. */
function piecesOf(word: string, size: number, width: number): string[] {
  if (widthOf(word.trimEnd(), size) <= width) return [word];
  const pieces = [''];
  for (const char of word) {
    const piece = pieces.at(-1) ?? '';
    if (piece !== '' && widthOf(piece + char, size) > width) pieces.push(char);
    else pieces[pieces.length - 1] = piece + char;
  }
  return pieces;
}

/** What must not be parted: a Latin word with its space, or one Chinese character with the closing marks after it. */
function wordsOf(text: string): string[] {
  const han = '\\p{Script=Han}';
  const opening = '（《“‘「';
  const closing = '，。；：？！、）》”’」';
  const pattern = new RegExp(
    `[${opening}]*${han}[${closing}]*|[${opening}]*[^\\s${han}${opening}${closing}]+[${closing}]*\\s*|\\s+|.`,
    'gu',
  );
  return text.match(pattern) ?? [];
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
