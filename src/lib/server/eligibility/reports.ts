import { sql } from 'kysely';
import type { ReportInput } from '#lib/domain/eligibility/engine/input.ts';
import {
  missingForConfirmation,
  type ReportContent,
  type ReportItem,
  type ReportState,
} from '#lib/domain/eligibility/test-report.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { pageOf } from '#lib/server/http/page.ts';
import { categoryReader } from './category-words.ts';
import {
  isStale,
  keepChange,
  notDone,
  notFound,
  type Act,
  type Author,
  type Changed,
} from './portfolio-change.ts';
import {
  columnsOf,
  documentsOfReports,
  reportOf,
  selectedReports,
  type Report,
  type ReportOrigin,
} from './report-rows.ts';

/** A confirmed report as the engine is asked about it, with what stands beside it. */
export type DecidedReport = {
  id: string;
  revision: number;
  product_id: string | null;
  /** The number of a confirmed report that takes its place. */
  replaced_by: string | null;
  report: ReportInput;
};

/** The reports of these ids for decisions: those that the firm has and a person has confirmed. */
export async function reportsByIds(tx: Tx, ids: readonly string[]): Promise<Map<string, DecidedReport>> {
  if (ids.length === 0) return new Map();
  const rows = await selectedReports(tx)
    .where(sql<boolean>`report.id = any(${ids}::uuid[])`)
    .limit(ids.length)
    .execute();
  const decided = rows.flatMap((row) => decidedReport(reportOf(row, [])) ?? []);
  return new Map(decided.map((report) => [report.id, report]));
}

/** Older reports of one product have run out long ago. */
const REPORTS_PER_PRODUCT_MAX = 10;

/** The confirmed reports of these products that no other replaces, the newest of each first. */
export async function reportsOfProducts(tx: Tx, products: readonly string[]): Promise<DecidedReport[]> {
  if (products.length === 0) return [];
  const rows = await selectedReports(tx)
    .where(
      sql<boolean>`report.id in (
        select newest.id from unnest(${products}::uuid[]) as asked (id), lateral (
          select r.id from report r where r.product_id = asked.id and r.state = 'confirmed'
          order by r.issued_on desc nulls last, r.id limit ${REPORTS_PER_PRODUCT_MAX}) newest)`,
    )
    .orderBy(sql`report.issued_on desc nulls last, report.id`)
    .limit(products.length * REPORTS_PER_PRODUCT_MAX)
    .execute();
  return rows.flatMap((row) => {
    const decided = decidedReport(reportOf(row, []));
    return decided && decided.replaced_by === null ? [decided] : [];
  });
}

function decidedReport(found: Report): DecidedReport | null {
  if (found.state !== 'confirmed' || found.issued_on === null) return null;
  const { id, revision, product_id, replaced_by, report_no, issued_on, tested_from, tested_to } = found;
  return {
    id,
    revision,
    product_id,
    replaced_by,
    report: {
      report_no,
      // Only of a replaced one: the inputs of all others stay as they were.
      ...(replaced_by === null ? {} : { replaced_by }),
      issued_on,
      tested_from,
      tested_to,
      category: found.product.category,
      lab: { cnas_id: found.lab.cnas_id ?? '', site: found.lab.site },
      standard: found.standard ?? '',
      items: found.items.map(decidedItem),
    },
  };
}

/** A test of another laboratory counts as outside of the accreditation of the one that issued the report. */
function decidedItem(item: ReportItem): ReportInput['items'][number] {
  const { clause, topic, name, verdict, result, limit, limit_operator, unit, detection_limit } = item;
  const sign = { lt: '<', le: '≤', gt: '>', ge: '≥', eq: '=' };
  return {
    clause: clause ?? name ?? topic ?? '',
    topic: topic ?? (clause === null ? null : name),
    verdict,
    // N.D. is evidence only with the limit of detection that the report names in a column of its own.
    result:
      result !== null && detection_limit !== null && !/\d/.test(result)
        ? `${result} (${detection_limit}${unit && !/[^\d.\s<]/.test(detection_limit) ? ` ${unit}` : ''})`
        : result,
    limit:
      limit !== null && limit_operator !== null && !/[<>≤≥=]/.test(limit)
        ? `${sign[limit_operator]} ${limit}`
        : limit,
    unit,
    accredited: item.subcontracted === true ? false : item.accredited,
  };
}

