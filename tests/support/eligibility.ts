import type { LabRecord } from '#lib/domain/eligibility/lab.ts';
import { compile, type CompiledRule } from '#lib/domain/eligibility/engine/compile.ts';
import type { DecisionInput, ReportItemInput } from '#lib/domain/eligibility/engine/input.ts';
import type { Register, RuleSet } from '#lib/domain/eligibility/engine/rule.ts';
import {
  CHECK_CODES,
  eligibilityParametersSchema,
  type EligibilityParameters,
} from '#lib/domain/rules/parameters.ts';

/** The rule, the registers and a report as decisions meet them; a test changes what it is about. */
export const PROGRAMME_VERSION = '00000000-0000-4000-8000-000000000001';
export const STANDARD_VERSION = '00000000-0000-4000-8000-000000000002';

const TOPICS: Readonly<Record<number, string>> = {
  8: 'torque',
  11: 'burn-rate',
  12: 'simulated-use-durability',
};
export const CLAUSES = Array.from({ length: 12 }, (_, index) => `4.${index + 1}`);

export function parameters(changes: Partial<EligibilityParameters> = {}): EligibilityParameters {
  return eligibilityParametersSchema.parse({
    kind: 'eligibility',
    standard: { instrument: 'gb-31701-2026', standard_no: 'GB 31701-2026', clause: null },
    slots: CLAUSES.map((clause, index) => ({
      slot: index + 1,
      clause,
      topic: TOPICS[index + 1] ?? null,
      confirmed: TOPICS[index + 1] !== undefined,
    })),
    report_age_days: { value: 90, clause: null },
    programme: { offices: ['3100'], launched_on: '2026-05-13', closed_on: null, clause: null },
    accreditation: { schemes: ['cnas'], needs_scope: true, clause: null },
    categories: {
      listed: ['crib', 'walker', 'pacifier'],
      catalogue_size: 37,
      catalogue_complete: false,
      clause: null,
    },
    materials: {
      limits: [{ substance: 'heavy-metals', operator: 'lt', value: 100, unit: 'ppm', clause: null }],
      phthalate_free: true,
      flame_retardants_declared: true,
      clause: null,
    },
    pending_interpretation: 'caveat',
    blocks: Object.fromEntries(CHECK_CODES.map((code) => [code, code !== 'materials.declaration'])),
    ...changes,
  });
}

export function ruleSet(changes: Partial<EligibilityParameters> = {}): RuleSet {
  return {
    programme: {
      state: 'in_force',
      version: {
        instrument: 'ningbo-customs-notice-2026-017',
        version_id: PROGRAMME_VERSION,
        label: '2026-05-13',
        valid_from: '2026-05-13',
      },
      valid_to: null,
      parameters: parameters(changes),
    },
    standard: {
      version: {
        instrument: 'gb-31701-2026',
        version_id: STANDARD_VERSION,
        label: '2026',
        valid_from: '2026-05-13',
      },
      annex: [],
      pending: ['4.12'],
    },
  };
}

export function labRecord(changes: Partial<LabRecord> = {}): LabRecord {
  return {
    id: '00000000-0000-4000-8000-00000000000a',
    cnas_id: 'CNAS L0290',
    name: 'A laboratory',
    name_zh: null,
    status: 'verified',
    valid_from: '2024-01-01',
    valid_to: '2028-12-31',
    sites: [],
    scope: [{ standard: 'GB 31701-2026', clauses: null, limitation: null }],
    evidence: null,
    evidence_document_id: null,
    verified_at: new Date('2026-01-10T02:00:00Z'),
    verified_by: 'An analyst',
    note: null,
    recorded_at: new Date('2026-01-10T02:00:00Z'),
    ...changes,
  };
}

export function register(records: readonly LabRecord[] = [labRecord()]): Register {
  const labs = new Map<string, LabRecord[]>();
  for (const record of records) labs.set(record.cnas_id, [...(labs.get(record.cnas_id) ?? []), record]);
  return {
    labs,
    categories: [
      {
        slug: 'crib',
        name: 'Infant cribs',
        name_zh: '婴儿床',
        aliases: ['baby crib'],
        hs_candidates: ['9403'],
      },
      {
        slug: 'walker',
        name: 'Baby walkers',
        name_zh: '婴儿学步车',
        aliases: ['学步车'],
        hs_candidates: ['8715', '9401'],
      },
      {
        slug: 'pacifier',
        name: 'Pacifiers',
        name_zh: '安抚奶嘴',
        aliases: [],
        hs_candidates: ['392490', '401490'],
      },
    ],
  };
}

export function items(
  changes: Readonly<Record<string, Partial<ReportItemInput> | null>> = {},
): ReportItemInput[] {
  return CLAUSES.flatMap((clause) => {
    const change = changes[clause];
    return change === null ? [] : [{ clause, verdict: 'pass', ...change }];
  });
}

type InputChanges = Partial<Omit<DecisionInput, 'report' | 'product'>> & {
  report?: Partial<DecisionInput['report']>;
  product?: Partial<DecisionInput['product']>;
};

export function decisionInput({ report, product, ...changes }: InputChanges = {}): DecisionInput {
  return {
    declaration_date: '2026-09-01',
    customs_office: '3104',
    product: { category: 'crib', hs_code: '9403500090', ...product },
    report: {
      report_no: 'SR-0421',
      issued_on: '2026-08-01',
      tested_from: '2026-07-20',
      tested_to: '2026-07-28',
      lab: { cnas_id: 'CNAS L0290' },
      standard: 'GB 31701-2026',
      items: items(),
      ...report,
    },
    materials: [
      {
        component: 'Slats',
        declares: { phthalate_free: true, heavy_metals_ppm: 12, flame_retardants: 'none' },
      },
    ],
    ...changes,
  };
}

/** The reference rule over a register of one verified laboratory. */
export function compiled(
  changes: { parameters?: Partial<EligibilityParameters>; labs?: readonly LabRecord[] } = {},
): CompiledRule {
  return compile({ rule: ruleSet(changes.parameters), register: register(changes.labs) });
}
