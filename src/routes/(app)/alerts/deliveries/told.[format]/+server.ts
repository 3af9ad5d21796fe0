import { error } from '@sveltejs/kit';
import { textsOf } from '#lib/i18n/texts.ts';
import { readerOf } from '#lib/server/alerts/recipient.ts';
import { toldSheet, toldVersions } from '#lib/server/alerts/told-sheet.ts';
import { sheetResponse } from '#lib/server/exports/sheet-response.ts';
import { isSheetFormat } from '#lib/server/exports/sheet.ts';
import type { RequestHandler } from './$types';

/** Who was told of a version, what and when, as a file for an auditor. */
export const GET: RequestHandler = async ({ locals, params, url }) => {
  const { app, actor, language, request_id } = locals;
  const text = textsOf(language);
  const who = readerOf(actor);
  if (!who) error(403, text('alerts.page.no_right'));
  const { format } = params;
  if (!isSheetFormat(format)) error(404, text('accounts.request.not_found'));
  const id = url.searchParams.get('version');
  const version = (await toldVersions(app, who)).find(({ version_id }) => version_id === id);
  if (!version) error(404, text('deliveries.told.unknown'));
  const sheet = await toldSheet(app, who, { version, language });
  const file_name = `greenlane-told-${who.firm?.slug ?? 'operator'}-${version.version_id.slice(0, 8)}`;
  return sheetResponse(sheet, { file_name, format, language, request_id, log: app.log });
};
