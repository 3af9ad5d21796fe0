import type { FileProblem, FileProblemCode } from '#lib/domain/tables/problem.ts';
import type { Language, TextKey } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';

export const FILE_PROBLEM_KEYS = {
  'row.open_quote': 'clearance.problem.row.open_quote',
  'row.not_an_object': 'clearance.problem.row.not_an_object',
  'row.too_long': 'clearance.problem.row.too_long',
  'header.row_skipped': 'clearance.problem.header.row_skipped',
  'header.missing': 'clearance.problem.header.missing',
  'header.column_missing': 'clearance.problem.header.column_missing',
  'header.is_receipts': 'clearance.problem.header.is_receipts',
  'header.is_records': 'clearance.problem.header.is_records',
  'file.empty': 'clearance.problem.file.empty',
  'file.charset': 'clearance.problem.file.charset',
  'file.not_json': 'clearance.problem.file.not_json',
  'file.not_xlsx': 'clearance.problem.file.not_xlsx',
  'file.encrypted': 'clearance.problem.file.encrypted',
  'file.is_xls': 'clearance.problem.file.is_xls',
  'file.is_markup': 'clearance.problem.file.is_markup',
  'file.is_text': 'clearance.problem.file.is_text',
  'file.is_workbook': 'clearance.problem.file.is_workbook',
  'file.not_text': 'clearance.problem.file.not_text',
  'file.sheet_missing': 'clearance.problem.file.sheet_missing',
  'file.too_large_unpacked': 'clearance.problem.file.too_large_unpacked',
  'file.too_many_rows': 'portfolio.import.too_many_rows',
  'file.not_gzip': 'clearance.problem.file.not_gzip',
  'file.interrupted': 'clearance.problem.file.interrupted',
} satisfies Record<FileProblemCode, TextKey>;

/** What is wrong with a file and what to do, in one sentence. */
export function fileProblemText({ code, params }: FileProblem, language: Language): string {
  return textsOf(language)(FILE_PROBLEM_KEYS[code], params);
}
