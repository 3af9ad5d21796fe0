import type { DecisionInput } from '#lib/domain/eligibility/engine/input.ts';
import type { Register, RuleSet } from '#lib/domain/eligibility/engine/rule.ts';
import type { LabRecord, LabStatus } from '#lib/domain/eligibility/lab.ts';
import type { EligibilityParameters } from '#lib/domain/rules/parameters.ts';
import type { Rule, Shipment, SlotState } from './oracle.ts';

/** Writes a shipment of the oracle as an order system would send it, and the rule and registers around it. */
const DECLARED_ON = '2026-09-30';
const SLOTS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] as const;

const EDITION: Record<Shipment['edition'], string> = {
  '2026': 'GB 31701-2026',
  '2026_em_dash': 'GB 31701—2026',
  '2026_spaceless': 'ＧＢ31701－2026',
  '2015': 'GB 31701-2015',
  other_standard: 'GB 14749-2006',
};

const OFFICE: Record<Shipment['office'], string> = {
  /** What the API fills in where neither the input nor the firm names an office. */
  default: '3104',
  ningbo: '3101',
  ningbo_district_office: '3105',
  shenzhen: '5304',
};

const CANDIDATE: Record<Shipment['category'], string> = {
  crib: '9403910000',
  walker: '8715000000',
  pacifier: '3924900000',
  unnamed: '9403910000',
};

const LAB_ID: Record<Shipment['lab'], string> = {
  verified: 'CNAS L0101',
  verified_written_without_blank: 'CNASL0101',
  verified_later_suspended: 'L0102',
  unverified: 'CNAS L0103',
  suspended: 'CNAS L0104',
  withdrawn: 'CNAS L0105',
  expired: 'CNAS L0106',
  not_in_register: 'CNAS L0199',
  inspection_body: 'CNAS IB0101',
  unreadable: 'see the cover',
};

type Written = Pick<DecisionInput['report']['items'][number], 'verdict' | 'result' | 'limit' | 'unit'> & {
  accredited?: boolean;
};
const ITEM: Record<Exclude<SlotState, 'missing'>, Written> = {
  pass: { verdict: '合格' },
  pass_under_limit: { verdict: 'pass', result: '0.008 %', limit: '< 90 mg/kg' },
  pass_at_inclusive_limit: { verdict: 'P', result: '90', limit: '≤90', unit: 'ppm' },
  pass_not_detected: { verdict: '符合', result: 'N.D. (LOD 5 mg/kg)', limit: '<100 ppm' },
  fail: { verdict: '不合格' },
  not_applicable: { verdict: 'N/A 不适用' },
  not_accredited: { verdict: 'pass', accredited: false },
  pass_against_result: { verdict: 'pass', result: '0.02 %', limit: '< 100 ppm' },
  pass_at_strict_limit: { verdict: 'pass', result: '100', limit: '<100', unit: 'mg/kg' },
  pass_in_other_unit: { verdict: 'pass', result: '12 N', limit: '≤ 90 mg/kg' },
};

/** Days are counted by the calendar here, in UTC, where no day has another length than the others. */
function daysBefore(day: string, days: number): string {
  const noon = new Date(`${day}T12:00:00Z`);
  noon.setUTCDate(noon.getUTCDate() - days);
  return noon.toISOString().slice(0, 10);
}

export function inputOf(shipment: Shipment): DecisionInput {
  const { age_days, materials } = shipment;
  return {
    declaration_date: DECLARED_ON,
    customs_office: OFFICE[shipment.office],
    product: {
      category: shipment.category === 'unnamed' ? 'bassinet' : shipment.category,
      ...(shipment.hs === 'absent'
        ? {}
        : { hs_code: shipment.hs === 'candidate' ? CANDIDATE[shipment.category] : '2203000000' }),
    },
    report: {
      report_no: 'R-1',
      issued_on: daysBefore(DECLARED_ON, age_days),
      lab: { cnas_id: LAB_ID[shipment.lab] },
      standard: EDITION[shipment.edition],
      items: shipment.slots.flatMap((state, index) =>
        state === 'missing' ? [] : [{ clause: `4.${index + 1}`, ...ITEM[state] }],
      ),
    },
    ...(materials === 'not_sent'
      ? {}
      : {
          materials: [
            {
              component: 'frame',
              declares:
                materials === 'complete'
                  ? { phthalate_free: true, heavy_metals_ppm: 20, flame_retardants: 'none' as const }
                  : { heavy_metals_ppm: 100 },
            },
          ],
        }),
  };
}

