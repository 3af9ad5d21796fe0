import { dayInChina } from '#lib/domain/text/calendar-day.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = ({ locals }) => ({
  language: locals.language,
  theme: locals.theme,
  /** What an error page names when the error itself carries no id. */
  request_id: locals.request_id,
  /** The year that dates need not name; China's, because days are counted there. */
  this_year: Number(dayInChina(locals.app.now()).slice(0, 4)),
});
