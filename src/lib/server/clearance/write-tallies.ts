import type pg from 'pg';
import type { Direction } from '#lib/domain/clearance/measure.ts';
import { dayToText } from '#lib/domain/text/calendar-day.ts';
import type { DayGroup } from './day-groups.ts';
import { CATEGORY, CHANNEL, foldDays, OFFICE } from './fold-days.ts';

export const DAY_COUNTS = [
  'declared',
  'released',
  'inspected',
  'within_a_minute',
  'listed',
  'arrived',
  'prior',
] as const;

const COUNTS = DAY_COUNTS.join(', ');

/** Writes the counts of these months anew; the groups are all of their days. */
export async function replaceTallies(
  client: pg.ClientBase,
  about: { firm_id: string; direction: Direction; start: number; end: number },
  groups: readonly DayGroup[],
): Promise<void> {
  const { firm_id, direction, start, end } = about;
  await client.query(
    `delete from clearance_tally where firm_id = $1 and direction = $2 and month >= $3 and month < $4`,
    [firm_id, direction, dayToText(start), dayToText(end)],
  );
  const rows = [false, true].flatMap((is_extra) =>
    foldDays(
      groups.filter((group) => group.is_extra === is_extra),
      { grain: 'month', shape: OFFICE | CATEGORY | CHANNEL },
    ).map(({ key, groups: days }) => ({
      month: dayToText(key.start),
      customs_office: key.customs_office,
      channel: key.channel,
      category: key.category,
      is_extra,
      ...Object.fromEntries(
        DAY_COUNTS.map((name) => [name, days.reduce((sum, day) => sum + day[name], 0)] as const),
      ),
    })),
  );
  await client.query(
    `insert into clearance_tally (firm_id, direction, month, customs_office, channel, category, is_extra, ${COUNTS})
     select $1, $2, month, customs_office, channel, category, is_extra, ${COUNTS}
     from json_populate_recordset(null::clearance_tally, $3)`,
    [firm_id, direction, JSON.stringify(rows)],
  );
}
