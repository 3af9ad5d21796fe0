import { z } from 'zod';
import { isDay } from '#lib/domain/text/calendar-day.ts';

/**
 * The structured parameters that a version of an eligibility rule carries: decisions are computed from them
 * and never from constants. Every value names the clause of the instrument that sets it.
 */
const day = z.string().refine(isDay, 'This is not a day in the form YYYY-MM-DD.');
const slug = z
  .string()
  .regex(/^[a-z0-9]+(?:[-_.][a-z0-9]+)*$/, 'Use lower-case letters, digits and hyphens.');
const clause = z.string().trim().min(1).max(60).nullable();

/** GB 31701-2026 has twelve requirements; a report of full scope matches each slot once. */
export const SLOTS = 12;

/** One requirement of the standard. `topic` serves reports that name the test and not the clause. */
export const slotSchema = z.strictObject({
  slot: z.int().min(1).max(SLOTS),
  clause,
  topic: slug.nullable(),
  /** False while the clause number is an assumption (a working number), which is shown as such. */
  confirmed: z.boolean(),
});
export type Slot = z.infer<typeof slotSchema>;

export const LIMIT_OPERATORS = ['lt', 'le', 'gt', 'ge'] as const;

export const materialLimitSchema = z.strictObject({
  substance: slug,
  operator: z.enum(LIMIT_OPERATORS),
  value: z.number().nonnegative(),
  unit: z.string().trim().min(1).max(20),
  clause,
});
export type MaterialLimit = z.infer<typeof materialLimitSchema>;

/** The checks whose failing can block; `false` makes a failing one a warning. */
export const CHECK_CODES = [
  'programme.open',
  'category.listed',
  'category.alignment',
  'report.standard_edition',
  'report.full_scope',
  'report.clause',
  'report.age',
  'lab.accreditation',
  'lab.scope',
  'materials.declaration',
] as const;
export type CheckCode = (typeof CHECK_CODES)[number];

export const eligibilityParametersSchema = z.strictObject({
  kind: z.literal('eligibility'),
  /** The edition that a report must cite, dated (`GB 31701-2026`), and its instrument. */
  standard: z.strictObject({ instrument: slug, standard_no: z.string().trim().min(1).max(60), clause }),
  slots: z
    .array(slotSchema)
    .length(SLOTS)
    .refine(
      (slots) => new Set(slots.map(({ slot }) => slot)).size === slots.length,
      'Each slot from 1 to 12 stands once.',
    )
    .refine((slots) => {
      const clauses = slots.flatMap(({ clause: path }) => (path === null ? [] : [path]));
      return new Set(clauses).size === clauses.length;
    }, 'One clause cannot fill two slots.'),
  /** Calendar days from the report's date of issue to the declaration, day 0 and the last day inclusive. */
  report_age_days: z.strictObject({ value: z.int().min(0).max(3650), clause }),
  programme: z.strictObject({
    /** Customs offices (`3104`) or, by a code that ends in 00, whole districts (`3100`). */
    offices: z
      .array(z.string().regex(/^\d{4}$/, 'An office has four digits.'))
      .min(1)
      .max(500),
    launched_on: day.nullable(),
    closed_on: day.nullable(),
    clause,
  }),
  accreditation: z.strictObject({
    schemes: z
      .array(z.enum(['cnas', 'cma', 'ilac_mra']))
      .min(1)
      .max(3),
    /** The scope of accreditation must cover the standard, not only the laboratory be accredited. */
    needs_scope: z.boolean(),
    clause,
  }),
  categories: z.strictObject({
    listed: z.array(slug).max(1000),
    /** The size that the authority announced, where it did: 37. */
    catalogue_size: z.int().min(1).nullable(),
    /** While false, a category that is not listed is unknown and not refused. */
    catalogue_complete: z.boolean(),
    clause,
  }),
  materials: z.strictObject({
    limits: z.array(materialLimitSchema).max(100),
    phthalate_free: z.boolean(),
    flame_retardants_declared: z.boolean(),
    clause,
  }),
  /** What a pass on a clause with a pending interpretation does: a caveat, or no green. */
  pending_interpretation: z.enum(['caveat', 'block']),
  blocks: z.record(z.enum(CHECK_CODES), z.boolean()),
});
export type EligibilityParameters = z.infer<typeof eligibilityParametersSchema>;
