import { z } from 'zod';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { COHORT_FIRMS_MIN } from '#lib/domain/clearance/measure.ts';
import { CHECK_RESULTS, OUTCOMES } from '#lib/domain/eligibility/engine/verdict.ts';
import type { ProgrammeRule } from '#lib/domain/eligibility/engine/rule.ts';
import { CHECK_CODES, eligibilityParametersSchema } from '#lib/domain/rules/parameters.ts';
import { firmById, listFirms } from '#lib/server/accounts/firms.ts';
import type { App } from '#lib/server/app.ts';
import { asOwner } from '#lib/server/db/tenancy.ts';
import { operation } from '#lib/server/http/operation.ts';
import { refuse } from '#lib/server/http/problem.ts';
import { otherProgramme } from './replay.ts';
import { hoursBetween, whatIf } from './what-if.ts';

/** They are looked at one after the other, within one request. */
const FIRMS_MAX = 500;

const body = z
  .object({
    version_id: z.uuid({ error: 'is not an id' }).optional().describe('A version of a rule.'),
    parameters: eligibilityParametersSchema.optional().describe('Or conditions of your own.'),
  })
  .refine(({ version_id, parameters }) => (version_id === undefined) !== (parameters === undefined), {
    path: ['version_id'],
    error: 'is needed, or parameters, and not both',
  })
  .meta({ example: { version_id: '0b4f4a0e-3c55-4b8e-9d1c-2f6d3f1f8a77' } });

const change = z.object({
  product_id: z.string(),
  code: z.string(),
  name: z.string(),
  was: z.enum(OUTCOMES),
  would_be: z.enum(OUTCOMES),
  hours_more: z
    .number()
    .nullable()
    .describe("By the medians of the firm's own goods; null where too few are known."),
  open_checks: z.array(
    z.object({ code: z.enum(CHECK_CODES), result: z.enum(CHECK_RESULTS), clause: z.string().nullable() }),
  ),
});
const ofFirm = z.object({
  scope: z.literal('firm'),
  products: z.int(),
  without_report: z.int().describe('Products without a confirmed report: nothing can be said of them.'),
  is_cut: z.boolean().describe('The firm has more products than were looked at.'),
  changes: z.array(change),
});
const ofAll = z.object({
  scope: z.literal('all'),
  firms: z.int(),
  is_cut: z.boolean(),
  changed: z
    .object({ firms: z.int(), products: z.int() })
    .nullable()
    .describe(`Null where one to ${COHORT_FIRMS_MIN - 1} firms stand behind it.`),
});

export const postWhatIf = operation({
  method: 'post',
  path: '/rules/what-if',
  tag: 'Rules',
  summary: 'Which products another rule would decide otherwise',
  description: `Declared today at the firm's office, each product with the report that serves it best; only the rule of the programme is another. Nothing is logged or changed. A firm sees its own products, under published versions or under conditions that it sends. The operator asks for drafts too and sees counts over all firms, never fewer than ${COHORT_FIRMS_MIN} and rounded down to fives.`,
  access: { scope: 'portfolio:read', operator_scope: 'rules:write', side: 'either' },
  body,
  response: { description: 'What would change.', schema: z.union([ofFirm, ofAll]) },
  run: async ({ app, firm, body: asked }) => {
    const other = asked.parameters
      ? { parameters: asked.parameters }
      : { version_id: asked.version_id ?? '' };
    const programme =
      (await asOwner(app.db, firm?.id ?? null, (tx) => otherProgramme(tx, other))) ??
      refuse(404, 'There is no such version.');
    if (!('parameters' in programme)) refuse(422, 'This version has no conditions to decide by.');
    return firm ? answerOfFirm(app, firm, programme) : answerOfAll(app, programme);
  },
});

async function answerOfFirm(app: App, firm: Firm, programme: ProgrammeRule): Promise<z.infer<typeof ofFirm>> {
  const { changes, ...found } = await whatIf(app, firm, programme);
  const hours = new Map<string, number | null>();
  const items = [];
  for (const { product, was, would_be, open_checks } of changes) {
    const key = `${was} ${would_be}`;
    if (!hours.has(key)) hours.set(key, await hoursBetween(app, firm, { was, would_be }));
    const hours_more = hours.get(key) ?? null;
    const { id: product_id, code, name } = product;
    items.push({ product_id, code, name, was, would_be, hours_more, open_checks });
  }
  return { scope: 'firm', ...found, changes: items };
}

/** To fives, so that two answers tell nothing about the one firm by which they differ. */
function roundedDown(count: number): number {
  return Math.floor(count / COHORT_FIRMS_MIN) * COHORT_FIRMS_MIN;
}

/** Counts alone leave the transaction of a firm, and only where enough firms stand behind them. */
async function answerOfAll(app: App, programme: ProgrammeRule): Promise<z.infer<typeof ofAll>> {
  const real = (await listFirms(app)).filter(({ is_sample }) => !is_sample);
  const changed = { firms: 0, products: 0 };
  const asked = real.slice(0, FIRMS_MAX);
  for (const { id } of asked) {
    const firm = await firmById(app, id);
    const changes = firm ? (await whatIf(app, firm, programme)).changes.length : 0;
    changed.products += changes;
    if (changes > 0) changed.firms += 1;
  }
  const is_few = asked.length < COHORT_FIRMS_MIN || (changed.firms > 0 && changed.firms < COHORT_FIRMS_MIN);
  return {
    scope: 'all',
    firms: asked.length,
    is_cut: real.length > asked.length,
    changed: is_few ? null : { firms: roundedDown(changed.firms), products: roundedDown(changed.products) },
  };
}
