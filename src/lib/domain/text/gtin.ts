import { narrow } from './fold.ts';

export type Gtin =
  | { ok: true; /** Fourteen digits, shorter numbers with zeros in front. */ gtin: string }
  | { ok: false; problem: 'length' | 'check_digit' };

/**
 * Reads a GTIN of 8, 12, 13 or 14 digits (EAN-8, UPC-A, EAN-13, GTIN-14) with blanks or hyphens between them.
 * The last digit checks the others: from the right, weights 3 and 1 alternate (GS1 General Specifications 7.9).
 */
export function readGtin(written: string): Gtin {
  const digits = narrow(written).replace(/[\s'-]/g, '');
  if (!/^(?:\d{8}|\d{12,14})$/.test(digits)) return { ok: false, problem: 'length' };
  const gtin = digits.padStart(14, '0');
  return gtinCheckDigit(gtin) === gtin.at(-1) ? { ok: true, gtin } : { ok: false, problem: 'check_digit' };
}

/** The last digit for the first thirteen of a GTIN-14. */
export function gtinCheckDigit(gtin: string): string {
  const sum = [...gtin.slice(0, 13)].reduce(
    (total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 3 : 1),
    0,
  );
  return String((10 - (sum % 10)) % 10);
}

/** As it is printed: without the zeros that make it fourteen digits, but never shorter than eight. */
export function gtinText(gtin: string): string {
  const bare = gtin.replace(/^0+/, '');
  const length = [8, 12, 13, 14].find((size) => size >= bare.length) ?? 14;
  return bare.padStart(length, '0');
}
