import type { ClearanceQuery } from './query.ts';

/** The days to flag on the trend: the launch of the programme, where its district is among what is shown. */
export function eventsOf(
  query: Pick<ClearanceQuery, 'district' | 'office' | 'direction'>,
  programme: { programme_start: string | null; programme_district: string | null },
): { day: string }[] {
  const { programme_start, programme_district } = programme;
  if (programme_start === null || programme_district === null || query.direction !== 'export') return [];
  const shown = query.office ?? query.district;
  const is_shown = shown === null || shown.slice(0, 2) === programme_district.slice(0, 2);
  return is_shown ? [{ day: programme_start }] : [];
}
