import type pg from 'pg';
import { CELL_MEASURES, type CellMeasure, type Direction } from '#lib/domain/clearance/measure.ts';
import { dayToText, instantOfDay } from '#lib/domain/clearance/period.ts';

/** Stands for "not given" in a cell, where a null could not be part of the key. */
export const NOT_GIVEN = '-';
/** Stands for all values of a dimension in a cell. */
export const ALL = '*';

/** The durations of the declarations of one day, office, category and channel. */
export type DayGroup = {
  day: number;
  customs_office: string;
  category: string;
  channel: string;
  /** A further category of declarations that are counted elsewhere: only its own category counts it. */
  is_extra: boolean;
  declared: number;
  released: number;
  inspected: number;
  within_a_minute: number;
  /** With at least one goods item of a named category of the programme. */
  listed: number;
  arrived: number;
  /** Declared before arrival, which is legal. */
  prior: number;
  seconds: Record<CellMeasure, Int32Array>;
};

export type DayGroupQuery = {
  firm_id: string;
  direction: Direction;
  /** Days of declaration, `to` exclusive. */
  from: number;
  to: number;
  customs_offices?: readonly string[];
  category?: string;
  channel?: string;
};

type Row = {
  day: number;
  customs_office: string;
  category: string;
  channel: string;
  declared: number;
  released: number;
  inspected: number;
  within_a_minute: number;
  listed: number;
  arrived: number;
  prior: number;
} & Record<CellMeasure, string | null>;

/** Whole seconds between two columns, rounded half up; null until both are there. */
const elapsed = (from: string, to: string, order: '>=' | '>' = '>=') =>
  `array_agg(floor(date_part('epoch', c.${to} - c.${from}) + 0.5)::int) filter (where c.${to} ${order} c.${from})::text`;

const ELAPSED: Record<CellMeasure, string> = {
  declared_to_released: elapsed('declared_at', 'released_at'),
  arrived_to_released: elapsed('arrived_at', 'released_at'),
  declared_to_inspected: elapsed('declared_at', 'inspected_at'),
  arrived_to_declared: elapsed('arrived_at', 'declared_at'),
  // A declaration in the very second of arrival was not made before it.
  declared_to_arrived: elapsed('declared_at', 'arrived_at', '>'),
  inspected_to_released: elapsed('inspected_at', 'released_at'),
};

const AGGREGATES = `
  count(*)::int as declared,
  count(c.released_at)::int as released,
  count(coalesce(c.inspection_notified_at, c.inspected_at))::int as inspected,
  (count(*) filter (where c.released_at - c.declared_at <= interval '60 seconds'))::int as within_a_minute,
  (count(*) filter (where c.category is not null or ((select exists (select from clearance_item i where i.firm_id = $1))
    and exists (select from clearance_item i where i.firm_id = $1 and i.accepted_year = c.accepted_year
                  and i.declaration_no = c.declaration_no and i.category is not null))))::int as listed,
  count(c.arrived_at)::int as arrived,
  (count(*) filter (where c.declared_at < c.arrived_at))::int as prior,
  ${CELL_MEASURES.map((measure) => `${ELAPSED[measure]} as ${measure}`).join(', ')}`;

const DAY = `(floor((date_part('epoch', c.declared_at) + 28800) / 86400))::int`;

/**
 * Reads records of a firm grouped as finely as cells ever are; the one place where durations are computed.
 * It reads by the index on (firm, declared_at), about 0.4 s per 100,000 records.
 */
export async function dayGroups(client: pg.ClientBase, query: DayGroupQuery): Promise<DayGroup[]> {
  const { firm_id, direction, from, to, customs_offices, category, channel } = query;
  const values: unknown[] = [firm_id, direction, instantOfDay(from), instantOfDay(to)];
  const conditions: string[] = [];
  if (customs_offices) conditions.push(`c.customs_office = any($${values.push(customs_offices)})`);
  if (channel) conditions.push(`coalesce(c.channel, '${NOT_GIVEN}') = $${values.push(channel)}`);
  const shared = conditions.map((condition) => ` and ${condition}`).join('');
  const at = category ? `$${values.push(category)}` : '';
  const of_category = (expression: string) => (at ? ` and ${expression} = ${at}` : '');
  const where = `c.firm_id = $1 and c.direction = $2 and c.declared_at >= $3 and c.declared_at < $4${shared}`;
  const main = await client.query<Row>(
    `select ${DAY} as day, c.customs_office, coalesce(c.category, '${NOT_GIVEN}') as category,
            coalesce(c.channel, '${NOT_GIVEN}') as channel, ${AGGREGATES}
     from clearance c where ${where}${of_category(`coalesce(c.category, '${NOT_GIVEN}')`)}
     group by 1, 2, 3, 4`,
    values,
  );
  const extra = await client.query<Row>(
    `select ${DAY} as day, c.customs_office, i.category, coalesce(c.channel, '${NOT_GIVEN}') as channel, ${AGGREGATES}
     from clearance c join lateral (
       select distinct coalesce(i.category, '${NOT_GIVEN}') as category from clearance_item i
       where i.firm_id = c.firm_id and i.accepted_year = c.accepted_year and i.declaration_no = c.declaration_no
         and i.category is distinct from c.category) i on true
     where ${where}${of_category('i.category')}
       and exists (select from clearance_item i where i.firm_id = $1)
     group by 1, 2, 3, 4`,
    values,
  );
  return [...main.rows.map((row) => groupOf(row, false)), ...extra.rows.map((row) => groupOf(row, true))];
}

function groupOf(row: Row, is_extra: boolean): DayGroup {
  const {
    declared_to_released,
    arrived_to_released,
    declared_to_inspected,
    arrived_to_declared,
    declared_to_arrived,
    inspected_to_released,
    ...counts
  } = row;
  return {
    ...counts,
    is_extra,
    seconds: {
      declared_to_released: parseIntegers(declared_to_released),
      arrived_to_released: parseIntegers(arrived_to_released),
      declared_to_inspected: parseIntegers(declared_to_inspected),
      arrived_to_declared: parseIntegers(arrived_to_declared),
      declared_to_arrived: parseIntegers(declared_to_arrived),
      inspected_to_released: parseIntegers(inspected_to_released),
    },
  };
}

const NONE = new Int32Array(0);

/** The integers of an array in PostgreSQL's text form, `{1,2,3}`: six times as fast as the driver's parser. */
export function parseIntegers(text: string | null): Int32Array {
  if (text === null || text.length <= 2) return NONE;
  let commas = 0;
  for (let at = 1; at < text.length; at += 1) if (text.charCodeAt(at) === 44) commas += 1;
  const values = new Int32Array(commas + 1);
  let value = 0;
  let index = 0;
  for (let at = 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 48) {
      if (code <= 57) value = value * 10 + code - 48;
      else values[index] = value;
      continue;
    }
    values[index] = value;
    index += 1;
    value = 0;
  }
  if (index < values.length) values[index] = value;
  return values;
}

export function monthOf(day: number): string {
  return dayToText(day).slice(0, 7);
}
