import { error } from '@sveltejs/kit';
import { textsOf } from '#lib/i18n/texts.ts';
import { countRecords } from '#lib/server/clearance/records.ts';
import { recordsFileName, recordsSheet } from '#lib/server/clearance/records-sheet.ts';
import { sheetResponse } from '#lib/server/exports/sheet-response.ts';
import { isSheetFormat } from '#lib/server/exports/sheet.ts';
import { SHEET_ROWS_MAX } from '#lib/server/exports/xlsx-file.ts';
import { listAddress, parseList } from '../record-list.ts';
import { takenOf } from '../taken.ts';
import type { RequestHandler } from './$types';

/** The list of records as a file, with the query of its page in the same words. What is more than a sheet holds is CSV alone. */
export const GET: RequestHandler = async (event) => {
  const { app, language, request_id } = event.locals;
  const { format } = event.params;
  if (!isSheetFormat(format)) error(404, textsOf(language)('accounts.request.not_found'));
  const list = { ...parseList(event.url.searchParams), after: null };
  const taken = await takenOf(event, (query) => listAddress(query, list));
  const narrowed = {
    kind: list.kind ?? undefined,
    over_seconds: list.over_seconds ?? undefined,
    under_seconds: list.under_seconds ?? undefined,
    ...(list.stage ? { measure: list.stage } : {}),
  };
  const is_workbook = format === 'xlsx';
  const n = is_workbook ? await countRecords(app, taken.firm, { ...taken.query, ...narrowed }) : 0;
  if (n > SHEET_ROWS_MAX) error(413, textsOf(language)('exports.too_many', { n, rows: SHEET_ROWS_MAX }));
  const rows_max = is_workbook ? SHEET_ROWS_MAX : null;
  const sheet = await recordsSheet(app, taken, { ...narrowed, rows_max });
  return sheetResponse(sheet, {
    file_name: recordsFileName(taken),
    ...{ format, language, request_id, log: app.log },
  });
};
