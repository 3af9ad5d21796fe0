import { z } from 'zod';
import { BASELINE_MEASURES, DIRECTIONS } from '#lib/domain/clearance/measure.ts';
import { isAddress, isRange } from '#lib/domain/clearance/baseline-form.ts';
import type { Baseline } from '#lib/domain/clearance/overview.ts';
import { operation } from '#lib/server/http/operation.ts';
import { pageFields, pageSchema } from '#lib/server/http/page.ts';
import { refuse } from '#lib/server/http/problem.ts';
import { baselinePage, changeBaseline, recordBaseline } from './baselines.ts';
import { whyNotText } from './problem-text.ts';
import { day } from './query-fields.ts';

const KEY = z.tuple([z.string().regex(/^\d{4}-\d\d-\d\d [\d:.]+[+-][\d:]+$/), z.uuid()]);

const observed = {
  measure: z.enum(BASELINE_MEASURES),
  direction: z.enum(DIRECTIONS),
  population: z.string().min(1).max(300).describe('Whose declarations it is about.'),
  hours: z.number().positive(),
  source_title: z.string().min(1).max(500),
};

const baseline = z.looseObject({
  id: z.string(),
  ...observed,
  population_zh: z.string().nullable(),
  period_from: z.string().nullable(),
  period_to: z.string().nullable(),
  hours_low: z.number().nullable(),
  hours_high: z.number().nullable(),
  is_derived: z.boolean(),
  source_title_zh: z.string().nullable(),
  derivation: z.string().nullable(),
  derivation_zh: z.string().nullable(),
  is_default: z.boolean().describe('Stands beside answers of its measure and direction.'),
  definition_confirmed: z.boolean(),
  source_url: z.string().nullable(),
  note: z.string().nullable(),
  note_zh: z.string().nullable(),
  never_comparable: z
    .object({ en: z.string(), zh: z.string() })
    .nullable()
    .describe('Why it is compared with nothing that is measured here; null where it can be compared.'),
});

export const getBaselines = operation({
  method: 'get',
  path: '/clearance/baselines',
  tag: 'Clearance',
  summary: 'What was published or derived about clearance hours',
  access: { scope: 'clearance:read', side: 'either' },
  query: z.object(pageFields(KEY)),
  response: { description: 'Observations, newest first.', schema: pageSchema(baseline) },
  run: async ({ app, query }) => {
    const { items, next_cursor } = await baselinePage(app.db, {
      limit: query.limit,
      after: query.cursor ?? null,
    });
    return { items: items.map(answered), next_cursor };
  },
});

export const postBaseline = operation({
  method: 'post',
  path: '/clearance/baselines',
  tag: 'Clearance',
  summary: 'Record an observation',
  access: { scope: 'clearance:write', side: 'operator' },
  is_idempotent: true,
  body: z
    .object({
      ...observed,
      population_zh: z.string().min(1).max(300).nullable().default(null),
      source_title_zh: z.string().min(1).max(500).nullable().default(null),
      period_from: day.nullable().default(null),
      period_to: day.nullable().default(null),
      hours_low: z.number().positive().nullable().default(null),
      hours_high: z.number().positive().nullable().default(null),
      is_derived: z.boolean().default(false),
      derivation: z.string().min(1).max(1000).nullable().default(null).describe('How it was derived.'),
      derivation_zh: z.string().min(1).max(1000).nullable().default(null),
      is_default: z.boolean().default(false).describe('Takes the place of the default before.'),
      definition_confirmed: z.boolean().default(false),
      source_url: z
        .string()
        .max(2000)
        .refine(isAddress, 'is not an address such as https://example.org/')
        .nullable()
        .default(null),
      note: z.string().min(1).max(1000).nullable().default(null),
      note_zh: z.string().min(1).max(1000).nullable().default(null),
    })
    .refine(({ period_from, period_to }) => !period_from || !period_to || period_from <= period_to, {
      path: ['period_to'],
      error: 'is before period_from',
    })
    .refine(({ hours, hours_low, hours_high }) => isRange({ hours, hours_low, hours_high }), {
      path: ['hours_low'],
      error: 'and hours_high stand on either side of hours, or both are left out',
    })
    .refine(({ measure, is_default }) => measure !== 'gacc_overall' || !is_default, {
      path: ['is_default'],
      error: 'cannot be true of a measure that nothing here is compared with',
    }),
  response: { status: 201, description: 'The observation.', schema: z.object({ id: z.string() }) },
  run: ({ app, actor, body }) => recordBaseline(app.db, { ...body, recorded_by: actor.id }),
});

export const patchBaseline = operation({
  method: 'patch',
  path: '/clearance/baselines/{id}',
  tag: 'Clearance',
  summary: 'Make an observation the default, or say more about it',
  description: 'What was observed is never changed: record another observation instead.',
  access: { scope: 'clearance:write', side: 'operator' },
  params: z.object({ id: z.uuid() }),
  body: z.strictObject({
    is_default: z.boolean().optional(),
    definition_confirmed: z.boolean().optional(),
    note: z.string().min(1).max(1000).nullish(),
    note_zh: z.string().min(1).max(1000).nullish(),
  }),
  response: { description: 'The observation.', schema: baseline },
  run: async ({ app, params, body }) => {
    const changed = await changeBaseline(app.db, params.id, body);
    if (changed === 'not_comparable')
      refuse(422, whyNotText('other_definition', 'en'), [
        { pointer: '/is_default', code: 'not_comparable', message: whyNotText('other_definition', 'en') },
      ]);
    return changed ? answered(changed) : refuse(404, 'There is no such baseline.');
  },
});

function answered(one: Baseline) {
  const reason = one.measure === 'gacc_overall' ? 'other_definition' : null;
  return {
    ...one,
    never_comparable: reason && { en: whyNotText(reason, 'en'), zh: whyNotText(reason, 'zh-CN') },
  };
}
