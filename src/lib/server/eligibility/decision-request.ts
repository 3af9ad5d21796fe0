import { z } from 'zod';
import {
  decisionInputSchema,
  reportSchema,
  type DecisionInput,
  type ReportInput,
} from '#lib/domain/eligibility/engine/input.ts';

/** One question as a program sends it. */
export const decisionRequestSchema = decisionInputSchema
  .omit({ report: true, customs_office: true })
  .extend({
    reference: z.string().max(200).nullish().describe('Your own name for it: comes back with the answer.'),
    customs_office: decisionInputSchema.shape.customs_office
      .nullish()
      .describe("The office of declaration; without one the firm's own, 3104 unless it chose another."),
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

/** A question whose report may still have to be looked up. */
export type Asked = Omit<Question, 'input'> & {
  rest: Omit<DecisionInput, 'report'>;
  report: ReportInput | { id: string };
};

/** What is asked, with the firm's office where none is named. */
export function askedOf(request: DecisionRequest, firm: { customs_office: string }): Asked {
  const { reference, known_at, customs_office, declaration_date, product, report, report_id, materials } =
    request;
  return {
    reference: reference ?? null,
    known_at: known_at ? new Date(known_at) : null,
    rest: {
      declaration_date,
      customs_office: customs_office ?? firm.customs_office,
      product,
      materials: materials ?? null,
    },
    report: report ?? { id: report_id ?? '' },
  };
}

/** The whole question: what the log keeps and a verdict follows from. The order of its fields is that of its hash. */
export function questionOf({ reference, known_at, rest }: Asked, report: ReportInput): Question {
  const { declaration_date, customs_office, product, materials } = rest;
  return {
    reference,
    known_at,
    input: { declaration_date, customs_office, product, report, materials },
  };
}
