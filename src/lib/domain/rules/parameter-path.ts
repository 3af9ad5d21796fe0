import type { Json } from './canonical-json.ts';

/** A check's code has dots of its own: `blocks.report.age` is the member `report.age` of `blocks`. */
const CHECKS = 'blocks.';

/** The names that lead from a rule's parameters to the field of a path of PARAMETER_FIELDS. */
export function namesOfPath(path: string): string[] {
  return path.startsWith(CHECKS) ? ['blocks', path.slice(CHECKS.length)] : path.split('.');
}

/** The value that a path of PARAMETER_FIELDS leads to; null where there is none. */
export function valueAtPath(parameters: Json, path: string): Json {
  return namesOfPath(path).reduce<Json>((value, name) => {
    if (value === null || typeof value !== 'object') return null;
    const member = Object.entries(value).find(([key]) => key === name);
    return member?.[1] ?? null;
  }, parameters);
}
