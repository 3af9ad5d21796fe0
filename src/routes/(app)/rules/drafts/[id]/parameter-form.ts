import type { Json } from '#lib/domain/rules/canonical-json.ts';
import { PARAMETER_FIELDS, type ParameterField } from '#lib/domain/rules/parameter-fields.ts';
import { namesOfPath, valueAtPath } from '#lib/domain/rules/parameter-path.ts';
import { SLOTS, type EligibilityParameters } from '#lib/domain/rules/parameters.ts';

/** What the fields of the form hold: all of it text, by the path of the value. A tick is `on`. */
export type ParameterValues = Record<string, string>;

export const LIMIT_PARTS = ['substance', 'operator', 'value', 'unit', 'clause'] as const;
/** Rows without content at the end of the limits, to be filled in. */
export const LIMIT_ROWS_SPARE = 2;
const LIMITS_MAX = 100;
const TICKED = 'on';

/** The form of these parameters; of none, an empty one. */
export function valuesOfParameters(parameters: EligibilityParameters | null): ParameterValues {
  const values: ParameterValues = {};
  for (const field of PARAMETER_FIELDS) {
    const value = valueAtPath(parameters, field.path);
    if (field.clause) values[field.clause] = shown(valueAtPath(parameters, field.clause));
    if (field.kind === 'set') values[field.path] = Array.isArray(value) ? value.map(shown).join('\n') : '';
    // A check that nobody decided about blocks.
    else if (field.kind === 'flag' && parameters === null && field.path.startsWith('blocks.'))
      values[field.path] = TICKED;
    else if (field.kind !== 'slots' && field.kind !== 'limits') values[field.path] = shown(value);
  }
  const slots = parameters?.slots.toSorted((a, b) => a.slot - b.slot) ?? [];
  for (let index = 0; index < SLOTS; index++) {
    const slot = slots[index];
    values[`slots.${index}.clause`] = slot?.clause ?? '';
    values[`slots.${index}.topic`] = slot?.topic ?? '';
    values[`slots.${index}.confirmed`] = slot?.confirmed ? TICKED : '';
  }
  for (const [index, limit] of (parameters?.materials.limits ?? []).entries())
    for (const part of LIMIT_PARTS) values[`materials.limits.${index}.${part}`] = shown(limit[part]);
  return values;
}

/** The fields of a form that was sent; rows of limits without content are left out. */
export function readParameterValues(valueOf: (name: string) => string): ParameterValues {
  const values: ParameterValues = {};
  for (const field of PARAMETER_FIELDS) {
    if (field.clause) values[field.clause] = valueOf(field.clause);
    if (field.kind !== 'slots' && field.kind !== 'limits') values[field.path] = valueOf(field.path);
  }
  for (let index = 0; index < SLOTS; index++)
    for (const part of ['clause', 'topic', 'confirmed'])
      values[`slots.${index}.${part}`] = valueOf(`slots.${index}.${part}`);
  let kept = 0;
  for (let index = 0; index < LIMITS_MAX + LIMIT_ROWS_SPARE; index++) {
    const row = LIMIT_PARTS.map((part) => [part, valueOf(`materials.limits.${index}.${part}`)] as const);
    // The operator is a choice, so it always says something.
    if (row.every(([part, value]) => part === 'operator' || value === '')) continue;
    for (const [part, value] of row) values[`materials.limits.${kept}.${part}`] = value;
    kept += 1;
  }
  return values;
}

export function limitCount(values: ParameterValues): number {
  let count = 0;
  while (`materials.limits.${count}.substance` in values) count += 1;
  return count;
}

/** What the form says, for the schema of parameters to judge: places of its issues are names of fields. */
export function parametersOfValues(values: ParameterValues): unknown {
  const found: Record<string, unknown> = { kind: 'eligibility' };
  const put = (path: string, value: unknown) => {
    const [group = '', member] = namesOfPath(path);
    if (member === undefined) found[group] = value;
    else found[group] = { ...(isRecord(found[group]) ? found[group] : {}), [member]: value };
  };
  for (const field of PARAMETER_FIELDS) {
    if (field.clause) put(field.clause, orNull(values[field.clause]));
    put(field.path, valueOfField(field, values));
  }
  return found;
}

function valueOfField(field: ParameterField, values: ParameterValues): unknown {
  const value = values[field.path] ?? '';
  switch (field.kind) {
    case 'integer':
      return value === '' && field.is_optional ? null : numberOf(value);
    case 'day':
      return value === '' && field.is_optional ? null : value;
    case 'flag':
      return value === TICKED;
    case 'set':
      return value.split(/[\s,，、;；]+/).filter((member) => member !== '');
    case 'slots':
      return Array.from({ length: field.count }, (_, index) => ({
        slot: index + 1,
        clause: orNull(values[`slots.${index}.clause`]),
        topic: orNull(values[`slots.${index}.topic`]),
        confirmed: values[`slots.${index}.confirmed`] === TICKED,
      }));
    case 'limits':
      return Array.from({ length: limitCount(values) }, (_, index) => {
        const part = (name: string) => values[`materials.limits.${index}.${name}`] ?? '';
        return {
          substance: part('substance'),
          operator: part('operator'),
          value: numberOf(part('value')),
          unit: part('unit'),
          clause: orNull(part('clause')),
        };
      });
    case 'text':
    case 'clause':
    case 'standard':
    case 'instrument':
    case 'choice':
      return value;
    default:
      return field satisfies never;
  }
}

/** Full-width digits count; what is no number is none. */
function numberOf(written: string): number | undefined {
  const plain = written.normalize('NFKC').trim();
  return plain === '' ? undefined : Number(plain);
}

function orNull(value: string | undefined): string | null {
  return value ? value : null;
}

function shown(value: Json): string {
  if (value === true) return TICKED;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
