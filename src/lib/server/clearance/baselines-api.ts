import { z } from 'zod';
import { BASELINE_MEASURES, DIRECTIONS } from '#lib/domain/clearance/measure.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { operation } from '#lib/server/http/operation.ts';
import { baselines } from './baselines.ts';
import { day } from './query-fields.ts';

export const getBaselines = operation({
  method: 'get',
  path: '/clearance/baselines',
  tag: 'Clearance',
  summary: 'What was published or derived about clearance hours',
  access: { scope: 'clearance:read', side: 'either' },
  response: {
    description: 'Observations, newest first.',
    schema: z.object({ items: z.array(z.looseObject({ id: z.string() })), next_cursor: z.null() }),
  },
  run: async ({ app }) => ({ items: await baselines(app.db), next_cursor: null }),
});

export const postBaseline = operation({
  method: 'post',
  path: '/clearance/baselines',
  tag: 'Clearance',
  summary: 'Record an observation',
  access: { scope: 'clearance:write', side: 'operator' },
  is_idempotent: true,
  body: z.object({
    measure: z.enum(BASELINE_MEASURES),
    direction: z.enum(DIRECTIONS),
    population: z.string().min(1).max(300),
    period_from: day.nullish(),
    period_to: day.nullish(),
    hours: z.number().positive(),
    source_url: z.url().nullish(),
    source_title: z.string().min(1).max(500),
    is_derived: z.boolean().default(false),
  }),
  response: { status: 201, description: 'The observation.', schema: z.object({ id: z.string() }) },
  run: ({ app, body }) =>
    asOperator(app.db, (tx) =>
      tx.insertInto('baseline').values(body).returning('id').executeTakeFirstOrThrow(),
    ),
});
