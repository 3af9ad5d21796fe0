import { z } from 'zod';
import { isDay } from '#lib/domain/text/calendar-day.ts';
import { parseClause } from '#lib/domain/text/clauses.ts';
import { parseUscc } from '#lib/domain/text/uscc.ts';
import { readVerdict, type ItemVerdict } from './engine/verdict-words.ts';
import { readCnasId } from './lab.ts';
import { standardAsStored } from './lab-input.ts';

export const REPORT_STATES = ['draft', 'confirmed'] as const;
export type ReportState = (typeof REPORT_STATES)[number];
export const REPORT_SCOPES = ['full', 'partial'] as const;
export const REPORT_LANGUAGES = ['zh', 'en', 'both'] as const;
export const OVERALL_VERDICTS = ['pass', 'fail', 'not_applicable'] as const;
export const LIMIT_OPERATORS = ['lt', 'le', 'gt', 'ge', 'eq'] as const;
export const DOCUMENT_ROLES = ['report', 'photo', 'other'] as const;

/** Twelve requirements of some tests each; an annex some hundred lines. */
const ITEMS_MAX = 500;
const DOCUMENTS_MAX = 20;

const text = (max: number) => z.string().trim().min(1).max(max);
const optional = (max: number) => text(max).nullable().default(null);
const legalDay = z.string().refine(isDay, 'is not a day such as 2026-05-13');
const optionalDay = legalDay.nullable().default(null);
/** A result or a limit as it is written; a number is the same as its digits. */
const written = z
  .union([z.number(), text(500)])
  .transform(String)
  .nullable()
  .default(null);

/** A clause in its stored form; what is none stays as the name of a test. */
const clause = z
  .string()
  .trim()
  .max(200)
  .transform((text) => (text === '' ? null : (parseClause(text) ?? text)));

export const reportItem = z
  .object({
    clause: clause.nullable().default(null).describe('`4.8`, `第4.8条`; or the name of the test.'),
    topic: optional(200).describe('The kind of test, such as phthalates.'),
    name: optional(300).describe('The test as the report calls it.'),
    method: optional(300),
    verdict: text(200).describe('`pass`, `fail`, or as the report words it: 合格, P, 不符合, N/A.'),
    result: written.describe('As written: `< 5 mg/kg`, `N.D.`, `0.08 %`.'),
    limit: written,
    limit_operator: z
      .enum(LIMIT_OPERATORS)
      .nullable()
      .default(null)
      .describe('How the result has to stand to the limit, where the limit itself does not say.'),
    unit: optional(40),
    detection_limit: written,
    accredited: z.boolean().nullable().default(null),
    subcontracted: z.boolean().nullable().default(null).describe('Done by another laboratory.'),
    page: z.int().min(1).max(10_000).nullable().default(null),
  })
  .refine(({ clause, topic, name }) => clause !== null || topic !== null || name !== null, {
    path: ['clause'],
    error: 'is missing: give the clause, the topic or the name of the test',
  });
export type ReportItem = z.infer<typeof reportItem>;

const lab = z
  .object({
    cnas_id: z
      .string()
      .trim()
      .max(200)
      .transform((printed) => {
        const read = readCnasId(printed);
        return read.ok ? read.cnas_id : printed.slice(0, 40) || null;
      })
      .nullable()
      .default(null),
    name: optional(300),
    site: optional(300).describe('Where the tests were done.'),
    cma_no: optional(60),
  })
  .default({ cnas_id: null, name: null, site: null, cma_no: null });

const applicant = z
  .object({
    name: optional(300),
    uscc: z
      .string()
      .max(40)
      .transform((printed, context): string => {
        const read = parseUscc(printed);
        if (read.ok) return read.uscc;
        context.addIssue({ code: 'custom', message: 'is not a credit code of 18 characters' });
        return z.NEVER;
      })
      .nullable()
      .default(null),
  })
  .default({ name: null, uscc: null });

const product = z
  .object({
    name: optional(300),
    model: optional(100),
    category: optional(63),
    age_grade: optional(100),
    batch: optional(100),
  })
  .default({ name: null, model: null, category: null, age_grade: null, batch: null });

const people = z
  .object({ inspector: optional(200), reviewer: optional(200), signatory: optional(200) })
  .default({ inspector: null, reviewer: null, signatory: null });

/** Everything that a report says (ISO/IEC 17025:2017 7.8.2.1), with the files it came in. */
export const reportContent = z
  .object({
    report_no: text(100),
    lab,
    issued_on: optionalDay,
    received_on: optionalDay,
    tested_from: optionalDay,
    tested_to: optionalDay,
    applicant,
    product: product.describe('The item that was tested, as the report describes it.'),
    standard: text(100).transform(standardAsStored).nullable().default(null),
    scope: z.enum(REPORT_SCOPES).nullable().default(null).describe('What the report claims of itself.'),
    replaces: optional(100).describe('The number of the report that this amended one takes the place of.'),
    overall_verdict: text(200)
      .transform((word) => overallOf(readVerdict(word)))
      .nullable()
      .default(null),
    language: z.enum(REPORT_LANGUAGES).nullable().default(null),
    people: people.describe('Personal names; left out of exports unless asked for.'),
    items: z.array(reportItem).max(ITEMS_MAX).default([]),
    documents: z
      .array(z.object({ document_id: z.uuid(), role: z.enum(DOCUMENT_ROLES).default('report') }))
      .max(DOCUMENTS_MAX)
      .default([]),
    note: optional(2000),
  })
  .refine(({ tested_from, tested_to }) => !tested_from || !tested_to || tested_from <= tested_to, {
    path: ['tested_to'],
    error: 'is before tested_from',
  });
export type ReportContent = z.infer<typeof reportContent>;

function overallOf(verdict: ItemVerdict): (typeof OVERALL_VERDICTS)[number] | null {
  return verdict === 'unreadable' ? null : verdict;
}

/** What a person has to add before a report can be confirmed; empty when nothing is missing. */
export function missingForConfirmation(
  content: ReportContent,
): ('issued_on' | 'lab' | 'standard' | 'items')[] {
  const missing: ('issued_on' | 'lab' | 'standard' | 'items')[] = [];
  if (content.issued_on === null) missing.push('issued_on');
  if (content.lab.cnas_id === null) missing.push('lab');
  if (content.standard === null) missing.push('standard');
  if (content.items.length === 0) missing.push('items');
  return missing;
}

/** A number of a report as it is compared: laboratories and firms write it with other dashes, blanks and widths. */
export function reportNoKey(report_no: string): string {
  return report_no
    .normalize('NFKC')
    .replace(/[\u2010-\u2015\u2212\u2500\u30FC]/g, '-')
    .replace(/\s+/g, '')
    .toUpperCase();
}
