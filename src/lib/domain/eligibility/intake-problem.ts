/** What can be wrong with a cell of a file of products, reports, declarations, laboratories or terms. */
export const INTAKE_PROBLEM_CODES = [
  'missing',
  'too_long',
  'not_a_day',
  'hs_code',
  'gtin_length',
  'gtin_check_digit',
  'uscc',
  'use_unknown',
  'verdict_unreadable',
  'yes_no',
  'content_unreadable',
  'cnas_unreadable',
  'cnas_not_testing',
  'status_unknown',
  'clause_unreadable',
  'backwards',
  'product_unknown',
  'component_unknown',
  'kind_unknown',
  'too_many',
  'term_known',
  'contradicts',
  'not_kept',
  'row_unreadable',
] as const;
export type IntakeProblemCode = (typeof INTAKE_PROBLEM_CODES)[number];

export type IntakeProblem = {
  /** The column, by the name of its field. */
  field: string | null;
  code: IntakeProblemCode;
  params: Record<string, string | number>;
};
