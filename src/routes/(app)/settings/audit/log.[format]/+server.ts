import { error } from '@sveltejs/kit';
import { textsOf } from '#lib/i18n/texts.ts';
import { auditSheet } from '#lib/server/audit/sheet.ts';
import { sheetResponse } from '#lib/server/exports/sheet-response.ts';
import { isSheetFormat } from '#lib/server/exports/sheet.ts';
import { XLSX_ROWS_MAX } from '#lib/server/exports/xlsx-file.ts';
import { parseAuditQuery } from '../query.ts';
import { whoseLog } from '../whose.ts';
import type { RequestHandler } from './$types';

/** The log as a file, with the filter of its page. */
export const GET: RequestHandler = async ({ locals, params, url }) => {
  const { app, language, request_id } = locals;
  const { format } = params;
  if (!isSheetFormat(format)) error(404, textsOf(language)('accounts.request.not_found'));
  const query = parseAuditQuery(url.searchParams);
  const { firm } = whoseLog(locals, query.of);
  const rows_max = format === 'xlsx' ? XLSX_ROWS_MAX : null;
  const sheet = auditSheet(app, firm?.id ?? null, { ...query, language, rows_max });
  const day = app.now().toISOString().slice(0, 10);
  const file_name = `greenlane-audit-${firm?.slug ?? 'operator'}-${day}`;
  return sheetResponse(sheet, { file_name, format, language, request_id, log: app.log });
};
