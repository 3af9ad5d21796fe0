/**
 * What the published conditions say of a shipment, written from the conditions alone and not from the engine:
 * a shipment is described by the state of each thing that is asked about, and the states are looked up. It is
 * slow, it reads no number and no text, and so it cannot share a mistake of reading with the engine.
 */

/** What the report says of one of the twelve requirements. */
export const SLOT_STATES = [
  'pass',
  'pass_under_limit',
  'pass_at_inclusive_limit',
  'pass_not_detected',
  'fail',
  'missing',
  'not_applicable',
  'not_accredited',
  'pass_against_result',
  'pass_at_strict_limit',
  'pass_in_other_unit',
] as const;
export type SlotState = (typeof SLOT_STATES)[number];

export const OFFICES = ['default', 'ningbo', 'ningbo_district_office', 'shenzhen'] as const;
export const CATEGORIES = ['crib', 'walker', 'pacifier', 'unnamed'] as const;
export const HS_CODES = ['candidate', 'absent', 'other_chapter'] as const;
export const EDITIONS = ['2026', '2026_em_dash', '2026_spaceless', '2015', 'other_standard'] as const;
export const AGES_DAYS = [0, 1, 45, 89, 90, 91, 92, 400, -1, -30] as const;
export const LABS = [
  'verified',
  'verified_written_without_blank',
  'verified_later_suspended',
  'unverified',
  'suspended',
  'withdrawn',
  'expired',
  'not_in_register',
  'inspection_body',
  'unreadable',
] as const;
export const SCOPES = ['whole_standard', 'other_standard', 'lacks_a_clause'] as const;
export const MATERIALS = ['not_sent', 'complete', 'incomplete'] as const;

export type Shipment = {
  office: (typeof OFFICES)[number];
  category: (typeof CATEGORIES)[number];
  hs: (typeof HS_CODES)[number];
  edition: (typeof EDITIONS)[number];
  age_days: number;
  lab: (typeof LABS)[number];
  scope: (typeof SCOPES)[number];
  materials: (typeof MATERIALS)[number];
  /** Of the slots 1 to 12. */
  slots: readonly SlotState[];
};

export type Rule = {
  /** Whether the authority's catalogue is known in full. */
  is_catalogue_complete: boolean;
  /** What a pass on a clause with a pending interpretation does. */
  pending: 'caveat' | 'block';
};

export type Expected = 'pass' | 'fail' | 'missing' | 'provisional' | 'unknown';
/** One of several where the conditions leave it open, as long as the shipment is not green. */
export type Expectation = {
  outcomes: ReadonlySet<'green' | 'manual_review' | 'not_eligible' | 'unknown'>;
  checks: Partial<Record<string, ReadonlySet<Expected>>>;
};

const only = (...results: Expected[]): ReadonlySet<Expected> => new Set(results);
/** The slot whose interpretation is pending. */
const PENDING_SLOT = 12;

const OF_SLOT: Record<SlotState, ReadonlySet<Expected>> = {
  pass: only('pass'),
  pass_under_limit: only('pass'),
  pass_at_inclusive_limit: only('pass'),
  pass_not_detected: only('pass'),
  fail: only('fail'),
  missing: only('missing'),
  not_applicable: only('fail', 'missing'),
  not_accredited: only('pass', 'fail', 'missing', 'unknown'),
  pass_against_result: only('fail', 'unknown'),
  pass_at_strict_limit: only('fail', 'unknown'),
  pass_in_other_unit: only('fail', 'unknown'),
};

const OF_LAB: Record<Shipment['lab'], ReadonlySet<Expected>> = {
  verified: only('pass'),
  verified_written_without_blank: only('pass'),
  verified_later_suspended: only('pass'),
  unverified: only('unknown'),
  suspended: only('fail'),
  withdrawn: only('fail'),
  expired: only('fail'),
  not_in_register: only('unknown'),
  inspection_body: only('fail'),
  unreadable: only('fail', 'unknown'),
};

const isVerified = (lab: Shipment['lab']): boolean => lab.startsWith('verified');

function ofScope({ lab, scope, slots }: Shipment): ReadonlySet<Expected> {
  if (!isVerified(lab)) return only('pass', 'fail', 'missing', 'unknown');
  if (scope === 'other_standard') return only('fail');
  const tested = slots.some((state) => state !== 'missing');
  if (scope === 'lacks_a_clause')
    return slots[0] === 'missing' || !tested ? only('pass', 'fail', 'missing', 'unknown') : only('fail');
  if (slots.includes('not_accredited')) return only('fail', 'pass');
  return only('pass');
}

/** A pass on the clause that is pending, however well it was read, is a provisional one. */
function ofSlot(state: SlotState, slot: number): ReadonlySet<Expected> {
  const results = OF_SLOT[state];
  if (slot !== PENDING_SLOT || !results.has('pass')) return results;
  return new Set([...results].map((result) => (result === 'pass' ? 'provisional' : result)));
}

/** The expectation by the published conditions, for a declaration on a day on which the programme runs. */
export function expectationOf(shipment: Shipment, rule: Rule): Expectation {
  const known = shipment.category !== 'unnamed';
  const checks: Record<string, ReadonlySet<Expected>> = {
    'programme.open': only(shipment.office === 'shenzhen' ? 'fail' : 'pass'),
    'category.listed': only(known ? 'pass' : rule.is_catalogue_complete ? 'fail' : 'unknown'),
    'report.standard_edition': only(shipment.edition.startsWith('2026') ? 'pass' : 'fail'),
    'report.age': only(shipment.age_days >= 0 && shipment.age_days <= 90 ? 'pass' : 'fail'),
    'lab.accreditation': OF_LAB[shipment.lab],
    'lab.scope': ofScope(shipment),
    'category.alignment': !known
      ? only('pass', 'unknown')
      : only(shipment.hs === 'other_chapter' ? 'fail' : 'pass'),
  };
  shipment.slots.forEach((state, index) => {
    checks[`report.clause ${index + 1}`] = ofSlot(state, index + 1);
  });
  return { checks, outcomes: outcomesOf(shipment, rule, checks) };
}

function outcomesOf(
  shipment: Shipment,
  rule: Rule,
  checks: Record<string, ReadonlySet<Expected>>,
): Expectation['outcomes'] {
  const certainly = (code: string, result: Expected) =>
    checks[code]?.has(result) === true && checks[code].size === 1;
  if (certainly('programme.open', 'fail') || certainly('category.listed', 'fail'))
    return new Set(['not_eligible']);

  const sets = Object.values(checks);
  const blocked = sets.some((set) => [...set].every((result) => result === 'fail' || result === 'missing'));
  if (blocked) return new Set(['manual_review']);

  const never_accredited =
    shipment.slots.includes('not_accredited') || shipment.slots.includes('not_applicable');
  const doubtful = sets.some((set) => !set.has('pass') && !set.has('provisional'));
  const is_open = sets.some((set) => set.size > 1) || never_accredited;
  const pending = rule.pending === 'block' && checks[`report.clause ${PENDING_SLOT}`]?.has('provisional');
  if (never_accredited || pending) return new Set(['manual_review', 'unknown']);
  if (doubtful) return is_open ? new Set(['manual_review', 'unknown']) : new Set(['unknown']);
  return new Set(['green']);
}
