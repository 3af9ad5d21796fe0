import { sql, type RawBuilder } from 'kysely';
import { z } from 'zod';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import {
  NOT_GIVEN,
  SECONDS_PER_HOUR,
  type CellMeasure,
  type Channel,
  type Direction,
} from '#lib/domain/clearance/measure.ts';
import { dayFromText, instantOfDay } from '#lib/domain/text/calendar-day.ts';
import type { App } from '#lib/server/app.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { decodeCursor, pageOf } from '#lib/server/http/page.ts';
import type { HoursQuery } from './metrics.ts';

/** One declaration behind a number, with its hours, its stages and the line of the file that it came from. */
export type ClearanceRecord = {
  declaration_no: string;
  direction: Direction;
  customs_office: string;
  channel: Channel | null;
  category: string | null;
  hs_code: string | null;
  product_name: string | null;
  /** Goods items beside the first one. */
  items_more: number;
  arrived_at: Date | null;
  declared_at: Date;
  inspection_notified_at: Date | null;
  inspected_at: Date | null;
  released_at: Date | null;
  /** Of the measure; null while one of its times is missing. */
  hours: number | null;
  import_id: string | null;
  file_name: string | null;
  imported_at: Date | null;
  line: number;
  /** How often a later import corrected it. */
  corrections: number;
};

export const RECORD_ORDERS = ['newest', 'slowest'] as const;
export type RecordOrder = (typeof RECORD_ORDERS)[number];

/**
 * Declarations of one kind, whether or not they have the times of the measure: what the shares of a set of
 * records count. Under way are those without a release; eligible those that the green lane was open to and whose
 * channel is known.
 */
export const RECORD_KINDS = ['inspected', 'within_a_minute', 'under_way', 'eligible'] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

export type RecordsQuery = Omit<HoursQuery, 'measure'> & {
  measure: CellMeasure;
  /** Only those that took longer than so many whole seconds. */
  over_seconds?: number;
  /** Only those that took less. */
  under_seconds?: number;
  /** Only those of a kind. */
  kind?: RecordKind;
  order: RecordOrder;
};

