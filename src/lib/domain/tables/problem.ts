/** What can be wrong with a file of rows as such, whatever its rows are about. */
export const FILE_PROBLEM_CODES = [
  'row.open_quote',
  'row.not_an_object',
  'row.too_long',
  'header.row_skipped',
  'header.missing',
  'header.column_missing',
  'header.is_receipts',
  'header.is_records',
  'file.empty',
  'file.charset',
  'file.not_json',
  'file.not_xlsx',
  'file.encrypted',
  'file.is_xls',
  'file.is_markup',
  'file.is_text',
  'file.is_workbook',
  'file.not_text',
  'file.sheet_missing',
  'file.too_large_unpacked',
  'file.too_many_rows',
  'file.not_gzip',
  'file.interrupted',
] as const;
export type FileProblemCode = (typeof FILE_PROBLEM_CODES)[number];

export type FileProblem = { code: FileProblemCode; params: Record<string, string | number> };
