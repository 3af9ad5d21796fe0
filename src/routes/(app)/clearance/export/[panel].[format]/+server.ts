import { error } from '@sveltejs/kit';
import { textsOf } from '#lib/i18n/texts.ts';
import { HOURS_PANELS, hoursSheet, type HoursPanel } from '#lib/server/clearance/hours-sheet.ts';
import { sheetResponse } from '#lib/server/exports/sheet-response.ts';
import { isSheetFormat } from '#lib/server/exports/sheet.ts';
import { takenOf } from '../taken.ts';
import type { RequestHandler } from './$types';

/** The numbers behind a panel, with the query of the page in the same words: `/clearance/export/offices.csv?office=3104`. */
export const GET: RequestHandler = async (event) => {
  const { app, language } = event.locals;
  const { panel, format } = event.params;
  if (!isPanel(panel) || !isSheetFormat(format)) error(404, textsOf(language)('accounts.request.not_found'));
  const taken = await takenOf(event);
  const { sheet, file_name } = await hoursSheet(app, taken, panel);
  return sheetResponse(sheet, { file_name, format, language });
};

function isPanel(name: string): name is HoursPanel {
  return Object.hasOwn(HOURS_PANELS, name);
}
