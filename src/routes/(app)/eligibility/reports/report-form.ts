import type { IntakeProblem } from '#lib/domain/eligibility/intake-problem.ts';
import { createProductReader, PRODUCT_COLUMNS } from '#lib/domain/eligibility/product-row.ts';
import { reportContent, type ReportContent } from '#lib/domain/eligibility/test-report.ts';
import type { Typed } from '../portfolio-page.ts';

/** The fields of a test in the form, by the columns of a file. */
export const ITEM_FIELDS = [
  'clause',
  'test_name',
  'verdict',
  'result',
  'limit',
  'unit',
  'detection_limit',
  'accredited',
  'subcontracted',
] as const;
/** As many rows as a report may have tests. */
export const ITEMS_MAX = 500;
const NO_PRODUCT = '-';

export type ItemErrors = Record<number, string>;
type Read =
  | { ok: true; content: ReportContent; product_code: string | null }
  | { ok: false; problems: IntakeProblem[]; items: ItemErrors };

/** A report as it was typed: each test is read as a row of a file, together with what the report says as a whole. */
export function readReportForm(typed: Typed, sentence: (problem: IntakeProblem) => string): Read {
  const { fields } = PRODUCT_COLUMNS;
  const reader = createProductReader(fields, 0);
  const product_code = typed.product_code?.trim() || null;
  const rowOf = (item: Typed) =>
    reader(
      fields.map((field) =>
        field === 'product_code' ? (product_code ?? NO_PRODUCT) : (item[field] ?? typed[field] ?? ''),
      ),
    );
  const bare = rowOf(Object.fromEntries(ITEM_FIELDS.map((field) => [field, ''])));
  const items: ItemErrors = {};
  const tests: unknown[] = [];
  for (const index of itemIndexes(typed)) {
    const item = itemTyped(typed, index);
    if (Object.values(item).every((value) => value.trim() === '')) continue;
    const read = rowOf(item);
    const own = read.ok ? [] : read.problems.filter(({ field }) => ITEM_FIELDS.some((one) => one === field));
    if (own.length > 0) items[index] = own.map(sentence).join(' ');
    if (read.ok) tests.push(...(read.row.report?.items ?? []));
    if (read.ok && read.row.report?.items.length === 0)
      items[index] = sentence({ field: 'clause', code: 'missing', params: {} });
  }
  const report = bare.ok ? bare.row.report : null;
  const problems = bare.ok
    ? report
      ? []
      : [{ field: 'report_no', code: 'missing' as const, params: {} }]
    : bare.problems;
  if (!report || problems.length > 0 || Object.keys(items).length > 0) return { ok: false, problems, items };
  const language = typed.language === 'zh' || typed.language === 'en' ? typed.language : null;
  return { ok: true, product_code, content: reportContent.parse({ ...report, items: tests, language }) };
}

function itemIndexes(typed: Typed): number[] {
  const found = Object.keys(typed).flatMap((name) => /^item_(\d{1,3})_clause$/.exec(name)?.[1] ?? []);
  return found
    .map(Number)
    .sort((a, b) => a - b)
    .slice(0, ITEMS_MAX);
}

function itemTyped(typed: Typed, index: number): Typed {
  return Object.fromEntries(ITEM_FIELDS.map((field) => [field, typed[`item_${index}_${field}`] ?? '']));
}

/** What stands in the fields for a report that is there. */
export function reportTyped(report: ReportContent, product_code: string | null): Typed {
  const { lab, applicant, product, people, items, language, scope } = report;
  const yesNo = (value: boolean | null) => (value === null ? '' : value ? 'yes' : 'no');
  const typed: Record<string, string | null> = {
    product_code,
    report_no: report.report_no,
    cnas_id: lab.cnas_id,
    lab_name: lab.name,
    lab_site: lab.site,
    cma_no: lab.cma_no,
    issued_on: report.issued_on,
    received_on: report.received_on,
    tested_from: report.tested_from,
    tested_to: report.tested_to,
    applicant_name: applicant.name,
    applicant_uscc: applicant.uscc,
    sample_name: product.name,
    sample_model: product.model,
    report_category: product.category,
    age_grade: product.age_grade,
    batch: product.batch,
    standard: report.standard,
    scope,
    replaces: report.replaces,
    overall_verdict: report.overall_verdict,
    inspector: people.inspector,
    signatory: people.signatory,
    note: report.note,
    language,
  };
  for (const [index, item] of items.entries()) {
    typed[`item_${index}_clause`] = item.clause;
    typed[`item_${index}_test_name`] = item.name ?? item.topic;
    typed[`item_${index}_verdict`] = item.verdict;
    typed[`item_${index}_result`] = item.result;
    typed[`item_${index}_limit`] = item.limit;
    typed[`item_${index}_unit`] = item.unit;
    typed[`item_${index}_detection_limit`] = item.detection_limit;
    typed[`item_${index}_accredited`] = yesNo(item.accredited);
    typed[`item_${index}_subcontracted`] = yesNo(item.subcontracted);
  }
  return Object.fromEntries(Object.entries(typed).map(([field, value]) => [field, value ?? '']));
}
