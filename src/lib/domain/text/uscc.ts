/** What stands in a field for a unified social credit code (GB 32100-2015). */
export type Uscc =
  | {
      ok: true;
      /** 18 characters, folded: half-width capitals, nothing between them. */
      uscc: string;
      /** Real codes exist that fail the check characters: false calls for a warning, never for a refusal. */
      is_checksum_valid: boolean;
    }
  | { ok: false };

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const SHAPE = /^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/;
const CODE_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/**
 * Reads a unified social credit code as people write it: full-width characters, lower case, spaces, hyphens
 * and invisible characters between the parts are folded away. `ok: false` when what remains has not the
 * shape of a code (18 characters, none of I O S V Z, digits at 3 to 8).
 */
export function parseUscc(text: string): Uscc {
  const uscc = text
    .normalize('NFKC')
    .replace(/[\s\u200B-\u200D\uFEFF-]+/g, '')
    .toUpperCase();
  if (!SHAPE.test(uscc)) return { ok: false };
  return { ok: true, uscc, is_checksum_valid: usccCheckCharacter(uscc) === uscc[17] };
}

/** The 18th character for the first 17 of a code: weights 3^i mod 31, counted down from 31. */
export function usccCheckCharacter(uscc: string): string {
  const sum = CODE_WEIGHTS.reduce(
    (total, weight, index) => total + weight * ALPHABET.indexOf(uscc.charAt(index)),
    0,
  );
  return ALPHABET.charAt((31 - (sum % 31)) % 31);
}