/** Where the next page begins: the value it is ordered by, as PostgreSQL writes it, and the number. */
const NUMBER = z.string().regex(/^\d{18}$/);
const CURSOR = {
  newest: z.tuple([
    z
      .string()
      .regex(/^\d{4}-\d\d-\d\d ([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?[+-]\d\d$/)
      .refine((text) => dayFromText(text.slice(0, 10)) !== null),
    NUMBER,
  ]),
  slowest: z.tuple([z.string().regex(/^\d{1,9}$/), NUMBER]),
} satisfies Record<RecordOrder, z.ZodType>;

const COLUMNS = {
  declared_to_released: ['declared_at', 'released_at'],
  arrived_to_released: ['arrived_at', 'released_at'],
  declared_to_inspected: ['declared_at', 'inspected_at'],
  arrived_to_declared: ['arrived_at', 'declared_at'],
  declared_to_arrived: ['declared_at', 'arrived_at'],
  inspected_to_released: ['inspected_at', 'released_at'],
} as const satisfies Record<CellMeasure, readonly [string, string]>;

/** As the tallies count them. */
const OF_KIND = {
  inspected: sql`coalesce(c.inspection_notified_at, c.inspected_at) is not null`,
  within_a_minute: sql`c.released_at - c.declared_at <= interval '60 seconds'`,
  under_way: sql`c.released_at is null`,
  eligible: sql`c.direction = 'export' and c.channel is not null
    and exists (select from programme p where p.state = 'launched'
      and left(p.district_code, 2) = left(c.customs_office, 2)
      and (c.declared_at at time zone 'Asia/Shanghai')::date >= p.started_on)
    and (c.category is not null or exists (select from clearance_item o where o.firm_id = c.firm_id
      and o.accepted_year = c.accepted_year and o.declaration_no = c.declaration_no and o.category is not null))`,
} satisfies Record<RecordKind, RawBuilder<unknown>>;

type Row = Omit<ClearanceRecord, 'hours' | 'channel' | 'direction'> & {
  direction: string;
  channel: string | null;
  seconds: number | null;
  ordered_by: string;
};

/**
 * The declarations that a number counts, and no others: those of the period that have both times of the
 * measure, or those of a kind. A cursor that is not one of this list begins anew.
 */
export async function recordsOf(
  app: App,
  firm: Firm,
  query: RecordsQuery,
  page: { limit: number; cursor: string | null },
): Promise<{ items: ClearanceRecord[]; next_cursor: string | null }> {
  const decoded = page.cursor === null ? null : decodeCursor(page.cursor, CURSOR[query.order]);
  const ordered_by = query.order === 'newest' ? sql`c.declared_at` : sql`coalesce(${secondsOf(query)}, 0)`;
  const type = query.order === 'newest' ? sql`timestamptz` : sql`int`;
  const after = decoded?.ok
    ? sql`and (${ordered_by}, c.declaration_no) < (${decoded.key[0]}::${type}, ${decoded.key[1]}::bigint)`
    : sql``;
  const { rows } = await inFirm(app.db, firm.id, (tx) =>
    // What only the rows of this page need is looked up for them alone.
    sql<Row>`
      select lpad(c.declaration_no::text, 18, '0') as declaration_no, c.direction, c.customs_office, c.channel,
             c.category, c.hs_code, c.product_name, c.arrived_at, c.declared_at, c.inspection_notified_at,
             c.inspected_at, c.released_at, c.seconds, c.ordered_by, c.line,
             i.id as import_id, i.file_name, i.started_at as imported_at,
             (select count(*)::int from clearance_item o where o.firm_id = c.firm_id
                and o.accepted_year = c.accepted_year and o.declaration_no = c.declaration_no) as items_more,
             (select count(distinct r.superseded_at)::int from clearance_revision r where r.firm_id = c.firm_id
                and r.accepted_year = c.accepted_year and r.declaration_no = c.declaration_no) as corrections
      from (select c.*, ${secondsOf(query)} as seconds, ${ordered_by}::text as ordered_by
            from clearance c where ${counted(query)} ${after}
            order by ${ordered_by} desc, c.declaration_no desc
            limit ${page.limit + 1}) c
      left join clearance_import i on i.number = c.import_no
      order by ${query.order === 'newest' ? sql`c.declared_at` : sql`c.ordered_by::int`} desc, c.declaration_no desc`.execute(
      tx,
    ),
  );
  const { items, next_cursor } = pageOf(rows, page.limit, (row) => [row.ordered_by, row.declaration_no]);
  return {
    items: items.map(({ seconds, ordered_by: _, channel, direction, ...row }) => ({
      ...row,
      direction: direction === 'import' ? 'import' : 'export',
      channel: channel === 'green' || channel === 'ordinary' ? channel : null,
      hours: seconds === null ? null : seconds / SECONDS_PER_HOUR,
    })),
    next_cursor,
  };
}

/** How many there are. */
export async function countRecords(
  app: App,
  firm: Firm,
  query: Omit<RecordsQuery, 'order'>,
): Promise<number> {
  const { rows } = await inFirm(app.db, firm.id, (tx) =>
    sql<{ n: number }>`select count(*)::int as n from clearance c where ${counted(query)}`.execute(tx),
  );
  return rows[0]?.n ?? 0;
}

/** Whole seconds between the two times of the measure; null where one is missing or they run backwards. */
function secondsOf({ measure }: Pick<RecordsQuery, 'measure'>): RawBuilder<unknown> {
  const [start, end] = COLUMNS[measure];
  const started = sql.ref(`c.${start}`);
  const ended = sql.ref(`c.${end}`);
  return sql`case when ${ended} >= ${started} then floor(date_part('epoch', ${ended} - ${started}) + 0.5)::int end`;
}

function counted(query: Omit<RecordsQuery, 'order'>): RawBuilder<unknown> {
  const [start, end] = COLUMNS[query.measure];
  const first = instantOfDay(dayFromText(query.from) ?? 0);
  const past = instantOfDay((dayFromText(query.to) ?? 0) + 1);
  // What was declared in the very second of its arrival was not declared before it.
  const at_or_after = query.measure === 'declared_to_arrived' ? sql`>` : sql`>=`;
  const has_times = sql`${sql.ref(`c.${end}`)} ${at_or_after} ${sql.ref(`c.${start}`)}`;
  const { customs_office, district, over_seconds, under_seconds, channel, category, kind } = query;
  return sql`c.direction = ${query.direction} and c.declared_at >= ${first} and c.declared_at < ${past}
    and ${kind ? OF_KIND[kind] : has_times}
    and (${customs_office ?? null}::text is null or c.customs_office = ${customs_office ?? null})
    and (${district ?? null}::text is null or left(c.customs_office, 2) = left(${district ?? null}, 2))
    and (${over_seconds ?? null}::int is null or ${secondsOf(query)} > ${over_seconds ?? null})
    and (${under_seconds ?? null}::int is null or ${secondsOf(query)} < ${under_seconds ?? null})
    and (${channel ?? null}::text is null or coalesce(c.channel, ${NOT_GIVEN}) = ${channel ?? null})
    and (${category ?? null}::text is null or coalesce(c.category, ${NOT_GIVEN}) = ${category ?? null} or exists (
      select from clearance_item o where o.firm_id = c.firm_id and o.accepted_year = c.accepted_year
        and o.declaration_no = c.declaration_no and coalesce(o.category, ${NOT_GIVEN}) = ${category ?? null}))`;
}
