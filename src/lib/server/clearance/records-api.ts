import { sql } from 'kysely';
import { z } from 'zod';
import { CHANNELS, DIRECTIONS, MEASURES } from '#lib/domain/clearance/measure.ts';
import { dayFromText } from '#lib/domain/text/calendar-day.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { operation } from '#lib/server/http/operation.ts';
import { PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX } from '#lib/server/http/page.ts';
import { refuse } from '#lib/server/http/problem.ts';
import { RECORD_ORDERS, recordsOf } from './records.ts';

const HISTORY_MAX = 500;
const day = z
  .string()
  .refine((text) => dayFromText(text) !== null, { error: 'is not a day such as 2026-05-14' });
const instant = z.iso.datetime({ offset: true });
const times = {
  arrived_at: instant.nullable(),
  declared_at: instant,
  inspection_notified_at: instant.nullable(),
  inspected_at: instant.nullable(),
  released_at: instant.nullable(),
};

export const getRecords = operation({
  method: 'get',
  path: '/clearance/records',
  tag: 'Clearance',
  summary: 'The declarations behind a number',
  description: 'Takes the filters of the metrics and lists exactly the declarations that they count.',
  access: { scope: 'clearance:read', side: 'firm' },
  query: z
    .object({
      from: day.default('2000-01-01'),
      to: day.default('2100-01-01'),
      measure: z.enum(MEASURES).default('declared_to_released'),
      direction: z.enum(DIRECTIONS).default('export'),
      district: z
        .string()
        .regex(/^\d{4}$/, 'is not a district such as 3100')
        .optional(),
      customs_office: z
        .string()
        .regex(/^\d{4}$/, 'is not an office such as 3104')
        .optional(),
      category: z.string().max(63).optional(),
      channel: z.enum(CHANNELS).optional(),
      order: z.enum(RECORD_ORDERS).default('newest'),
      limit: z.coerce.number().int().min(1).max(PAGE_LIMIT_MAX).default(PAGE_LIMIT_DEFAULT),
      cursor: z.string().max(1000).optional(),
    })
    .refine(({ from, to }) => from <= to, { path: ['to'], error: 'is before from' }),
  response: {
    description: 'A page of declarations.',
    schema: z.object({
      items: z.array(z.looseObject({ declaration_no: z.string(), ...times, hours: z.number().nullable() })),
      next_cursor: z.string().nullable(),
    }),
  },
  run: async ({ app, firm, query }) => {
    if (!firm) refuse(403, 'Records belong to a firm.');
    const { limit, cursor = null, ...wanted } = query;
    return recordsOf(app, firm, wanted, { limit, cursor });
  },
});

export const getRecord = operation({
  method: 'get',
  path: '/clearance/records/{declaration_no}',
  tag: 'Clearance',
  summary: 'A declaration with its goods items, corrections and receipts',
  access: { scope: 'clearance:read', side: 'firm' },
  params: z.object({ declaration_no: z.string().regex(/^\d{18}$/) }),
  response: {
    description: 'The record as it stands, what it was before, and the receipts it was computed from.',
    schema: z.looseObject({
      declaration_no: z.string(),
      ...times,
      items: z.array(z.looseObject({ item_no: z.number() })),
      revisions: z.array(z.looseObject({ item_no: z.number(), superseded_at: instant })),
      receipts: z.array(z.looseObject({ code: z.string(), notice_at: instant })),
    }),
  },
  run: async ({ app, firm, params }) => {
    if (!firm) refuse(403, 'Records belong to a firm.');
    const { declaration_no } = params;
    const year = Number(declaration_no.slice(4, 8));
    const found = await inFirm(app.db, firm.id, async (tx) => {
      const record = await tx
        .selectFrom('clearance as c')
        .leftJoin('clearance_import as i', 'i.number', 'c.import_no')
        .select([
          'c.direction',
          'c.customs_office',
          'c.channel',
          'c.arrived_at',
          'c.declared_at',
          'c.inspection_notified_at',
          'c.inspected_at',
          'c.released_at',
          'c.item_no',
          'c.category',
          'c.is_category_derived',
          'c.hs_code',
          'c.product_name',
          'i.id as import_id',
          'i.file_name',
          'c.line',
        ])
        .where('c.accepted_year', '=', year)
        .where('c.declaration_no', '=', declaration_no)
        .executeTakeFirst();
      if (!record) return null;
      const items = await tx
        .selectFrom('clearance_item as c')
        .leftJoin('clearance_import as i', 'i.number', 'c.import_no')
        .select([
          'c.item_no',
          'c.category',
          'c.is_category_derived',
          'c.hs_code',
          'c.product_name',
          'i.id as import_id',
          'i.file_name',
          'c.line',
        ])
        .where('c.accepted_year', '=', year)
        .where('c.declaration_no', '=', declaration_no)
        .orderBy('c.item_no')
        .limit(HISTORY_MAX)
        .execute();
      const revisions = await tx
        .selectFrom('clearance_revision as c')
        .leftJoin('clearance_import as i', 'i.number', 'c.import_no')
        .leftJoin('clearance_import as s', 's.number', 'c.superseded_import_no')
        .select([
          'c.item_no',
          'c.revision_no',
          'c.customs_office',
          'c.channel',
          'c.category',
          'c.hs_code',
          'c.product_name',
          'c.arrived_at',
          'c.declared_at',
          'c.inspection_notified_at',
          'c.inspected_at',
          'c.released_at',
          'i.file_name',
          'c.line',
          'c.superseded_at',
          's.file_name as superseded_file_name',
          'c.superseded_line',
        ])
        .where('c.accepted_year', '=', year)
        .where('c.declaration_no', '=', declaration_no)
        .orderBy('c.superseded_at', 'desc')
        .orderBy('c.revision_no', 'desc')
        .limit(HISTORY_MAX)
        .execute();
      const receipts = await tx
        .selectFrom('clearance_receipt as r')
        .leftJoin('clearance_import as i', 'i.number', 'r.import_no')
        .select(['r.code', 'r.vendor', 'r.notice_at', 'r.note', 'i.file_name', 'r.line', 'r.received_at'])
        .where((where) =>
          where.or([
            where('r.declaration_no', '=', declaration_no),
            where.and([
              where('r.declaration_no', '=', '0'),
              where(
                'r.pre_entry_no',
                'in',
                sql<string>`(select pre_entry_no from clearance_receipt where declaration_no = ${declaration_no} and pre_entry_no <> '')`,
              ),
            ]),
          ]),
        )
        .orderBy('r.notice_at')
        .limit(HISTORY_MAX)
        .execute();
      const { item_no, category, is_category_derived, hs_code, product_name, ...header } = record;
      const { import_id, file_name, line } = header;
      const own = { item_no, category, is_category_derived, hs_code, product_name };
      return {
        declaration_no,
        ...header,
        items: [{ ...own, import_id, file_name, line }, ...items],
        revisions,
        receipts,
      };
    });
    return found ?? refuse(404, 'There is no such declaration.');
  },
});
