import { dayInChina } from '#lib/domain/text/calendar-day.ts';
import { ruleCalendar } from '#lib/server/rules/calendar.ts';
import { groupDates } from './group-dates.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals: { app } }) => {
  const today = dayInChina(app.now());
  const dates = await ruleCalendar(app, {});
  const shown = dates.map(
    ({ day, kind, version: { id, label, instrument_slug, title, title_translation } }) => ({
      key: `${id} ${kind}`,
      day,
      kind,
      label,
      slug: instrument_slug,
      title,
      title_translation,
    }),
  );
  return { today, ...groupDates(shown, today) };
};
