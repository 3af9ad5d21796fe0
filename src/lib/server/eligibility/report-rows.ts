import { sql } from 'kysely';
import { z } from 'zod';
import {
  DOCUMENT_ROLES,
  OVERALL_VERDICTS,
  REPORT_LANGUAGES,
  REPORT_SCOPES,
  REPORT_STATES,
  reportItem,
  reportNoKey,
  type ReportContent,
  type ReportState,
} from '#lib/domain/eligibility/test-report.ts';
import type { Tx } from '#lib/server/db/connect.ts';

export type ReportOrigin = 'form' | 'file' | 'api' | 'pdf';
export type Report = ReportContent & {
  id: string;
  product_id: string | null;
  product_code: string | null;
  state: ReportState;
  origin: string;
  /** The number of a confirmed report that takes its place. */
  replaced_by: string | null;
  confirmed_at: Date | null;
  revision: number;
  created_at: Date;
  updated_at: Date;
};

const items = z.array(reportItem);
const people = z.object({
  inspector: z.string().nullable().default(null),
  reviewer: z.string().nullable().default(null),
  signatory: z.string().nullable().default(null),
});

/** The columns of a report beside its ids, its state and its times. */
export function columnsOf(content: ReportContent) {
  const { lab, applicant, product, people: named, items: tests, documents: _, ...rest } = content;
  return {
    ...rest,
    report_no_key: reportNoKey(content.report_no).slice(0, 100),
    replaces_key: content.replaces && reportNoKey(content.replaces).slice(0, 100),
    lab_cnas_id: lab.cnas_id,
    lab_name: lab.name,
    lab_site: lab.site,
    cma_no: lab.cma_no,
    applicant_name: applicant.name,
    applicant_uscc: applicant.uscc,
    product_name: product.name,
    product_model: product.model,
    category: product.category,
    age_grade: product.age_grade,
    batch: product.batch,
    people: JSON.stringify(named),
    items: JSON.stringify(tests),
  };
}

export function selectedReports(tx: Tx) {
  return tx
    .selectFrom('report')
    .leftJoin('product', 'product.id', 'report.product_id')
    .select([
      'report.id',
      'report.product_id',
      'product.code as product_code',
      'report.state',
      'report.origin',
      'report.report_no',
      'report.lab_cnas_id',
      'report.lab_name',
      'report.lab_site',
      'report.cma_no',
      'report.issued_on',
      'report.received_on',
      'report.tested_from',
      'report.tested_to',
      'report.applicant_name',
      'report.applicant_uscc',
      'report.product_name',
      'report.product_model',
      'report.category',
      'report.age_grade',
      'report.batch',
      'report.standard',
      'report.scope',
      'report.replaces',
      'report.overall_verdict',
      'report.language',
      'report.people',
      'report.items',
      'report.note',
      'report.confirmed_at',
      'report.revision',
      'report.created_at',
      'report.updated_at',
      // An amended report takes the place of the one it names, of the same laboratory.
      sql<string | null>`(select later.report_no from report later
        where later.replaces_key = report.report_no_key and later.state = 'confirmed' and later.id <> report.id
          and later.lab_cnas_id is not distinct from report.lab_cnas_id
        order by later.issued_on desc limit 1)`.as('replaced_by'),
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectedReports>['execute']>>[number];

export function reportOf(row: Row, documents: ReportContent['documents']): Report {
  return {
    id: row.id,
    product_id: row.product_id,
    product_code: row.product_code,
    state: known(REPORT_STATES, row.state),
    origin: row.origin,
    report_no: row.report_no,
    lab: { cnas_id: row.lab_cnas_id, name: row.lab_name, site: row.lab_site, cma_no: row.cma_no },
    issued_on: row.issued_on,
    received_on: row.received_on,
    tested_from: row.tested_from,
    tested_to: row.tested_to,
    applicant: { name: row.applicant_name, uscc: row.applicant_uscc },
    product: {
      name: row.product_name,
      model: row.product_model,
      category: row.category,
      age_grade: row.age_grade,
      batch: row.batch,
    },
    standard: row.standard,
    scope: row.scope === null ? null : known(REPORT_SCOPES, row.scope),
    replaces: row.replaces,
    replaced_by: row.replaced_by,
    overall_verdict: row.overall_verdict === null ? null : known(OVERALL_VERDICTS, row.overall_verdict),
    language: row.language === null ? null : known(REPORT_LANGUAGES, row.language),
    people: people.parse(row.people),
    items: items.parse(row.items),
    documents,
    note: row.note,
    confirmed_at: row.confirmed_at,
    revision: row.revision,
    created_at: row.created_at,
    updated_at: row.updated_at,
  };
}

/** The files of reports, by report. */
export async function documentsOfReports(
  tx: Tx,
  ids: readonly string[],
): Promise<Map<string, ReportContent['documents']>> {
  const found = new Map<string, ReportContent['documents']>();
  if (ids.length === 0) return found;
  const rows = await tx
    .selectFrom('report_document')
    .select(['report_id', 'document_id', 'role'])
    .where('report_id', 'in', [...ids])
    .orderBy('document_id')
    .limit(ids.length * 20)
    .execute();
  for (const { report_id, document_id, role } of rows)
    found.set(report_id, [
      ...(found.get(report_id) ?? []),
      { document_id, role: known(DOCUMENT_ROLES, role) },
    ]);
  return found;
}

function known<T extends string>(words: readonly T[], word: string): T {
  const found = words.find((one) => one === word);
  if (found === undefined) throw new Error(`unknown in a report: ${word}`);
  return found;
}
