import type pg from 'pg';
import { NOT_GIVEN, ofEachMeasure, type CellMeasure, type Direction } from '#lib/domain/clearance/measure.ts';
import { instantOfDay } from '#lib/domain/text/calendar-day.ts';
import { parseIntegers } from '#lib/server/db/integer-array.ts';

/** The declarations of one day, office, category and channel, as the check reads them for itself. */
export type RawGroup = {
  day: number;
  customs_office: string;
  category: string;
  channel: string;
  is_extra: boolean;
  declared: number;
  released: number;
  inspected: number;
  within_a_minute: number;
  listed: number;
  arrived: number;
  prior: number;
  seconds: Record<CellMeasure, Int32Array>;
};

const elapsed = (from: string, to: string, order: '>=' | '>' = '>=') =>
  `array_agg(round(extract(epoch from ${to} - ${from}))::int) filter (where ${to} ${order} ${from})::text`;

const AGGREGATES = `
  count(*)::int as declared, count(released_at)::int as released,
  count(coalesce(inspection_notified_at, inspected_at))::int as inspected,
  (count(*) filter (where released_at - declared_at <= interval '1 minute'))::int as within_a_minute,
  (count(*) filter (where is_listed))::int as listed, count(arrived_at)::int as arrived,
  (count(*) filter (where arrived_at > declared_at))::int as prior,
  ${elapsed('declared_at', 'released_at')} as declared_to_released,
  ${elapsed('arrived_at', 'released_at')} as arrived_to_released,
  ${elapsed('declared_at', 'inspected_at')} as declared_to_inspected,
  ${elapsed('arrived_at', 'declared_at')} as arrived_to_declared,
  ${elapsed('declared_at', 'arrived_at', '>')} as declared_to_arrived,
  ${elapsed('inspected_at', 'released_at')} as inspected_to_released`;

type RawRow = Omit<RawGroup, 'seconds'> & Record<CellMeasure, string | null>;

/** Groups records in the database, where the rollup groups them itself: two ways to the same numbers. */
export async function readRecords(
  client: pg.ClientBase,
  { firm_id, direction }: { firm_id: string; direction: Direction },
  days: { start: number; end: number },
): Promise<RawGroup[]> {
  const { rows } = await client.query<RawRow>(
    `with declaration as materialized (
       select c.customs_office, coalesce(c.channel, '${NOT_GIVEN}') as channel, c.category, c.arrived_at, c.declared_at,
              c.inspection_notified_at, c.inspected_at, c.released_at,
              (c.declared_at at time zone 'Asia/Shanghai')::date - date '1970-01-01' as day,
              array(select distinct coalesce(i.category, '${NOT_GIVEN}') from clearance_item i
                    where i.firm_id = c.firm_id and i.accepted_year = c.accepted_year
                      and i.declaration_no = c.declaration_no) as others
       from clearance c
       where c.firm_id = $1 and c.direction = $2 and c.declared_at >= $3 and c.declared_at < $4),
     counted as (
       select *, coalesce(category, '${NOT_GIVEN}') as counted_as, false as is_extra,
              category is not null or exists (select from unnest(others) o where o <> '${NOT_GIVEN}') as is_listed from declaration
       union all
       select d.*, o, true, category is not null or exists (select from unnest(others) x where x <> '${NOT_GIVEN}')
       from declaration d, unnest(others) o where o <> coalesce(category, '${NOT_GIVEN}'))
     select day, customs_office, counted_as as category, channel, is_extra, ${AGGREGATES}
     from counted group by day, customs_office, counted_as, channel, is_extra`,
    [firm_id, direction, instantOfDay(days.start), instantOfDay(days.end)],
  );
  return rows.map((row) => ({ ...row, seconds: ofEachMeasure((measure) => parseIntegers(row[measure])) }));
}
