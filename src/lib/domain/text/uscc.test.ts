import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseUscc, usccCheckCharacter } from './uscc.ts';

const RUNS = process.env.LONG ? 5_000 : 100;

describe('parseUscc', () => {
  it.each(['91350200MA2YJ1XR9G', '91440101MA5CJQ4N59', '9135021359498494XQ', '91330200MA2H00006C'])(
    'finds the check character of the published code %s right',
    (code) => {
      expect(parseUscc(code)).toEqual({ ok: true, uscc: code, is_checksum_valid: true });
    },
  );

  it('accepts the published code whose check character is wrong, and says so', () => {
    expect(parseUscc('91350203M0001QAY9B')).toMatchObject({ ok: true, is_checksum_valid: false });
  });

  it('folds full-width, lower-case and separated spellings to one', () => {
    for (const written of [
      ' 91330200ma2h00006c ',
      '９１３３０２００ＭＡ２Ｈ００００６Ｃ',
      '9133 0200 MA2H 0000 6C',
      '91330200-MA2H00006-C',
      '91330200\u200BMA2H00006C\uFEFF',
    ])
      expect(parseUscc(written)).toMatchObject({ ok: true, uscc: '91330200MA2H00006C' });
  });

  it.each([
    '',
    '91330200MA2H00006',
    '91330200MA2H00006CC',
    '91330200MA2I00006C',
    '9133020XMA2H00006C',
    '宁波',
  ])('refuses %j', (text) => {
    expect(parseUscc(text)).toEqual({ ok: false });
  });

  it('notices every single wrong character', () => {
    const code = fc
      .tuple(
        fc.stringMatching(/^[0-9A-HJ-NPQRTUWXY]{2}$/),
        fc.stringMatching(/^[0-9]{6}$/),
        fc.stringMatching(/^[0-9A-HJ-NPQRTUWXY]{9}$/),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        code,
        fc.integer({ min: 8, max: 16 }),
        fc.constantFrom(...'0123456789ABCDEFGH'),
        (head, at, other) => {
          fc.pre(head.charAt(at) !== other);
          const wrong = head.slice(0, at) + other + head.slice(at + 1) + usccCheckCharacter(head);
          expect(parseUscc(wrong)).toMatchObject({ ok: true, is_checksum_valid: false });
        },
      ),
      { numRuns: RUNS, seed: 32100 },
    );
  });
});
