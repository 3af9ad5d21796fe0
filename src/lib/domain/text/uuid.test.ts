import { expect, test } from 'vitest';
import { isUuid } from './uuid.ts';

test.each([
  ['0192f3a4-5b6c-7d8e-9f00-112233445566', true],
  ['0192F3A4-5B6C-7D8E-9F00-112233445566', true],
  ['0192f3a45b6c7d8e9f00112233445566', false],
  ['-'.repeat(36), false],
  ['0192f3a4-5b6c-7d8e-9f00-112233445566\n', false],
  ['０192f3a4-5b6c-7d8e-9f00-112233445566', false],
  ['', false],
])('tells whether %j is an id', (written, is_id) => {
  expect(isUuid(written)).toBe(is_id);
});
