import { error } from '@sveltejs/kit';
import { textsOf } from '#lib/i18n/texts.ts';
import { isSheetPanel, panelFileName, panelSheet } from '#lib/server/clearance/panel-sheet.ts';
import { wholeFileResponse } from '#lib/server/exports/file-response.ts';
import { sheetResponse } from '#lib/server/exports/sheet-response.ts';
import { isSheetFormat } from '#lib/server/exports/sheet.ts';
import { panelPicture, PICTURES, type PicturePanel } from '../pictures.ts';
import { takenOf } from '../taken.ts';
import type { RequestHandler } from './$types';

/**
 * What stands in a panel, as a file, with the query of the page in the same words:
 * `/clearance/offices.csv?office=3104`, and its chart: `/clearance/weeks.svg`.
 */
export const GET: RequestHandler = async (event) => {
  const { app, language, request_id } = event.locals;
  const { panel, format } = event.params;
  const text = textsOf(language);
  if (isSheetPanel(panel) && isSheetFormat(format)) {
    const taken = await takenOf(event);
    const sheet = await panelSheet(app, taken, panel);
    return sheetResponse(sheet, {
      file_name: panelFileName(panel, taken),
      ...{ format, language, request_id, log: app.log },
    });
  }
  if (!isPicturePanel(panel) || format !== 'svg')
    error(404, { message: text('accounts.request.not_found'), request_id });
  const taken = await takenOf(event);
  const svg = await panelPicture(app, taken, { panel, request_id });
  if (!svg.ok) error(500, { message: text('exports.picture.failed'), request_id: svg.error_id });
  if (svg.value === null) error(404, { message: text('exports.picture.nothing'), request_id });
  return wholeFileResponse(svg.value, {
    file_name: `${panelFileName(panel, taken)}.svg`,
    media_type: 'image/svg+xml',
  });
};

function isPicturePanel(name: string): name is PicturePanel {
  return Object.hasOwn(PICTURES, name);
}
