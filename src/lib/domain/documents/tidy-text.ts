import { unifyRadicals } from '#lib/domain/text/radicals.ts';

/** At most this share of broken or control characters is a text with blemishes; more is not text. */
const BLEMISHES_MAX = 0.005;

/** Whether these bytes are text at all: no NUL, hardly any control or unreadable characters. */
export function looksLikeText({
  text,
  unreadable_share,
}: {
  text: string;
  unreadable_share: number;
}): boolean {
  if (text.includes('\0') || unreadable_share > BLEMISHES_MAX) return false;
  let controls = 0;
  for (const match of text.matchAll(CONTROL)) controls += match[0].length;
  return controls <= text.length * BLEMISHES_MAX;
}

const CONTROL = /[\u0001-\u0008\u000b\u000e-\u001f\u007f]+/g;

/**
 * Text as it is stored: line ends are `\n`, control characters but tab and form feed are gone, radicals are
 * the characters they stand for, lines do not end in spaces, and at most `characters_max` UTF-16 units are
 * kept.
 */
export function tidyText(text: string, characters_max: number): { text: string; is_truncated: boolean } {
  const tidy = unifyRadicals(text.slice(0, characters_max * 2).toWellFormed())
    .replace(/\r\n?|\u2028|\u2029/g, '\n')
    .replace(CONTROL, '')
    .replaceAll('\0', '')
    // Looking back first keeps this linear: else a line of a million blanks is tried from each of them.
    .replace(/(?<![^\S\n\f])[^\S\n\f]+(?=[\n\f]|$)/g, '')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\n+$/g, '');
  if (tidy.length <= characters_max) return { text: tidy, is_truncated: text.length > characters_max * 2 };
  return {
    text: tidy
      .slice(0, characters_max)
      .toWellFormed()
      .replace(/\uFFFD$/, ''),
    is_truncated: true,
  };
}
