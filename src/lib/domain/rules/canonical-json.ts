/** What JSON can hold. `undefined` members are left out, as `JSON.stringify` does. */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json | undefined };

/**
 * The one text of a JSON value by RFC 8785 (JCS): no blanks, members in the order of their UTF-16 code units,
 * numbers and strings as ECMAScript writes them. Ours, because ECMAScript already does both, and what is left
 * of the RFC is the sorting. Throws on a number that JSON has no text for, and on a lone surrogate, which has
 * no UTF-8 and would hash as another text.
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new RangeError(`${value} has no text in JSON.`);
  if (typeof value === 'string') return canonicalString(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.keys(value)
    .sort()
    .flatMap((name) => {
      const member = value[name];
      return member === undefined ? [] : [`${canonicalString(name)}:${canonicalJson(member)}`];
    });
  return `{${members.join(',')}}`;
}

function canonicalString(text: string): string {
  if (!text.isWellFormed()) throw new RangeError('A lone surrogate has no text in UTF-8.');
  return JSON.stringify(text);
}

function isList(
  value: readonly Json[] | { readonly [name: string]: Json | undefined },
): value is readonly Json[] {
  return Array.isArray(value);
}
