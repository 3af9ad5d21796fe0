import { expect, test } from 'vitest';
import { oneLine } from './one-line.ts';

test.each([
  ['a line that is forged', 'x\r\n{"level":50}', 'x {"level":50}'],
  ['colours of a terminal', 'a\u001b[31mred', 'a [31mred'],
  ['separators of Unicode', 'a\u2028b\u2029c\u0085d', 'a b c d'],
  ['a text turned around', 'invoice\u202Egpj.exe', 'invoice gpj.exe'],
  ['Chinese as it is', '宁波〔2026〕17号', '宁波〔2026〕17号'],
])('keeps on one line: %s', (_what, text, line) => {
  expect(oneLine(text)).toBe(line);
});

test('shortens what is too long, between characters', () => {
  expect(oneLine('x'.repeat(50), 10)).toBe(`${'x'.repeat(9)}…`);
  expect(oneLine(`12345678𠮷9`, 10).isWellFormed()).toBe(true);
});
