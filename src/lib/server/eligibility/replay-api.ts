import { z } from 'zod';
import { CHECK_RESULTS, OUTCOMES } from '#lib/domain/eligibility/engine/verdict.ts';
import { CHECK_CODES, eligibilityParametersSchema } from '#lib/domain/rules/parameters.ts';
import { isDay } from '#lib/domain/text/calendar-day.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { operation } from '#lib/server/http/operation.ts';
import { decodeCursor, encodeCursor } from '#lib/server/http/page.ts';
import { refuse } from '#lib/server/http/problem.ts';
import { otherProgramme, replay } from './replay.ts';

const DECISIONS_MAX = 500;
const KEY = z.tuple([z.string().regex(/^\d{4}-\d\d-\d\d [\d:.]+[+-][\d:]+$/), z.uuid()]);
const day = z.string().refine(isDay, { error: 'is not a day such as 2026-05-14' });

const body = z
  .object({
    version_id: z.uuid({ error: 'is not an id' }).optional().describe('A published version of a rule.'),
    parameters: eligibilityParametersSchema.optional().describe('Or conditions of your own.'),
    from: day.nullish().describe('The first day of the decisions, in China.'),
    to: day.nullish(),
    limit: z.int().min(1).max(DECISIONS_MAX).default(DECISIONS_MAX),
    cursor: z.string().max(1000).nullish(),
  })
  .refine(({ version_id, parameters }) => (version_id === undefined) !== (parameters === undefined), {
    path: ['version_id'],
    error: 'is needed, or parameters, and not both',
  })
  .meta({ example: { version_id: '0b4f4a0e-3c55-4b8e-9d1c-2f6d3f1f8a77', from: '2026-05-13' } });

export const postReplay = operation({
  method: 'post',
  path: '/eligibility/replays',
  tag: 'Eligibility',
  summary: 'Answer past decisions under another rule, and list what flips',
  description:
    'Each decision with its input and with the registers as they were then; only the rule of the programme is another. Nothing is logged or changed. Decisions that are logged as summaries have no input here and are counted apart.',
  access: { scope: 'eligibility:check', side: 'firm' },
  body,
  response: {
    description: 'The decisions whose outcome would change, newest first.',
    schema: z.object({
      replayed: z.int(),
      without_input: z.int(),
      flips: z.array(
        z.object({
          decision_id: z.string(),
          reference: z.string().nullable(),
          subject: z.string().nullable(),
          was: z.enum(OUTCOMES),
          would_be: z.enum(OUTCOMES),
          open_checks: z.array(
            z.object({
              code: z.enum(CHECK_CODES),
              result: z.enum(CHECK_RESULTS),
              clause: z.string().nullable(),
            }),
          ),
        }),
      ),
      next_cursor: z.string().nullable(),
    }),
  },
  run: async ({ app, firm, body: asked }) => {
    const firm_id = (firm ?? refuse(403, 'Decisions belong to a firm.')).id;
    const { version_id, parameters, limit, cursor } = asked;
    const decoded = cursor ? decodeCursor(cursor, KEY) : null;
    if (decoded && !decoded.ok)
      refuse(422, 'The cursor is none of this list; leave it out to start with the newest.');
    const other = parameters ? { parameters } : { version_id: version_id ?? '' };
    return inFirm(app.db, firm_id, async (tx) => {
      const programme = (await otherProgramme(tx, other)) ?? refuse(404, 'There is no such version.');
      if (!('parameters' in programme)) refuse(422, 'This version has no conditions to decide by.');
      const filter = { outcome: null, reference: null, from: asked.from ?? null, to: asked.to ?? null };
      const { next, ...found } = await replay(tx, programme, {
        filter,
        limit,
        after: decoded?.ok ? decoded.key : null,
      });
      return { ...found, next_cursor: next ? encodeCursor(next) : null };
    });
  },
});