export async function storedReport(tx: Tx, id: string): Promise<Report | null> {
  const row = await selectedReports(tx).where('report.id', '=', id).limit(1).executeTakeFirst();
  if (!row) return null;
  return reportOf(row, (await documentsOfReports(tx, [id])).get(id) ?? []);
}

export type ReportQuery = {
  q: string | null;
  state: ReportState | null;
  product_id: string | null;
  limit: number;
  after: readonly [updated_at: string, id: string] | null;
};

/** Reports of the firm, the last changed first. */
export async function listReports(
  tx: Tx,
  query: ReportQuery,
): Promise<{ items: Report[]; next_cursor: string | null }> {
  const [updated_at, id] = query.after ?? [null, null];
  const like = query.q === null ? null : `%${query.q.replace(/[\\%_]/g, '\\$&')}%`;
  const rows = await selectedReports(tx)
    .select(sql<string>`report.updated_at::text`.as('key'))
    .where(
      sql<boolean>`(${like}::text is null or report.report_no ilike ${like} or report.product_name ilike ${like}
        or report.product_model ilike ${like} or product.code ilike ${like} or product.name ilike ${like})`,
    )
    .where(sql<boolean>`(${query.state}::text is null or report.state = ${query.state})`)
    .where(sql<boolean>`(${query.product_id}::uuid is null or report.product_id = ${query.product_id}::uuid)`)
    .where(
      sql<boolean>`(${updated_at}::timestamptz is null or (report.updated_at, report.id) < (${updated_at}::timestamptz, ${id}::uuid))`,
    )
    .orderBy('report.updated_at', 'desc')
    .orderBy('report.id', 'desc')
    .limit(query.limit + 1)
    .execute();
  const { items, next_cursor } = pageOf(rows, query.limit, (row) => [row.key, row.id]);
  const documents = await documentsOfReports(
    tx,
    items.map((row) => row.id),
  );
  return { items: items.map((row) => reportOf(row, documents.get(row.id) ?? [])), next_cursor };
}

// --- changes --------------------------------------------------------------------------------------

export type ReportChange = {
  content: ReportContent;
  product_id: string | null;
  /** `confirmed`: a person stands for what is said; nothing is decided on a draft. */
  state: ReportState;
};

