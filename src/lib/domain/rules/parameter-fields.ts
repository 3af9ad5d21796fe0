import { CHECK_CODES, LIMIT_OPERATORS, SLOTS } from './parameters.ts';

/**
 * The fields of a rule's parameters as a form shows them and a diff names them. `path` leads into the
 * parameters (`report_age_days.value`); `label` is the key of its name, which the texts translate; `clause` is
 * the path of the clause that sets the value.
 */
export type ParameterField = {
  path: string;
  label: string;
  clause: string | null;
} & (
  | { kind: 'integer'; min: number; max: number; unit: 'days' | 'categories' | null; is_optional: boolean }
  | { kind: 'text' | 'clause' | 'standard' | 'instrument' }
  | { kind: 'day'; is_optional: boolean }
  | { kind: 'flag' }
  | { kind: 'choice'; choices: readonly string[] }
  | { kind: 'set'; members: 'customs_office' | 'category' | 'accreditation_scheme' }
  | { kind: 'slots'; count: number }
  | { kind: 'limits'; operators: readonly string[] }
);

/** In the order of the form. */
export const PARAMETER_FIELDS: readonly ParameterField[] = [
  {
    path: 'standard.instrument',
    label: 'standard_instrument',
    clause: 'standard.clause',
    kind: 'instrument',
  },
  { path: 'standard.standard_no', label: 'standard_no', clause: 'standard.clause', kind: 'standard' },
  { path: 'slots', label: 'slots', clause: null, kind: 'slots', count: SLOTS },
  {
    path: 'report_age_days.value',
    label: 'report_age_days',
    clause: 'report_age_days.clause',
    kind: 'integer',
    min: 0,
    max: 3650,
    unit: 'days',
    is_optional: false,
  },
  {
    path: 'programme.offices',
    label: 'programme_offices',
    clause: 'programme.clause',
    kind: 'set',
    members: 'customs_office',
  },
  {
    path: 'programme.launched_on',
    label: 'programme_launched_on',
    clause: 'programme.clause',
    kind: 'day',
    is_optional: true,
  },
  {
    path: 'programme.closed_on',
    label: 'programme_closed_on',
    clause: 'programme.clause',
    kind: 'day',
    is_optional: true,
  },
  {
    path: 'accreditation.schemes',
    label: 'accreditation_schemes',
    clause: 'accreditation.clause',
    kind: 'set',
    members: 'accreditation_scheme',
  },
  {
    path: 'accreditation.needs_scope',
    label: 'accreditation_needs_scope',
    clause: 'accreditation.clause',
    kind: 'flag',
  },
  {
    path: 'categories.listed',
    label: 'categories_listed',
    clause: 'categories.clause',
    kind: 'set',
    members: 'category',
  },
  {
    path: 'categories.catalogue_size',
    label: 'categories_catalogue_size',
    clause: 'categories.clause',
    kind: 'integer',
    min: 1,
    max: 1000,
    unit: 'categories',
    is_optional: true,
  },
  {
    path: 'categories.catalogue_complete',
    label: 'categories_catalogue_complete',
    clause: 'categories.clause',
    kind: 'flag',
  },
  {
    path: 'materials.limits',
    label: 'materials_limits',
    clause: 'materials.clause',
    kind: 'limits',
    operators: LIMIT_OPERATORS,
  },
  {
    path: 'materials.phthalate_free',
    label: 'materials_phthalate_free',
    clause: 'materials.clause',
    kind: 'flag',
  },
  {
    path: 'materials.flame_retardants_declared',
    label: 'materials_flame_retardants_declared',
    clause: 'materials.clause',
    kind: 'flag',
  },
  {
    path: 'pending_interpretation',
    label: 'pending_interpretation',
    clause: null,
    kind: 'choice',
    choices: ['caveat', 'block'],
  },
  ...CHECK_CODES.map((code) => ({
    path: `blocks.${code}`,
    label: `blocks_${code.replaceAll('.', '_')}`,
    clause: null,
    kind: 'flag' as const,
  })),
];

/** The field to which a path of a change belongs: `slots.8.clause` and `materials.limits.lead` lie below theirs. */
export function fieldOfPath(path: string): ParameterField | null {
  const above = PARAMETER_FIELDS.filter((field) => path === field.path || path.startsWith(`${field.path}.`));
  return above.at(-1) ?? PARAMETER_FIELDS.find((field) => field.clause === path) ?? null;
}
