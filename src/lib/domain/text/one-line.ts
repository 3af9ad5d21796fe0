/** C0 and C1 controls, line and paragraph separators, and what turns the direction of a text around. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]+/gu;

/**
 * A text that cannot break out of the line it is put in: a log line, a header of a mail, a row of an export.
 * What would end the line, move the cursor or turn the direction around becomes one blank. At most
 * `length_max` UTF-16 code units, never cut inside a character.
 */
export function oneLine(text: string, length_max = 1_000): string {
  const plain = text.toWellFormed().replace(UNPRINTABLE, ' ').trim();
  return plain.length > length_max ? `${plain.slice(0, length_max - 1).toWellFormed()}…` : plain;
}
