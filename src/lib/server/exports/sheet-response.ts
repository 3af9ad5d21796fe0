import type { Language } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import type { Log } from '#lib/server/log.ts';
import { csvFile } from './csv-file.ts';
import { fileResponse } from './file-response.ts';
import type { Sheet, SheetFormat } from './sheet.ts';
import { xlsxFile } from './xlsx-file.ts';

export const XLSX_MEDIA_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** The sheet as a file to save. `file_name` is without its ending. */
export function sheetResponse(
  sheet: Sheet,
  about: { file_name: string; format: SheetFormat; language: Language; request_id: string; log: Log },
): Response {
  const { file_name, format, language, request_id, log } = about;
  const text = textsOf(language);
  const onBreak = (cause: unknown) => log.error({ err: cause, request_id, format }, 'export broke off');
  switch (format) {
    case 'csv':
      return fileResponse(
        {
          file_name: `${file_name}.csv`,
          media_type: 'text/csv; charset=utf-8; header=present',
          parts: csvFile(sheet),
        },
        onBreak,
      );
    case 'xlsx':
      return fileResponse(
        {
          file_name: `${file_name}.xlsx`,
          media_type: XLSX_MEDIA_TYPE,
          parts: xlsxFile(sheet, { data: text('exports.part.data'), about: text('exports.part.about') }),
        },
        onBreak,
      );
    default:
      return format satisfies never;
  }
}
