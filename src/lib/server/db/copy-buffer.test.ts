import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CopyBuffer } from './copy-buffer.ts';
import { CopyRow, Names } from './copy-row.ts';

it('writes declaration numbers as the 64-bit integers that they are', () => {
  const digits = fc
    .bigInt({ min: 0n, max: 999_999_999_999_999_999n })
    .map((value) => String(value).padStart(18, '0'));
  fc.assert(
    fc.property(
      fc.oneof(digits, fc.constantFrom('0', '999999999999999999', '310420260000742108')),
      (text) => {
        const buffer = new CopyBuffer();
        buffer.int8(text);
        expect(Buffer.concat(buffer.pieces()).readBigInt64BE(19 + 4)).toBe(BigInt(text));
      },
    ),
  );
});

it('tells texts apart by their bytes and numbers them as they come, also when their hashes are equal', () => {
  const buffer = new CopyBuffer();
  // 'Aa' and 'BB' have the same hash.
  const texts = ['Aa', 'BB', null, '普通', 'Aa', '', '普通', 'BB'];
  for (const text of texts) {
    buffer.row(1);
    buffer.text(text);
  }
  const row = new CopyRow();
  const names = new Names();
  const numbers: number[] = [];
  const bytes = Buffer.concat(buffer.pieces());
  // However the bytes are cut into chunks.
  for (let at = 0; at < bytes.length; at += 3) {
    row.feed(bytes.subarray(at, at + 3));
    while (row.advance()) numbers.push(row.name(names));
  }
  expect(numbers).toEqual([0, 1, -1, 2, 0, 3, 2, 1]);
  expect(numbers.map((number) => names.text(number) ?? null)).toEqual(texts);
});
