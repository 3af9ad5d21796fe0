import type pg from 'pg';
import type { Tally } from '#lib/domain/clearance/honesty.ts';
import { coverDays, daysIn, endOf, periodsIn, startOf } from '#lib/domain/clearance/period.ts';
import { dayToText } from '#lib/domain/text/calendar-day.ts';
import { dayGroups } from './day-groups.ts';
import { staleMonths, type HoursFilter } from './slices.ts';

/** A launched programme: exports of its categories at the offices of its district are eligible from its first day. */
export type Launched = { district_code: string; started_on: string };

/** Inclusive days since 1970. */
type TallyQuery = HoursFilter & { from: number; to: number; launched: readonly Launched[] };
type ChannelTally = Tally & { channel: string };

const COUNTS = ['declared', 'released', 'inspected', 'within_a_minute', 'arrived', 'prior'] as const;

/**
 * Counts of the declarations of a firm by channel, `-` where none was given. Whole months are read from their
 * own counts and the days beside them one by one; so is what was eligible in a month in which a programme
 * started. Months that are being made anew are counted from the records.
 */
export async function talliesOf(
  client: pg.ClientBase,
  firm_id: string,
  query: TallyQuery,
): Promise<ChannelTally[]> {
  const stale = await staleMonths(client, firm_id, query.direction);
  const pieces = coverDays(query.from, query.to, 'month');
  const months = pieces.filter(({ grain }) => grain === 'month').flatMap(periodsIn);
  const days = daysIn(pieces.filter(({ grain }) => grain === 'day'));
  const { rows } = await client.query<ChannelTally>(STATEMENT, [
    firm_id,
    query.direction,
    months.filter(({ start }) => !stale.has(start)).map(({ start }) => dayToText(start)),
    days.filter((day) => !stale.has(startOf('month', day))).map(dayToText),
    query.category ?? null,
    query.customs_office ?? null,
    query.district ?? null,
    query.channel ?? null,
    query.launched.map(({ district_code }) => district_code),
    query.launched.map(({ started_on }) => started_on),
  ]);
  for (const month of stale) rows.push(...(await fromRecords(client, firm_id, { query, month })));
  return rows;
}

const KEY = 'channel, category, customs_office, is_extra, listed';
const NAMES = COUNTS.join(', ');

const STATEMENT = `
  with programme as (
    select left(district_code, 2) as district, min(started_on) as started_on,
      (date_trunc('month', min(started_on)) + interval '1 month')::date as month_end
    from unnest($9::text[], $10::date[]) as p(district_code, started_on) where $2 = 'export' group by 1),
  counted as (
    select month as day, ${KEY}, ${NAMES} from clearance_tally
    where firm_id = $1 and direction = $2 and month = any($3::date[])
    union all
    select day, ${KEY}, ${NAMES} from clearance_day
    where firm_id = $1 and direction = $2 and day = any($4::date[])
    union all
    -- Of the month in which a programme starts, what was eligible from that day on: its own row begins before.
    -- By the index for each programme (offset 0); joined otherwise, every day of the firm is read.
    select day, ${KEY}, ${COUNTS.map(() => '0').join(', ')}
    from programme p
    cross join lateral (
      select day, ${KEY} from clearance_day
      where firm_id = $1 and direction = $2 and day >= p.started_on and day < p.month_end
        and left(customs_office, 2) = p.district offset 0) d
    where extract(day from p.started_on) > 1 and date_trunc('month', p.started_on)::date = any($3::date[]))
  select channel, ${COUNTS.map((name) => `sum(${name})::int as ${name}`).join(', ')},
    coalesce(sum(listed) filter (where p.started_on <= day), 0)::int as eligible
  from counted left join programme p on p.district = left(customs_office, 2)
  where case when $5::text is null then not is_extra else category = $5 end
    and ($6::text is null or customs_office = $6) and ($7::text is null or left(customs_office, 2) = left($7, 2))
    and ($8::text is null or channel = $8)
  group by channel`;

async function fromRecords(
  client: pg.ClientBase,
  firm_id: string,
  { query, month }: { query: TallyQuery; month: number },
): Promise<ChannelTally[]> {
  const from = Math.max(query.from, startOf('month', month));
  const to = Math.min(query.to + 1, endOf('month', month));
  if (from >= to) return [];
  const { direction, customs_office, category, channel, district, launched } = query;
  const groups = await dayGroups(client, {
    firm_id,
    direction,
    from,
    to,
    customs_office,
    category,
    channel,
  });
  const district_of = (code: string) => code.slice(0, 2);
  return groups
    .filter(
      (group) =>
        (category !== undefined || !group.is_extra) &&
        (district === undefined || district_of(group.customs_office) === district_of(district)),
    )
    .map(({ listed, ...group }) => {
      const is_open = launched.some(
        (one) =>
          district_of(one.district_code) === district_of(group.customs_office) &&
          one.started_on <= dayToText(group.day),
      );
      return { ...group, eligible: direction === 'export' && is_open ? listed : 0 };
    });
}
