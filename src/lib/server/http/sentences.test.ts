import { expect, test } from 'vitest';
import { z } from 'zod';
import { errorsOf, predicateOf } from './sentences.ts';

function messages(schema: z.ZodType, value: unknown, where: 'query' | 'body' = 'body'): string[] {
  const parsed = schema.safeParse(value, { error: predicateOf });
  return parsed.success ? [] : errorsOf(parsed.error, where).map((error) => error.message);
}

const field = (schema: z.ZodType) => z.object({ f: schema });

test.each([
  ['a missing field', field(z.string()), {}, 'f is missing.'],
  ['a missing choice', field(z.enum(['a', 'b'])), {}, 'f is missing.'],
  ['null for text', field(z.string()), { f: null }, 'f is null, not text.'],
  ['a list for an object', field(z.object({})), { f: [] }, 'f is a list, not an object.'],
  ['text for a number', field(z.number()), { f: '3' }, 'f is text, not a number.'],
  ['a fraction', field(z.int()), { f: 1.5 }, 'f is not a whole number.'],
  ['nonsense in a query', field(z.coerce.number()), { f: 'abc' }, 'f is not a number.'],
  ['too little', field(z.number().min(1)), { f: 0 }, 'f is less than 1.'],
  ['too much', field(z.number().max(500)), { f: 501 }, 'f is more than 500.'],
  ['not above', field(z.number().gt(0)), { f: 0 }, 'f is not more than 0.'],
  ['empty text', field(z.string().min(1)), { f: '' }, 'f is empty.'],
  ['long text', field(z.string().max(2)), { f: 'abc' }, 'f is longer than 2 characters.'],
  ['an empty list', field(z.array(z.string()).min(1)), { f: [] }, 'f is empty.'],
  ['a long list', field(z.array(z.string()).max(1)), { f: ['a', 'b'] }, 'f has more than 1 entries.'],
  ['no choice', field(z.enum(['import', 'export'])), { f: 'x' }, 'f is none of import, export.'],
  ['not the literal', field(z.literal('v1')), { f: 'x' }, 'f is not v1.'],
  ['no day', field(z.iso.date()), { f: '2026-02-30' }, 'f is not a day such as 2026-05-13.'],
  [
    'no time',
    field(z.iso.datetime({ offset: true })),
    { f: 'x' },
    'f is not a time such as 2026-05-13T09:30:00+08:00.',
  ],
  ['no id', field(z.uuid()), { f: 'x' }, 'f is not an id such as 0b4f4a0e-3c55-4b8e-9d1c-2f6d3f1f8a77.'],
  ['no address', field(z.url()), { f: 'x' }, 'f is not an address such as https://example.org/notices.'],
  ['another form', field(z.string().regex(/^\d{4}$/)), { f: 'x' }, 'f does not have the form /^\\d{4}$/.'],
  ['no multiple', field(z.number().multipleOf(5)), { f: 3 }, 'f is not a multiple of 5.'],
  ['an unknown field', z.strictObject({}), { g: 1 }, 'The body has fields that are not known here: g.'],
  [
    'own words',
    field(z.string().refine(() => false, 'is not a customs office')),
    { f: 'x' },
    'f is not a customs office.',
  ],
  [
    'a whole sentence',
    field(z.string().refine(() => false, 'Choose another.')),
    { f: 'x' },
    'Choose another.',
  ],
  [
    'a deep place',
    field(z.array(z.object({ 'a b': z.number() }))),
    { f: [{ 'a b': '' }] },
    'f[0].a b is text, not a number.',
  ],
  ['the wrong root', z.object({}), 'x', 'The body is text, not an object.'],
  [
    'a discriminator',
    field(
      z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('feed') }),
        z.object({ kind: z.literal('page') }),
      ]),
    ),
    { f: { kind: 'x' } },
    'f.kind is none of feed, page.',
  ],
])('says %s in one plain sentence', (_what, schema, value, message) => {
  expect(messages(schema, value)).toEqual([message]);
});

test('tells the errors of the branch of a union that was meant', () => {
  const schema = field(z.union([z.string(), z.object({ code: z.string(), at: z.iso.date() })]));
  expect(messages(schema, { f: { code: 1, at: '2026-05-13' } })).toEqual(['f.code is a number, not text.']);
  expect(messages(schema, { f: 4 })).toEqual(['f has none of the forms that are accepted here.']);
});

test('names a query field plainly and a body field by JSON pointer', () => {
  const place = (where: 'query' | 'body') => {
    const parsed = z
      .object({ a: z.object({ 'b/c': z.string() }) })
      .safeParse({ a: {} }, { error: predicateOf });
    return parsed.success ? null : errorsOf(parsed.error, where)[0];
  };
  expect(place('body')).toEqual({ pointer: '/a/b~1c', code: 'missing', message: 'a.b/c is missing.' });
  expect(place('query')).toEqual({ field: 'a.b/c', code: 'missing', message: 'a.b/c is missing.' });
});

test('stops after a hundred errors', () => {
  expect(
    messages(
      z.array(z.string()),
      Array.from({ length: 1000 }, () => 1),
    ),
  ).toHaveLength(100);
});
