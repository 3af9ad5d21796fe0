import { describe, expect, it } from 'vitest';
import { readHsCode } from './hs-code.ts';

describe('readHsCode', () => {
  it.each([
    ['8715000000', '8715000000', true],
    ['8715.00.00.00', '8715000000', true],
    ['８７１５００００００', '8715000000', true],
    ["'9503001000", '9503001000', true],
    ['39249000', '39249000', false],
    ['392490', '392490', false],
    ['9403', '9403', false],
  ])('reads %s', (written, digits, is_ten_digits) => {
    expect(readHsCode(written)).toEqual({ digits, is_ten_digits });
  });

  it.each(['', '871500000', '87150000001', '8715000000123', '8.715E+09', '婴儿推车', '8715 A'])(
    'takes %j for none',
    (written) => {
      expect(readHsCode(written)).toBeNull();
    },
  );
});
