import { z } from 'zod';
import { VERSION_PARTS } from '#lib/domain/rules/changed-parts.ts';
import { PROVISION_CHANGES } from '#lib/domain/rules/diff.ts';
import { isDay } from '#lib/domain/text/calendar-day.ts';
import { COMPARATORS } from '#lib/domain/text/quantity.ts';
import { operation } from '#lib/server/http/operation.ts';
import { pageFields, pageOf, pageSchema } from '#lib/server/http/page.ts';
import { provisionAnswer, summariseVersion, versionSummary } from './answers.ts';
import { compareVersions } from './compare.ts';
import { READ, slugParams } from './instruments-api.ts';
import { orRefuse } from './refusal.ts';
import { SEARCHED_FIELDS, searchRules } from './search.ts';
import type { StoredProvision } from './version.ts';

const point = z.string().refine((text) => isDay(text) || z.uuid().safeParse(text).success, {
  error: 'is neither a day such as 2026-05-13 nor the id of a version',
});

const segment = z.object({
  op: z.enum(['same', 'removed', 'added']),
  text: z.string(),
  is_limit: z.boolean(),
});
const limit = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('number'),
    text: z.string(),
    comparator: z.enum(COMPARATORS).nullable(),
    value: z.number(),
    unit: z.string().nullable(),
  }),
  z.object({ kind: z.literal('date'), text: z.string(), day: z.string() }),
]);
const block = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), segments: z.array(segment) }),
  z.object({
    kind: z.literal('table'),
    rows: z.array(
      z.object({
        op: z.enum(['same', 'removed', 'added', 'changed']),
        cells: z.array(z.array(segment)),
      }),
    ),
  }),
]);
const text_diff = z.object({
  is_changed: z.boolean(),
  blocks: z.array(block).describe('Segments of text, or rows of cells.'),
  limits: z.array(
    z.object({
      before: limit.nullable(),
      after: limit.nullable(),
      changes: z.array(z.enum(['value', 'comparator', 'unit'])),
      change_percent: z.number().nullable(),
      is_converted: z.boolean().describe('The units differ and convert: 0.1 % is 1000 mg/kg.'),
    }),
  ),
  similarity: z.number(),
});
const parameter_change = z.object({
  path: z.string().describe('The field; members of lists by what they are: slots.8.clause.'),
  change: z.enum(['added', 'removed', 'changed']),
  before: z.json(),
  after: z.json(),
  change_percent: z.number().nullable(),
});
const provision = provisionAnswer.nullable();

export const getDiff = operation({
  method: 'get',
  path: '/instruments/{slug}/diff',
  tag: 'Rules',
  summary: 'What changed between two days or versions',
  description:
    'Clause by clause, words for English and characters for Chinese, with numbers and units marked. A day before the first version leads to the instrument that it replaces; the clause mapping says which clause became which, and `unmapped` what nobody placed.',
  access: READ,
  params: slugParams,
  query: z.object({
    from: point,
    to: point,
    against: z.string().max(63).optional().describe('The slug of the instrument that `from` is a day of.'),
  }),
  response: {
    description: 'The provisions in the order of the later version.',
    schema: z.object({
      before: versionSummary,
      after: versionSummary,
      counts: z.record(z.enum(PROVISION_CHANGES), z.int()),
      unmapped: z.object({ before: z.array(z.string()), after: z.array(z.string()) }),
      provisions: z.array(
        z.object({
          change: z.enum(PROVISION_CHANGES),
          is_changed: z.boolean(),
          is_mapped: z.boolean(),
          before: provision,
          after: provision,
          title: z.array(segment),
          text: text_diff,
          translation: text_diff.nullable(),
          title_translation: z.array(segment).describe('Empty when neither title has a translation.'),
          status: z.object({ before: z.string().nullable(), after: z.string().nullable() }),
        }),
      ),
      parameters: z.array(parameter_change),
      other_changes: z.array(z.enum(VERSION_PARTS)).describe('What else differs between the two versions.'),
    }),
  },
  run: async ({ app, actor, params: { slug }, query }) => {
    const { comparison } = orRefuse(await compareVersions(app, actor, { slug, ...query }));
    const { counts, unmapped, provisions } = comparison.diff;
    return {
      before: summariseVersion(comparison.before),
      after: summariseVersion(comparison.after),
      counts,
      unmapped,
      provisions: provisions.map((diff) => ({
        ...diff,
        before: answerProvision(diff.before),
        after: answerProvision(diff.after),
      })),
      parameters: comparison.parameters,
      other_changes: comparison.other_changes,
    };
  },
});

function answerProvision(stored: StoredProvision | null): z.infer<typeof provisionAnswer> | null {
  if (!stored) return null;
  const { translates_sha256: _, ...rest } = stored;
  return rest;
}

export const getSearch = operation({
  method: 'get',
  path: '/rules/search',
  tag: 'Rules',
  summary: 'Find provisions of current and past texts',
  description:
    'Chinese and English, whatever the width, the script and the case. 第4.12条, Clause 4.12 and ４．１２ find the same clause.',
  access: READ,
  query: z.object({
    ...pageFields(z.tuple([z.number(), z.number()])),
    q: z.string().max(500),
    instrument: z.string().max(63).optional(),
  }),
  response: {
    description: 'The newest versions first.',
    schema: pageSchema(
      z.object({
        version: versionSummary,
        path: z.string(),
        title: z.string().nullable(),
        title_translation: z.string().nullable(),
        is_in_force: z.boolean().describe('Whether this is the text in force today.'),
        found: z.array(
          z.object({
            field: z.enum(SEARCHED_FIELDS),
            excerpt: z.string(),
            spans: z
              .array(z.object({ start: z.int(), end: z.int() }))
              .describe('Places in the excerpt, in UTF-16 units.'),
          }),
        ),
      }),
    ),
  },
  run: async ({ app, actor, query: { q, limit: rows_max, cursor, instrument } }) => {
    const rows = await searchRules(app, actor, { typed: q, instrument, limit: rows_max, after: cursor });
    const page = pageOf(
      rows ?? [],
      rows_max,
      ({ version, position }) => [version.sequence ?? 0, position] as const,
    );
    const items = page.items.map(({ position: _, version, ...item }) => ({
      ...item,
      version: summariseVersion(version),
    }));
    return { ...page, items };
  },
});
