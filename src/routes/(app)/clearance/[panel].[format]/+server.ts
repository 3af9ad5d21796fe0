import { error } from '@sveltejs/kit';
import { textsOf } from '#lib/i18n/texts.ts';
import { fileNameOf, HOURS_PANELS, hoursSheet, type HoursPanel } from '#lib/server/clearance/hours-sheet.ts';
import type { Taken } from '#lib/server/clearance/export-about.ts';
import type { App } from '#lib/server/app.ts';
import { wholeFileResponse } from '#lib/server/exports/file-response.ts';
import { sheetResponse } from '#lib/server/exports/sheet-response.ts';
import { isSheetFormat } from '#lib/server/exports/sheet.ts';
import { takenOf } from '../taken.ts';
import { trendPicture } from '../trend-picture.ts';
import type { RequestHandler } from './$types';

/** Panels that have a picture, and how it is drawn; null when there is too little to draw. */
const PICTURES: Partial<Record<HoursPanel, (app: App, taken: Taken) => Promise<string | null>>> = {
  weeks: trendPicture,
};

/**
 * What stands in a panel, as a file, with the query of the page in the same words:
 * `/clearance/offices.csv?office=3104`, and its chart: `/clearance/weeks.svg`.
 */
export const GET: RequestHandler = async (event) => {
  const { app, language } = event.locals;
  const { panel, format } = event.params;
  const text = textsOf(language);
  if (!isPanel(panel)) error(404, text('accounts.request.not_found'));
  if (isSheetFormat(format)) {
    const taken = await takenOf(event);
    const sheet = await hoursSheet(app, taken, panel);
    return sheetResponse(sheet, { file_name: fileNameOf(panel, taken), format, language });
  }
  const draw = PICTURES[panel];
  if (!draw || format !== 'svg') error(404, text('accounts.request.not_found'));
  const taken = await takenOf(event);
  const svg = await draw(app, taken);
  if (svg === null) error(404, text('exports.picture.too_few'));
  return wholeFileResponse(svg, {
    file_name: `${fileNameOf(panel, taken)}.svg`,
    media_type: 'image/svg+xml',
  });
};

function isPanel(name: string): name is HoursPanel {
  return Object.hasOwn(HOURS_PANELS, name);
}
