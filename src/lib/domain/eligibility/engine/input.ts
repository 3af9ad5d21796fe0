import { z } from 'zod';
import { isDay } from '#lib/domain/text/calendar-day.ts';

/**
 * What a decision is asked about. The schema bounds sizes and holds the forms of days and codes; everything that
 * is a matter of content (an edition, an id of a laboratory, a verdict in words) is left to the checks, which
 * answer with a reason instead of refusing the whole input.
 */
const day = z
  .string()
  .refine(isDay, 'is not a day in the form YYYY-MM-DD')
  .meta({ examples: ['2026-05-14'] });
const short = z.string().max(200);
/** A number, or a number as reports write it: `< 5 mg/kg`, `N.D. (LOD 5 mg/kg)`, `0.08 %`. */
const written = z.union([z.number(), z.string().max(500)]);

/** A report has twelve requirements of some tests each; an annex some hundred lines. */
export const ITEMS_MAX = 500;
export const COMPONENTS_MAX = 200;
/** A declaration names the eight metals and a few more. */
export const CONTENTS_MAX = 50;

export const reportItemSchema = z.object({
  clause: z
    .string()
    .max(200)
    .describe('The clause that was tested (`4.8`, `第4.8条`), or the name of the test.'),
  topic: short.nullish().describe('The name of the test, where `clause` holds no requirement of the rule.'),
  verdict: short.describe('`pass`, `fail`, or as the report words it: 合格, P, 不符合, N/A.'),
  result: written.nullish(),
  limit: written.nullish(),
  unit: z.string().max(40).nullish().describe('Of result and limit, where they carry none themselves.'),
  accredited: z
    .boolean()
    .nullish()
    .describe('False where the report marks the test as outside of accreditation.'),
});

export const reportSchema = z.object({
  report_no: short,
  replaced_by: short
    .nullish()
    .describe('The number of the amended report that takes the place of this one, where there is one.'),
  issued_on: day,
  tested_from: day.nullish(),
  tested_to: day.nullish().describe('Absent: the day of issue counts as the day of the tests.'),
  category: short.nullish().describe('The kind of product that the report is about, where it says so.'),
  lab: z.object({
    cnas_id: short,
    site: short.nullish().describe('The place of the tests, where the report names it.'),
  }),
  standard: z.string().max(500),
  items: z.array(reportItemSchema).max(ITEMS_MAX),
});

export const FLAME_RETARDANTS = ['declared', 'none', 'not_declared'] as const;

export const materialSchema = z.object({
  component: short,
  declares: z.object({
    phthalate_free: z.boolean().nullish(),
    heavy_metals_ppm: written.nullish(),
    flame_retardants: z.enum(FLAME_RETARDANTS).nullish(),
    contents: z
      .array(z.object({ substance: short, content: written }))
      .max(CONTENTS_MAX)
      .nullish()
      .describe('Contents of single substances, for rules that set limits on them: lead, `< 5 ppm`.'),
  }),
});

export const productSchema = z.object({
  category: short,
  hs_code: short.nullish(),
  gtin: short.nullish(),
  model: short.nullish(),
  name: short.nullish(),
});

export const decisionInputSchema = z.object({
  declaration_date: day.describe('The planned day of declaration: the age of the report is counted on it.'),
  customs_office: z
    .string()
    .regex(/^\d{4}$/, 'is no office: an office has four digits')
    .meta({ examples: ['3104'] }),
  product: productSchema,
  report: reportSchema,
  materials: z.array(materialSchema).max(COMPONENTS_MAX).nullish(),
});
export type DecisionInput = z.infer<typeof decisionInputSchema>;
export type ReportInput = z.infer<typeof reportSchema>;
export type ReportItemInput = z.infer<typeof reportItemSchema>;
export type MaterialInput = z.infer<typeof materialSchema>;
export type ProductInput = z.infer<typeof productSchema>;
