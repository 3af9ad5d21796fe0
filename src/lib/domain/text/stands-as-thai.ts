/** Letters from which the order of Thai signs tells it from the bytes of Chinese. */
const LETTERS_MIN = 8;

/** Kinds of the signs of TIS-620, each a part of a syllable. */
type Sign = 'consonant' | 'before' | 'above' | 'after' | 'tone' | 'other';

function signOf(byte: number): Sign | null {
  if (byte >= 0xa1 && byte <= 0xce) return 'consonant';
  if (byte >= 0xe0 && byte <= 0xe4) return 'before';
  if (byte === 0xd1 || (byte >= 0xd4 && byte <= 0xda) || byte === 0xe7) return 'above';
  if (byte === 0xd0 || byte === 0xd2 || byte === 0xd3) return 'after';
  if (byte >= 0xe8 && byte <= 0xec) return 'tone';
  const is_of_windows = byte === 0x80 || byte === 0x85 || (byte >= 0x91 && byte <= 0x97) || byte === 0xa0;
  return is_of_windows || byte === 0xcf || byte === 0xdf || (byte >= 0xe5 && byte <= 0xfb) ? 'other' : null;
}

/** What may stand before a sign; a vowel that is written before its consonant is looked at from there. */
const BEHIND: Readonly<Record<'above' | 'after' | 'tone', readonly Sign[]>> = {
  above: ['consonant'],
  after: ['consonant', 'tone', 'above'],
  tone: ['consonant', 'above'],
};

/**
 * Whether all bytes above ASCII are Thai in TIS-620: vowels and tones above, below and behind a consonant, and
 * vowels that are written before it never without it. Of Chinese text each character has a good chance to break that.
 */
export function standsAsThai(bytes: Uint8Array): boolean {
  let letters = 0;
  let vowels = 0;
  let last: Sign | null = null;
  for (const byte of bytes) {
    const sign = byte < 0x80 ? null : signOf(byte);
    if (byte >= 0x80 && sign === null) return false;
    if (last === 'before' && sign !== 'consonant') return false;
    if (sign === 'above' || sign === 'after' || sign === 'tone') {
      if (!last || !BEHIND[sign].includes(last)) return false;
      vowels += 1;
    }
    if (sign) letters += 1;
    last = sign;
  }
  return letters >= LETTERS_MIN && vowels >= letters / 8;
}
