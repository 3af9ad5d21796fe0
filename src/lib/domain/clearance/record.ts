import { FILE_PROBLEM_CODES } from '#lib/domain/tables/problem.ts';
import type { Channel, Direction } from './measure.ts';
import type { ReceiptField } from './receipt-columns.ts';

/** What one row of a file says about one declaration and one of its goods items; instants in ms since 1970. */
export type ClearanceRow = {
  line: number;
  declaration_no: string;
  accepted_year: number;
  direction: Direction;
  customs_office: string;
  channel: Channel | null;
  item_no: number;
  category: string | null;
  is_category_derived: boolean;
  hs_code: string | null;
  product_name: string | null;
  arrived_at: number | null;
  declared_at: number;
  inspection_notified_at: number | null;
  inspected_at: number | null;
  released_at: number | null;
  /** The credit code that the row names; null when it names none. */
  firm_uscc: string | null;
};

/** The columns of the published contract, in the order of its list. */
export const FIELDS = [
  'declaration_no',
  'direction',
  'customs_office',
  'category',
  'hs_code',
  'product_name',
  'channel',
  'arrived_at',
  'declared_at',
  'inspection_notified_at',
  'inspected_at',
  'released_at',
  'firm_uscc',
  'item_no',
] as const;
export type Field = (typeof FIELDS)[number];

/** Everything that can be wrong or worth a warning about a row, or about the file as a whole. */
export const PROBLEM_CODES = [
  'declaration_no.missing',
  'declaration_no.excel_damaged',
  'declaration_no.lost_zero',
  'declaration_no.temporary',
  'declaration_no.old_form',
  'declaration_no.pre_entry',
  'declaration_no.unified',
  'declaration_no.malformed',
  'declaration_no.rounded',
  'direction.unknown',
  'direction.differs',
  'customs_office.unknown',
  'customs_office.malformed',
  'customs_office.is_district',
  'customs_office.not_listed',
  'customs_office.differs',
  'category.unknown',
  'hs_code.not_ten_digits',
  'hs_code.malformed',
  'channel.unknown',
  'time.missing',
  'time.impossible',
  'time.unreadable',
  'time.no_time_of_day',
  'declared_at.year_differs',
  'released_at.before_declared',
  'released_at.before_arrived',
  'inspected_at.before_declared',
  'inspected_at.before_notified',
  'inspected_at.after_released',
  'duration.outlier',
  'firm_uscc.malformed',
  'firm_uscc.check_digit',
  'firm_uscc.other_firm',
  'firm_uscc.not_compared',
  'item_no.malformed',
  'row.contradicts',
  'receipt.no_number',
  'receipt.pre_entry_damaged',
  'receipt.code_missing',
  'receipt.code_long',
  'receipt.code_unknown',
  'receipt.code_disputed',
  'receipt.no_declaration',
  'receipt.no_release',
  'receipt.voided',
  ...FILE_PROBLEM_CODES,
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** What a problem is about: a field of a record, or of a receipt. */
export type ProblemField = Field | ReceiptField;

export type RowProblem = {
  field: ProblemField | null;
  code: ProblemCode;
  params: Record<string, string | number>;
  /** Errors keep the row out; warnings stand beside it. */
  is_error: boolean;
};

export function error(
  field: ProblemField | null,
  code: ProblemCode,
  params: RowProblem['params'] = {},
): RowProblem {
  return { field, code, params, is_error: true };
}

export function warning(
  field: ProblemField | null,
  code: ProblemCode,
  params: RowProblem['params'] = {},
): RowProblem {
  return { field, code, params, is_error: false };
}
