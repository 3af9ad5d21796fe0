import { z } from 'zod';
import { readGtin } from '#lib/domain/text/gtin.ts';
import { readHsCode } from '#lib/domain/text/hs-code.ts';

export const COMPONENT_USES = ['teething', 'sleep', 'other'] as const;
export type ComponentUse = (typeof COMPONENT_USES)[number];

/** More candidates than any good has, and more parts than any product has a declaration for. */
const HS_CODES_MAX = 20;
const COMPONENTS_MAX = 200;
const SUPPLIERS_MAX = 100;

const text = (max: number) => z.string().trim().min(1).max(max);

export const hsCode = z
  .string()
  .max(40)
  .transform((written, context): string => {
    const read = readHsCode(written);
    if (read) return read.digits;
    context.addIssue({ code: 'custom', message: 'is not an HS code of 4, 6, 8 or 10 digits' });
    return z.NEVER;
  });

export const gtin = z
  .string()
  .max(40)
  .transform((written, context): string => {
    const read = readGtin(written);
    if (read.ok) return read.gtin;
    const message =
      read.problem === 'length'
        ? 'is not a GTIN of 8, 12, 13 or 14 digits'
        : 'has a wrong check digit: one of its digits was mistyped';
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });

export const componentSchema = z.object({
  name: text(200),
  use: z.enum(COMPONENT_USES).default('other').describe('What a child does with it.'),
  material: text(200).nullable().default(null),
  supplier: text(200).nullable().default(null),
});

/** What is said of a product, by a person, a file or a program. */
export const productContent = z.object({
  code: text(100).describe('By which the firm knows the article; unique in the firm.'),
  name: text(300),
  name_zh: text(300).nullable().default(null),
  category: text(63).nullable().default(null).describe('A slug, or a name by which records call it.'),
  hs_codes: z.array(hsCode).max(HS_CODES_MAX).default([]).describe('Candidates, the likeliest first.'),
  gtin: gtin.nullable().default(null),
  model: text(100).nullable().default(null),
  origin_province: text(100).nullable().default(null),
  suppliers: z.array(text(200)).max(SUPPLIERS_MAX).default([]),
  components: z.array(componentSchema).max(COMPONENTS_MAX).default([]),
});
export type ProductContent = z.infer<typeof productContent>;
export type ComponentContent = z.infer<typeof componentSchema>;
