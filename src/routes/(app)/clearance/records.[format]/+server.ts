import { error } from '@sveltejs/kit';
import { textsOf } from '#lib/i18n/texts.ts';
import { recordsFileName, recordsSheet } from '#lib/server/clearance/records-sheet.ts';
import { sheetResponse } from '#lib/server/exports/sheet-response.ts';
import { isSheetFormat } from '#lib/server/exports/sheet.ts';
import { XLSX_ROWS_MAX } from '#lib/server/exports/xlsx-file.ts';
import { listAddress, parseList } from '../record-list.ts';
import { takenOf } from '../taken.ts';
import type { RequestHandler } from './$types';

/** The list of records as a file, with the query of its page in the same words. A workbook holds the newest. */
export const GET: RequestHandler = async (event) => {
  const { app, language, request_id } = event.locals;
  const { format } = event.params;
  if (!isSheetFormat(format)) error(404, textsOf(language)('accounts.request.not_found'));
  const list = { ...parseList(event.url.searchParams), after: null };
  const taken = await takenOf(event, (query) => listAddress(query, list));
  const sheet = await recordsSheet(app, taken, {
    kind: list.kind ?? undefined,
    over_seconds: list.over_seconds ?? undefined,
    under_seconds: list.under_seconds ?? undefined,
    ...(list.stage ? { measure: list.stage } : {}),
    rows_max: format === 'xlsx' ? XLSX_ROWS_MAX : null,
  });
  return sheetResponse(sheet, {
    file_name: recordsFileName(taken),
    ...{ format, language, request_id, log: app.log },
  });
};