function labRecord(cnas_id: string, status: LabStatus, scope: LabRecord['scope']): LabRecord {
  return {
    id: `${cnas_id} ${status}`,
    cnas_id,
    name: 'Sample laboratory',
    name_zh: null,
    status,
    valid_from: '2020-01-01',
    valid_to: null,
    sites: [],
    scope,
    evidence: 'Sample',
    evidence_document_id: null,
    verified_at: new Date('2026-01-01T00:00:00Z'),
    verified_by: 'analyst',
    note: null,
    recorded_at: new Date('2026-01-01T00:00:00Z'),
  };
}

export function registerOf(scope: Shipment['scope']): Register {
  const clauses = SLOTS.filter((slot) => slot !== 1).map((slot) => `4.${slot}`);
  const lines: Record<Shipment['scope'], LabRecord['scope']> = {
    whole_standard: [{ standard: 'GB 31701—2026', clauses: null, limitation: null }],
    other_standard: [{ standard: 'GB 14749-2006', clauses: null, limitation: null }],
    lacks_a_clause: [{ standard: 'GB 31701-2026', clauses, limitation: null }],
  };
  const line = lines[scope];
  const one = (cnas_id: string, status: LabStatus, rest: Partial<LabRecord> = {}): [string, LabRecord[]] => [
    cnas_id,
    [{ ...labRecord(cnas_id, status, line), ...rest }],
  ];
  const later = {
    ...labRecord('CNAS L0102', 'suspended', line),
    valid_from: daysBefore(DECLARED_ON, -31),
    recorded_at: new Date('2026-02-01T00:00:00Z'),
  };
  return {
    labs: new Map([
      one('CNAS L0101', 'verified'),
      ['CNAS L0102', [labRecord('CNAS L0102', 'verified', line), later]],
      one('CNAS L0103', 'unverified'),
      one('CNAS L0104', 'suspended'),
      one('CNAS L0105', 'withdrawn'),
      one('CNAS L0106', 'verified', { valid_to: '2021-01-01' }),
    ]),
    categories: [
      category('crib', ['9403']),
      category('walker', ['8715', '9401']),
      category('pacifier', ['392490', '401490']),
    ],
  };
}

const category = (slug: string, hs_candidates: string[]): Register['categories'][number] => ({
  slug,
  name: slug,
  name_zh: null,
  aliases: [],
  hs_candidates,
});

/** The programme as it was reported, with the two choices that an authority has left open. */
export function ruleOf({ is_catalogue_complete, pending }: Rule): RuleSet {
  const parameters: EligibilityParameters = {
    kind: 'eligibility',
    standard: { instrument: 'gb-31701-2026', standard_no: 'GB 31701-2026', clause: null },
    slots: SLOTS.map((slot) => ({
      slot,
      clause: `4.${slot}`,
      topic: null,
      confirmed: [8, 11, 12].includes(slot),
    })),
    report_age_days: { value: 90, clause: null },
    programme: { offices: ['3100'], launched_on: '2026-05-13', closed_on: null, clause: null },
    accreditation: { schemes: ['cnas'], needs_scope: true, clause: null },
    categories: {
      listed: ['crib', 'walker', 'pacifier'],
      catalogue_size: 37,
      catalogue_complete: is_catalogue_complete,
      clause: null,
    },
    materials: {
      limits: [{ substance: 'heavy-metals', operator: 'lt', value: 100, unit: 'ppm', clause: null }],
      phthalate_free: true,
      flame_retardants_declared: true,
      clause: null,
    },
    pending_interpretation: pending,
    blocks: {
      'programme.open': true,
      'category.listed': true,
      'category.alignment': true,
      'report.standard_edition': true,
      'report.full_scope': true,
      'report.clause': true,
      'report.age': true,
      'lab.accreditation': true,
      'lab.scope': true,
      'materials.declaration': false,
    },
  };
  return {
    programme: {
      state: 'in_force',
      version: {
        instrument: 'ningbo-customs-notice-2026-017',
        version_id: 'programme',
        label: '1',
        valid_from: '2026-05-13',
      },
      valid_to: null,
      parameters,
    },
    standard: {
      version: {
        instrument: 'gb-31701-2026',
        version_id: 'standard',
        label: '2026',
        valid_from: '2026-05-13',
      },
      annex: [],
      pending: ['4.12'],
    },
  };
}
