import { sql } from 'kysely';
import { z } from 'zod';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import {
  SECONDS_PER_HOUR,
  type Channel,
  type Direction,
  type Measure,
} from '#lib/domain/clearance/measure.ts';
import { dayFromText, instantOfDay } from '#lib/domain/clearance/period.ts';
import type { App } from '#lib/server/app.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { decodeCursor, pageOf } from '#lib/server/http/page.ts';

/** One declaration behind a number, with its hours and the line of the file that it came from. */
export type ClearanceRecord = {
  declaration_no: string;
  customs_office: string;
  channel: Channel | null;
  category: string | null;
  product_name: string | null;
  started_at: Date;
  ended_at: Date;
  hours: number;
  file_name: string | null;
  line: number;
};

export const RECORD_ORDERS = ['newest', 'slowest'] as const;
export type RecordOrder = (typeof RECORD_ORDERS)[number];

export type RecordsQuery = {
  /** Inclusive days of declaration in Asia/Shanghai. */
  from: string;
  to: string;
  measure: Measure;
  direction: Direction;
  customs_office?: string;
  district?: string;
  category?: string;
  channel?: Channel;
  /** Only those that took longer than so many whole seconds. */
  over_seconds?: number;
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
} as const satisfies Record<Measure, readonly [string, string]>;

type Row = Omit<ClearanceRecord, 'hours' | 'channel'> & {
  channel: string | null;
  seconds: number;
  ordered_by: string;
};

/**
 * The declarations that a number counts, and no others: those of the period that have both times of the
 * measure. A cursor that is not one of this list begins anew.
 */
export async function recordsOf(
  app: App,
  firm: Firm,
  query: RecordsQuery,
  page: { limit: number; cursor: string | null },
): Promise<{ items: ClearanceRecord[]; next_cursor: string | null }> {
  const decoded = page.cursor === null ? null : decodeCursor(page.cursor, CURSOR[query.order]);
  const [start, end] = COLUMNS[query.measure];
  const started = sql.ref(`c.${start}`);
  const ended = sql.ref(`c.${end}`);
  const seconds = sql`floor(date_part('epoch', ${ended} - ${started}) + 0.5)::int`;
  const ordered_by = query.order === 'newest' ? sql`c.declared_at` : seconds;
  const type = query.order === 'newest' ? sql`timestamptz` : sql`int`;
  const after = decoded?.ok
    ? sql`and (${ordered_by}, c.declaration_no) < (${decoded.key[0]}::${type}, ${decoded.key[1]}::bigint)`
    : sql``;
  const first = instantOfDay(dayFromText(query.from) ?? 0);
  const past = instantOfDay((dayFromText(query.to) ?? 0) + 1);
  const { rows } = await inFirm(app.db, firm.id, (tx) =>
    sql<Row>`
      select lpad(c.declaration_no::text, 18, '0') as declaration_no, c.customs_office, c.channel, c.category,
             c.product_name, ${started} as started_at, ${ended} as ended_at, ${seconds} as seconds,
             ${ordered_by}::text as ordered_by, i.file_name, c.line
      from clearance c left join clearance_import i on i.number = c.import_no
      where c.direction = ${query.direction} and c.declared_at >= ${first} and c.declared_at < ${past}
        and ${ended} >= ${started}
        and (${query.customs_office ?? null}::text is null or c.customs_office = ${query.customs_office ?? null})
        and (${query.district ?? null}::text is null or left(c.customs_office, 2) = left(${query.district ?? null}, 2))
        and (${query.over_seconds ?? null}::int is null or ${seconds} > ${query.over_seconds ?? null})
        and (${query.channel ?? null}::text is null or c.channel = ${query.channel ?? null})
        and (${query.category ?? null}::text is null or c.category = ${query.category ?? null} or exists (
          select from clearance_item o where o.firm_id = c.firm_id and o.accepted_year = c.accepted_year
            and o.declaration_no = c.declaration_no and o.category = ${query.category ?? null}))
        ${after}
      order by ${ordered_by} desc, c.declaration_no desc
      limit ${page.limit + 1}`.execute(tx),
  );
  const { items, next_cursor } = pageOf(rows, page.limit, (row) => [row.ordered_by, row.declaration_no]);
  return {
    items: items.map(({ seconds: elapsed, ordered_by: _, channel, ...row }) => ({
      ...row,
      channel: channel === 'green' || channel === 'ordinary' ? channel : null,
      hours: elapsed / SECONDS_PER_HOUR,
    })),
    next_cursor,
  };
}
