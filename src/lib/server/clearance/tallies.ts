import type pg from 'pg';
import type { Tally } from '#lib/domain/clearance/honesty.ts';
import { dayToText, endOf, startOf } from '#lib/domain/clearance/period.ts';
import { dayGroups } from './day-groups.ts';
import { staleMonths, type HoursFilter } from './slices.ts';

/** A launched programme: exports of its categories at the offices of its district are eligible from its first day. */
export type Launched = { district_code: string; started_on: string };

/** Inclusive days since 1970. */
type TallyQuery = HoursFilter & { from: number; to: number; launched: readonly Launched[] };
type ChannelTally = Tally & { channel: string };

/**
 * Counts of the declarations of a firm by channel, `-` where none was given. Months that are being made anew
 * are counted from the records.
 */
export async function talliesOf(
  client: pg.ClientBase,
  firm_id: string,
  query: TallyQuery,
): Promise<ChannelTally[]> {
  const stale = await staleMonths(client, firm_id, query.direction);
  const { rows } = await client.query<ChannelTally>(
    `select channel, sum(declared)::int as declared, sum(released)::int as released, sum(inspected)::int as inspected,
            sum(within_a_minute)::int as within_a_minute, sum(arrived)::int as arrived, sum(prior)::int as prior,
            (coalesce(sum(listed) filter (where direction = 'export' and exists (
               select from unnest($10::text[], $11::date[]) as p(district_code, started_on)
               where left(customs_office, 2) = left(p.district_code, 2) and day >= p.started_on)), 0))::int as eligible
     from clearance_day
     where firm_id = $1 and direction = $2 and day between $3 and $4
       and date_trunc('month', day)::date <> all ($5::date[])
       and case when $6::text is null then not is_extra else category = $6 end
       and ($7::text is null or customs_office = $7) and ($8::text is null or left(customs_office, 2) = left($8, 2))
       and ($9::text is null or channel = $9)
     group by channel`,
    [
      firm_id,
      query.direction,
      dayToText(query.from),
      dayToText(query.to),
      [...stale].map(dayToText),
      query.category ?? null,
      query.customs_office ?? null,
      query.district ?? null,
      query.channel ?? null,
      query.launched.map(({ district_code }) => district_code),
      query.launched.map(({ started_on }) => started_on),
    ],
  );
  for (const month of stale) rows.push(...(await fromRecords(client, firm_id, { query, month })));
  return rows;
}

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
