import { z } from 'zod';
import { operation } from '#lib/server/http/operation.ts';
import { findAlert } from './alerts.ts';
import {
  acceptExclusion,
  EXCLUSION_SCOPES,
  listExclusions,
  proposeExclusions,
  undoExclusion,
  type Exclusion,
} from './exclusions.ts';
import { orRefuse } from './refusal.ts';
import { idParams, READ, WRITE } from './subscriptions-api.ts';

const names = z.array(z.string()).optional();
const lists = z
  .object({
    kinds: names,
    instruments: names,
    provisions: names,
    pending_items: names,
    categories: names,
    districts: names,
  })
  .describe('An event is left out when all that it names of each list stands here.');
const answer = z.object({
  id: z.string(),
  subscription_id: z.string(),
  alert_id: z.string().nullable().describe('The alert that it was learned from.'),
  lists,
  reason: z.string().nullable(),
  created_by: z.string(),
  created_at: z.string(),
  withheld: z.int().describe('How much was not told because of it.'),
});
const scope = z.enum(EXCLUSION_SCOPES);

function answered({ created_at, ...rest }: Exclusion) {
  return { ...rest, created_at: created_at.toISOString() };
}

export const getProposals = operation({
  method: 'get',
  path: '/alerts/{id}/exclusions',
  tag: 'Alerts',
  summary: 'What an alert that does not apply could leave out from now on',
  access: READ,
  params: idParams,
  response: {
    description: 'The narrowest first; empty while the alert is not excluded.',
    schema: z.object({ items: z.array(z.object({ scope, lists })) }),
  },
  run: async ({ app, actor, firm, params: { id } }) => {
    // One that the caller may not know of is not there, and not merely without proposals.
    orRefuse(await findAlert(app, { actor, firm }, { id, language: 'en' }));
    return { items: await proposeExclusions(app, { actor, firm }, id) };
  },
});

export const postExclusion = operation({
  method: 'post',
  path: '/alerts/{id}/exclusions',
  tag: 'Alerts',
  summary: 'Leave it out of the subscriptions that the alert came by',
  description:
    'Later events that match are not told, and the record of who was told says so. It can be undone.',
  access: WRITE,
  params: idParams,
  body: z.strictObject({ scope }),
  response: {
    status: 201,
    description: 'One for each subscription.',
    schema: z.object({ items: z.array(answer) }),
  },
  run: async ({ app, actor, firm, params: { id }, body }) => {
    const asked = { alert_id: id, scope: body.scope };
    const { exclusions } = orRefuse(await acceptExclusion(app, { actor, firm }, asked));
    return { items: exclusions.map(answered) };
  },
});

export const getExclusions = operation({
  method: 'get',
  path: '/exclusions',
  tag: 'Alerts',
  summary: 'What your subscriptions leave out',
  access: READ,
  response: {
    description: 'Those that hold, the newest first.',
    schema: z.object({ items: z.array(answer) }),
  },
  run: async ({ app, actor, firm }) => ({
    items: (await listExclusions(app, { actor, firm })).map(answered),
  }),
});

export const removeExclusion = operation({
  method: 'delete',
  path: '/exclusions/{id}',
  tag: 'Alerts',
  summary: 'Tell it again from now on',
  access: WRITE,
  params: idParams,
  response: { status: 204, description: 'It is undone; what it left out stays in the record.' },
  run: async ({ app, actor, firm, params: { id } }) => {
    orRefuse(await undoExclusion(app, { actor, firm }, id));
  },
});
