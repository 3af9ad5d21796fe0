import type { Direction } from '#lib/domain/clearance/measure.ts';
import { narrow } from './fold.ts';

/**
 * A customs declaration number 海关编号 has 18 digits: 1-4 the office that accepted it, 5-8 the year of
 * acceptance, 9 the direction (0 export, 1 import: people expect the reverse), 10-18 a serial; there is no
 * check digit. It is text everywhere in TypeScript: a number keeps 15 of its digits.
 */
export type DeclarationNo = {
  declaration_no: string;
  office: string;
  accepted_year: number;
  direction: Direction;
  /** From the 21-digit form of tax-refund files: 18 digits, a zero and the item's two digits. */
  item_no: number | null;
};

export type DeclarationNoProblem =
  /** A spreadsheet kept 15 digits: 3.10420260000742E+17. */
  | 'excel_damaged'
  /** 17 digits: a spreadsheet dropped the zero in front of an office such as 0901. */
  | 'lost_zero'
  /** Z and 17 digits: the temporary number before acceptance. */
  | 'temporary'
  /** 18 digits in the form of a pre-entry number 预录入编号: no year of acceptance, a zero in front. */
  | 'pre_entry'
  /** E or I and 17 digits: the unified number 统一编号 of the data centre. */
  | 'unified'
  /** Nine digits, from before 2003. */
  | 'old_form'
  | 'malformed';

export type DeclarationNoResult =
  { ok: true; value: DeclarationNo; is_rounded: boolean } | { ok: false; problem: DeclarationNoProblem };

const WHOLE = /^\d{4}(19|20)\d{2}[01]\d{9}$/;

/**
 * Reads a declaration number as people and spreadsheets write it: full-width digits, blanks, a leading
 * apostrophe or ="…" are accepted. `is_rounded` warns that the last three digits are zero, as they are when
 * a spreadsheet cut a number to 15 digits and wrote it out in full (one honest number in a thousand).
 */
export function readDeclarationNo(written: string): DeclarationNoResult {
  if (WHOLE.test(written)) return split(written, null);
  const text = narrow(written)
    .replace(/^=?"(.*)"$/, '$1')
    .replace(/[\s'"]/g, '');
  if (WHOLE.test(text)) return split(text, null);
  if (/^\d{18}0\d{2}$/.test(text) && WHOLE.test(text.slice(0, 18)))
    return split(text.slice(0, 18), Math.max(1, Number(text.slice(19))));
  return { ok: false, problem: problemOf(text) };
}

function split(text: string, item_no: number | null): DeclarationNoResult {
  return {
    ok: true,
    value: {
      declaration_no: text,
      office: text.slice(0, 4),
      accepted_year: Number(text.slice(4, 8)),
      direction: text[8] === '0' ? 'export' : 'import',
      item_no,
    },
    is_rounded: text.endsWith('000'),
  };
}

function problemOf(text: string): DeclarationNoProblem {
  if (/^\d(\.\d+)?e\+?\d{1,2}$/i.test(text) || /^\d{15,18}\.0+$/.test(text)) return 'excel_damaged';
  if (/^\d{17}$/.test(text) && WHOLE.test(`0${text}`)) return 'lost_zero';
  if (/^Z\d{17}$/i.test(text)) return 'temporary';
  if (/^0\d{17}$/.test(text)) return 'pre_entry';
  if (/^[EI]\d{17}$/i.test(text)) return 'unified';
  if (/^\d{9}$/.test(text)) return 'old_form';
  return 'malformed';
}
