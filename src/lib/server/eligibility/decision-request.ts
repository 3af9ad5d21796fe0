import { z } from 'zod';
import {
  decisionInputSchema,
  productSchema,
  reportSchema,
  type DecisionInput,
  type ProductInput,
  type ReportInput,
} from '#lib/domain/eligibility/engine/input.ts';

/** One question as a program sends it. */
export const decisionRequestSchema = decisionInputSchema
  .omit({ report: true, product: true, customs_office: true })
  .extend({
    reference: z.string().max(200).nullish().describe('Your own name for it: comes back with the answer.'),
    customs_office: decisionInputSchema.shape.customs_office
      .nullish()
      .describe("The office of declaration; without one the firm's own, 3104 unless it chose another."),
    product: productSchema.nullish().describe('The goods themselves, or their id in `product_id`.'),
    product_id: z
      .uuid({ error: 'is not an id' })
      .nullish()
      .describe(
        'A product of the firm, instead of `product`: its category, its likeliest HS code, and the declarations of its materials unless `materials` are sent.',
      ),
    hs_code: productSchema.shape.hs_code.describe(
      'Beside `product_id`: the code that is declared, instead of its likeliest.',
    ),
    report: reportSchema.nullish().describe('The report itself, or its id in `report_id`.'),
    report_id: z
      .uuid({ error: 'is not an id' })
      .nullish()
      .describe('A report of the firm that a person has confirmed, instead of `report`.'),
    known_at: z.iso
      .datetime({ offset: true })
      .nullish()
      .describe('Decide by what was known then; without it by what is known now.'),
  })
  .refine(({ report, report_id }) => (report ? !report_id : Boolean(report_id)), {
    path: ['report'],
    error: 'is needed, or report_id, and not both',
  })
  .refine(({ product, product_id }) => (product ? !product_id : Boolean(product_id)), {
    path: ['product'],
    error: 'is needed, or product_id, and not both',
  })
  .refine(({ product, hs_code }) => !product || !hs_code, {
    path: ['hs_code'],
    error: 'belongs into the product that is sent; beside product_id it stands here',
  })
  .meta({
    id: 'DecisionRequest',
    description: 'Goods that are to be declared, with their test report.',
    example: {
      reference: 'SO-10421',
      declaration_date: '2026-09-28',
      customs_office: '3104',
      product: { category: 'crib', hs_code: '9403509990', model: 'C-120' },
      report: {
        report_no: 'SR-0421',
        issued_on: '2026-07-27',
        tested_from: '2026-07-13',
        tested_to: '2026-07-22',
        lab: { cnas_id: 'CNAS L0290' },
        standard: 'GB 31701-2026',
        items: [
          { clause: '4.8', verdict: 'pass', result: '0.52 N·m', limit: '≥ 0.34 N·m', accredited: true },
          { clause: '4.11', verdict: '合格', result: 23, limit: '≤ 30', unit: 'mm/s' },
        ],
      },
      materials: [
        {
          component: 'Rail cover',
          declares: { phthalate_free: true, heavy_metals_ppm: '< 10', flame_retardants: 'none' },
        },
      ],
    },
  });
export type DecisionRequest = z.infer<typeof decisionRequestSchema>;

export type Question = {
  reference: string | null;
  /** Null asks by what is known now. */
  known_at: Date | null;
  input: DecisionInput;
};

/** A question whose product and report may still have to be looked up. */
export type Asked = Omit<Question, 'input'> & {
  declared: Pick<DecisionInput, 'declaration_date' | 'customs_office'>;
  product: ProductInput | { id: string; hs_code: string | null };
  report: ReportInput | { id: string };
  /** Null where none are sent. */
  materials: DecisionInput['materials'];
};

/** What is asked, with the firm's office where none is named. */
export function askedOf(request: DecisionRequest, firm: { customs_office: string }): Asked {
  const { reference, known_at, customs_office, declaration_date } = request;
  const { product, product_id, hs_code, report, report_id, materials } = request;
  return {
    reference: reference ?? null,
    known_at: known_at ? new Date(known_at) : null,
    declared: { declaration_date, customs_office: customs_office ?? firm.customs_office },
    product: product ?? { id: (product_id ?? '').toLowerCase(), hs_code: hs_code ?? null },
    report: report ?? { id: (report_id ?? '').toLowerCase() },
    materials: materials ?? null,
  };
}

/** The whole question: what the log keeps and a verdict follows from. The order of its fields is that of its hash. */
export function questionOf(
  { reference, known_at, declared }: Asked,
  { product, report, materials }: Pick<DecisionInput, 'product' | 'report' | 'materials'>,
): Question {
  const { declaration_date, customs_office } = declared;
  return {
    reference,
    known_at,
    input: { declaration_date, customs_office, product, report, materials },
  };
}
