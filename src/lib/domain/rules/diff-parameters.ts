import { canonicalJson, type Json } from './canonical-json.ts';
import type { EligibilityParameters, MaterialLimit, Slot } from './parameters.ts';

/**
 * One difference between the parameters of two versions. `path` names the field; members of lists go by what
 * identifies them: `slots.8.clause`, `materials.limits.lead.value`, `categories.listed.crib`. A member that is
 * new or gone has null on the other side.
 */
export type ParameterChange = {
  path: string;
  change: 'added' | 'removed' | 'changed';
  before: Json;
  after: Json;
  /** Of numbers: (after − before) / before × 100; null where it says nothing. */
  change_percent: number | null;
};

/** The differences between two sets of parameters, in the order of their paths; null is a rule without any. */
export function diffParameters(
  before: EligibilityParameters | null,
  after: EligibilityParameters | null,
): ParameterChange[] {
  const [was, is] = [leavesOf(before), leavesOf(after)];
  const paths = [...new Set([...was.keys(), ...is.keys()])];
  return paths.flatMap((path) => {
    const [old_value, new_value] = [was.get(path), is.get(path)];
    if (
      old_value !== undefined &&
      new_value !== undefined &&
      canonicalJson(old_value) === canonicalJson(new_value)
    )
      return [];
    return [
      {
        path,
        change: old_value === undefined ? 'added' : new_value === undefined ? 'removed' : 'changed',
        before: old_value ?? null,
        after: new_value ?? null,
        change_percent: percentOf(old_value, new_value),
      } satisfies ParameterChange,
    ];
  });
}

function percentOf(before: Json | undefined, after: Json | undefined): number | null {
  if (typeof before !== 'number' || typeof after !== 'number' || before === 0) return null;
  return ((after - before) / Math.abs(before)) * 100;
}

/** The values of all fields by their paths, members of lists by their names. */
function leavesOf(parameters: EligibilityParameters | null): Map<string, Json> {
  const leaves = new Map<string, Json>();
  if (!parameters) return leaves;
  const { slots, programme, accreditation, categories, materials, ...others } = parameters;
  put(leaves, '', others);
  for (const slot of slots) put(leaves, `slots.${slot.slot}`, withoutName<Slot>(slot, 'slot'));
  put(leaves, 'programme', { ...programme, offices: undefined });
  put(leaves, 'accreditation', { ...accreditation, schemes: undefined });
  put(leaves, 'categories', { ...categories, listed: undefined });
  put(leaves, 'materials', { ...materials, limits: undefined });
  for (const office of programme.offices) leaves.set(`programme.offices.${office}`, office);
  for (const scheme of accreditation.schemes) leaves.set(`accreditation.schemes.${scheme}`, scheme);
  for (const category of categories.listed) leaves.set(`categories.listed.${category}`, category);
  for (const limit of materials.limits)
    put(leaves, `materials.limits.${limit.substance}`, withoutName<MaterialLimit>(limit, 'substance'));
  return leaves;
}

function withoutName<T extends Record<string, Json>>(
  value: T,
  name: string,
): Record<string, Json | undefined> {
  return { ...value, [name]: undefined };
}

function put(
  leaves: Map<string, Json>,
  path: string,
  value: Readonly<Record<string, Json | undefined>>,
): void {
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const below = path === '' ? name : `${path}.${name}`;
    if (isRecord(member)) put(leaves, below, member);
    else leaves.set(below, member);
  }
}

function isRecord(value: Json): value is Readonly<Record<string, Json | undefined>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