export async function createReport(
  tx: Tx,
  author: Author,
  given: ReportChange & { origin: ReportOrigin },
): Promise<Changed<Report>> {
  const ready = await prepared(tx, given);
  if (!ready.ok) return ready;
  const { content, product_id, state } = ready.value;
  const made = await tx
    .insertInto('report')
    .values({
      ...columnsOf(content),
      firm_id: author.firm_id,
      product_id,
      state,
      origin: given.origin,
      ...(state === 'confirmed' ? { confirmed_at: sql<Date>`now()`, confirmed_by: author.actor_id } : {}),
    })
    .onConflict((conflict) => conflict.columns(['firm_id', 'report_no_key', 'lab_cnas_id']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!made) return taken(content);
  await writeDocuments(tx, author, { id: made.id, content });
  return kept(tx, author, { id: made.id, act: 'created' });
}

/** Replaces what is said of a report. A change of a confirmed one is confirmed by whoever makes it. */
export async function changeReport(
  tx: Tx,
  author: Author,
  change: ReportChange & { id: string; revision?: number },
): Promise<Changed<Report>> {
  const { id } = change;
  const current = await lockReport(tx, id);
  if (!current) return notFound('report');
  const stale = isStale(change.revision, current.revision);
  if (stale) return stale;
  const ready = await prepared(tx, change);
  if (!ready.ok) return ready;
  const { content, product_id, state } = ready.value;
  const columns = columnsOf(content);
  const other = await tx
    .selectFrom('report')
    .select('id')
    .where('report_no_key', '=', columns.report_no_key)
    .where('lab_cnas_id', 'is not distinct from', columns.lab_cnas_id)
    .where('id', '<>', id)
    .limit(1)
    .executeTakeFirst();
  if (other) return taken(content);
  const is_confirmed = state === 'confirmed';
  await tx
    .updateTable('report')
    .set({
      ...columns,
      product_id,
      state,
      revision: current.revision + 1,
      updated_at: sql<Date>`now()`,
      confirmed_at: is_confirmed ? sql<Date>`now()` : null,
      confirmed_by: is_confirmed ? author.actor_id : null,
    })
    .where('id', '=', id)
    .execute();
  await tx.deleteFrom('report_document').where('report_id', '=', id).execute();
  await writeDocuments(tx, author, { id, content });
  return kept(tx, author, { id, act: is_confirmed && current.state === 'draft' ? 'confirmed' : 'edited' });
}

export async function deleteReport(tx: Tx, author: Author, id: string): Promise<Changed<null>> {
  const current = await lockReport(tx, id);
  const content = current && (await storedReport(tx, id));
  if (!current || !content) return notFound('report');
  await tx.deleteFrom('report').where('id', '=', id).execute();
  const revision = current.revision + 1;
  await keepChange(tx, author, { noun: 'report', subject_id: id, revision, act: 'deleted', content });
  return { ok: true, value: null };
}

function lockReport(tx: Tx, id: string): Promise<{ revision: number; state: string } | undefined> {
  return tx
    .selectFrom('report')
    .select(['revision', 'state'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

function taken({ report_no, lab }: ReportContent): Changed<never> {
  return notDone(
    409,
    {
      pointer: '/report_no',
      field: 'report_no',
      code: 'report_no_taken',
      message: `There is a report ${report_no}${lab.cnas_id ? ` of ${lab.cnas_id}` : ''} already. Change that one; an amended report has a number of its own.`,
    },
    'portfolio.refused.report_taken',
    { report_no },
  );
}

const MISSING = {
  issued_on: ['issued_on', 'the day of issue'],
  lab: ['lab.cnas_id', 'the number of the laboratory'],
  standard: ['standard', 'the standard'],
  items: ['items', 'the tests'],
} as const;

const MISSING_TEXT = {
  issued_on: 'portfolio.refused.no_issue_day',
  lab: 'portfolio.refused.no_lab',
  standard: 'portfolio.refused.no_standard',
  items: 'portfolio.refused.no_items',
} as const;

/** Looks up what the report refers to; a confirmed one needs what a decision is made of. */
async function prepared(tx: Tx, given: ReportChange): Promise<Changed<ReportChange>> {
  const { content, product_id, state } = given;
  const [missing] = state === 'confirmed' ? missingForConfirmation(content) : [];
  if (missing) {
    const [field, name] = MISSING[missing];
    return notDone(
      422,
      {
        pointer: `/${field.replace('.', '/')}`,
        field,
        code: 'missing',
        message: `A report can be confirmed when it names ${name}. Until then keep it as a draft.`,
      },
      MISSING_TEXT[missing],
    );
  }
  if (product_id !== null) {
    const product = await tx
      .selectFrom('product')
      .select('id')
      .where('id', '=', product_id)
      .executeTakeFirst();
    if (!product)
      return notDone(
        422,
        {
          pointer: '/product_id',
          field: 'product_id',
          code: 'unknown',
          message: 'There is no such product.',
        },
        'portfolio.refused.not_found',
      );
  }
  const ids = content.documents.map(({ document_id }) => document_id);
  const known = ids.length
    ? await tx.selectFrom('document').select('id').where('id', 'in', ids).limit(ids.length).execute()
    : [];
  const absent = ids.find((id) => !known.some((one) => one.id === id));
  if (absent)
    return notDone(
      422,
      {
        pointer: '/documents',
        field: 'documents',
        code: 'unknown',
        message: `There is no document ${absent}.`,
      },
      'portfolio.refused.no_document',
    );
  const category = (await categoryReader(tx))(content.product.category);
  return {
    ok: true,
    value: { ...given, content: { ...content, product: { ...content.product, category } } },
  };
}

async function writeDocuments(
  tx: Tx,
  { firm_id }: Author,
  { id, content }: { id: string; content: ReportContent },
): Promise<void> {
  const by_id = new Map(content.documents.map((document) => [document.document_id, document]));
  if (by_id.size === 0) return;
  await tx
    .insertInto('report_document')
    .values([...by_id.values()].map((document) => ({ ...document, firm_id, report_id: id })))
    .execute();
}

async function kept(tx: Tx, author: Author, { id, act }: { id: string; act: Act }): Promise<Changed<Report>> {
  const report = await storedReport(tx, id);
  if (!report) throw new Error('the report that was written is not there');
  const { revision } = report;
  await keepChange(tx, author, { noun: 'report', subject_id: id, revision, act, content: report });
  return { ok: true, value: report };
}
