import type { DecisionInput } from '#lib/domain/eligibility/engine/input.ts';
import type { LabRecord } from '#lib/domain/eligibility/lab.ts';
import { addDays } from '#lib/domain/text/calendar-day.ts';
import { CLAUSES, labRecord } from '../support/eligibility.ts';

/** Laboratories of the benchmarks: most verified, some suspended or of a narrow scope. */
export const LABS: readonly LabRecord[] = Array.from({ length: 60 }, (_, index) =>
  labRecord({
    cnas_id: `CNAS L${String(1000 + index)}`,
    status: index % 20 === 19 ? 'suspended' : 'verified',
    scope: [
      {
        standard: 'GB 31701-2026',
        clauses: index % 20 === 18 ? CLAUSES.slice(0, 6) : null,
        limitation: null,
      },
    ],
  }),
);

const HS: Readonly<Record<string, string>> = {
  crib: '9403509990',
  walker: '8715000000',
  pacifier: '3924900000',
};
const CATEGORIES = Object.keys(HS);

/**
 * The shipment of this number, always the same: two thirds meet every condition, the others each fail one. Values
 * are as reports print them, and differ from one to the next.
 */
export function shipment(n: number): DecisionInput & { reference: string } {
  const category = CATEGORIES[n % CATEGORIES.length] ?? 'crib';
  const declaration_date = addDays('2026-08-01', n % 120);
  const flaw = n % 3 === 0 ? (n / 3) % 8 : -1;
  const issued_on = addDays(declaration_date, flaw === 0 ? -(91 + (n % 40)) : -(n % 91));
  return {
    reference: `SO-${n}`,
    declaration_date,
    customs_office: flaw === 1 ? '5316' : n % 2 === 0 ? '3104' : '3101',
    product: {
      category,
      hs_code: flaw === 2 ? '9503008900' : (HS[category] ?? null),
      gtin: null,
      model: `M-${n % 500}`,
      name: null,
    },
    report: {
      report_no: `SR-${n}`,
      issued_on,
      tested_from: addDays(issued_on, -12),
      tested_to: addDays(issued_on, -3),
      category: null,
      lab: { cnas_id: `CNAS L${1000 + (n % 60)}`, site: null },
      standard: flaw === 3 ? 'GB 31701-2015' : 'GB 31701-2026',
      items: CLAUSES.flatMap((clause, index) => {
        if (flaw === 4 && index === 7) return [];
        const verdict = flaw === 5 && index === 10 ? 'fail' : 'pass';
        const value = index === 2 && flaw === 6 ? 0.2 : ((n * 7 + index * 13) % 900) / 10_000;
        return [
          index % 3 === 2
            ? {
                clause,
                topic: null,
                verdict,
                result: value,
                limit: '≤ 1000 mg/kg',
                unit: '%',
                accredited: true,
              }
            : {
                clause,
                topic: null,
                verdict,
                result: null,
                limit: null,
                unit: null,
                accredited: flaw === 7 && index === 1 ? false : true,
              },
        ];
      }),
    },
    materials: [
      {
        component: 'Frame',
        declares: { phthalate_free: true, heavy_metals_ppm: n % 90, flame_retardants: 'none' },
      },
    ],
  };
}
