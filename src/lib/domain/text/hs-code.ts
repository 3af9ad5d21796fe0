import { narrow } from './fold.ts';

export type HsCode = { digits: string; is_ten_digits: boolean };

/**
 * Reads an HS code with or without dots. China declares ten digits; four, six and eight name a heading, a
 * subheading or a tariff line and are accepted. Null for anything else.
 */
export function readHsCode(written: string): HsCode | null {
  const digits = /^\d+$/.test(written) ? written : narrow(written).replace(/[\s.'"=-]/g, '');
  if (!/^(\d{4}|\d{6}|\d{8}|\d{10})$/.test(digits)) return null;
  return { digits, is_ten_digits: digits.length === 10 };
}
