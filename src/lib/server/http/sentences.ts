import type { z } from 'zod';
import { jsonPointer } from './json-text.ts';
import type { ErrorPlace } from './problem.ts';

/** More would not be read, and a body of a megabyte could make a hundred thousand. */
const ERRORS_MAX = 100;
/** A list of allowed values is a help up to here. */
const VALUES_SHOWN_MAX = 30;
const FITS_NO_FORM = 'has none of the forms that are accepted here';

const FORMATS: Record<string, string> = {
  date: 'is not a day such as 2026-05-13',
  datetime: 'is not a time such as 2026-05-13T09:30:00+08:00',
  time: 'is not a time of day such as 09:30:00',
  uuid: 'is not an id such as 0b4f4a0e-3c55-4b8e-9d1c-2f6d3f1f8a77',
  guid: 'is not an id such as 0b4f4a0e-3c55-4b8e-9d1c-2f6d3f1f8a77',
  email: 'is not an e-mail address',
  url: 'is not an address such as https://example.org/notices',
  base64: 'is not base64',
  safeint: 'is not a whole number',
};

const TYPES: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  bigint: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

/**
 * What a schema's issue says about a value, without its subject: "is shorter than 3 characters". Passed to
 * zod as its error map; a schema that words its own error does so in the same manner.
 */
export function predicateOf(issue: z.core.$ZodRawIssue): string {
  if (issue.input === undefined && (issue.code === 'invalid_type' || issue.code === 'invalid_value'))
    return 'is missing';
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue.expected, issue.input);
    case 'too_small':
      return tooSmall(issue);
    case 'too_big':
      return tooBig(issue);
    case 'invalid_format':
      return FORMATS[issue.format] ?? wrongFormat(issue);
    case 'invalid_value':
      return noneOf(issue.values.map(String));
    case 'not_multiple_of':
      return `is not a multiple of ${String(issue.divisor)}`;
    case 'unrecognized_keys':
      return `has fields that are not known here: ${issue.keys.slice(0, VALUES_SHOWN_MAX).join(', ')}`;
    case 'invalid_union':
      return Array.isArray(issue.options) ? noneOf(issue.options.map(String)) : FITS_NO_FORM;
    case 'invalid_key':
      return 'has a name that cannot be used';
    case 'invalid_element':
      return 'has an entry that cannot be used';
    case 'custom':
      return 'cannot be used';
    default:
      return issue satisfies never;
  }
}

/** The places and sentences of everything that a schema found, the first hundred. */
export function errorsOf(error: z.ZodError, where: 'query' | 'body'): ErrorPlace[] {
  return error.issues
    .flatMap((issue) => inside(issue, []))
    .slice(0, ERRORS_MAX)
    .map(({ path, code, message }) => ({
      ...(where === 'body' ? { pointer: jsonPointer(path) } : { field: path.join('.') }),
      code: message === 'is missing' ? 'missing' : code,
      message: sentence(path.length === 0 ? `The ${where}` : nameOf(path), message),
    }));
}

type Found = { path: PropertyKey[]; code: string; message: string };

/** An issue of a union is replaced by those of the branch that the sender most likely meant. */
function inside(issue: z.core.$ZodIssue, above: PropertyKey[]): Found[] {
  const path = [...above, ...issue.path];
  if (issue.code !== 'invalid_union' || issue.message !== FITS_NO_FORM)
    return [{ path, code: issue.code, message: issue.message }];
  const meant = issue.errors
    .filter((branch) => branch.every((inner) => inner.path.length > 0))
    .sort((a, b) => a.length - b.length)[0];
  if (!meant) return [{ path, code: issue.code, message: issue.message }];
  return meant.flatMap((inner) => inside(inner, path));
}

function nameOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((name, part) => {
    if (typeof part === 'number' || /^\d+$/.test(String(part))) return `${name}[${String(part)}]`;
    return name ? `${name}.${String(part)}` : String(part);
  }, '');
}

/** A predicate gets its subject; what is a sentence already stays one. */
function sentence(subject: string, message: string): string {
  const whole = /^\p{Lu}/u.test(message) ? message : `${subject} ${message}`;
  return /[.!?。！？]$/.test(whole) ? whole : `${whole}.`;
}

function wrongType(expected: string, input: unknown): string {
  const wanted = TYPES[expected] ?? expected;
  // "is a number, not a whole number" and "is a number, not a number" (NaN, from a query) read badly.
  return typeof input === 'number' && wanted.endsWith('number')
    ? `is not ${wanted}`
    : `is ${kindOf(input)}, not ${wanted}`;
}

function kindOf(input: unknown): string {
  if (input === null) return 'null';
  if (Array.isArray(input)) return 'a list';
  return TYPES[typeof input] ?? 'something else';
}

function tooSmall(issue: z.core.$ZodRawIssue<z.core.$ZodIssueTooSmall>): string {
  const { minimum, inclusive, origin } = issue;
  if (origin === 'string')
    return minimum === 1 ? 'is empty' : `is shorter than ${String(minimum)} characters`;
  if (origin === 'array' || origin === 'set')
    return minimum === 1 ? 'is empty' : `has fewer than ${String(minimum)} entries`;
  return inclusive === false ? `is not more than ${String(minimum)}` : `is less than ${String(minimum)}`;
}

function tooBig(issue: z.core.$ZodRawIssue<z.core.$ZodIssueTooBig>): string {
  const { maximum, inclusive, origin } = issue;
  if (origin === 'string') return `is longer than ${String(maximum)} characters`;
  if (origin === 'array' || origin === 'set') return `has more than ${String(maximum)} entries`;
  return inclusive === false ? `is not less than ${String(maximum)}` : `is more than ${String(maximum)}`;
}

function wrongFormat(issue: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidStringFormat>): string {
  if (issue.format === 'regex') return `does not have the form ${String(issue.pattern)}`;
  return `does not have the form of ${issue.format.replaceAll('_', ' ')}`;
}

function noneOf(values: readonly string[]): string {
  if (values.length === 1) return `is not ${String(values[0])}`;
  const shown = values.slice(0, VALUES_SHOWN_MAX).join(', ');
  return `is none of ${shown}${values.length > VALUES_SHOWN_MAX ? ' …' : ''}`;
}
