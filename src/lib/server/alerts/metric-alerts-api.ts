import { z } from 'zod';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { metricAlertPatch, metricAlertSchema } from '#lib/domain/alerts/metric-alert.ts';
import type { Access } from '#lib/server/http/access.ts';
import { operation } from '#lib/server/http/operation.ts';
import { pageFields, pageOf, pageSchema } from '#lib/server/http/page.ts';
import { refuse } from '#lib/server/http/problem.ts';
import {
  changeMetricAlert,
  createMetricAlert,
  deleteMetricAlert,
  findMetricAlert,
  listMetricAlerts,
  type StoredMetricAlert,
} from './metric-alerts.ts';
import { metricHistory } from './metric-history.ts';
import { orRefuse } from './refusal.ts';
import { idParams, TIME_KEY } from './subscriptions-api.ts';

const READ: Access = { scope: 'alerts:read', side: 'firm' };
const WRITE: Access = { scope: 'alerts:write', side: 'firm' };
const EXAMPLE = {
  name: 'Cribs at Beilun slower than 8 hours',
  customs_office: '3104',
  category: 'crib',
  grain: 'week',
  comparison: 'threshold',
  fire_above: 8,
  recover_at: 6,
  pending_periods: 2,
  min_n: 30,
};

const body = metricAlertSchema.meta({ example: EXAMPLE });
const state = z.enum(['ok', 'pending', 'firing']);
const stored = z.object({
  id: z.string(),
  ...metricAlertSchema.shape,
  state,
  state_since: z.string().nullable().describe('The period in which it came to this state.'),
  last_period: z.string().nullable().describe('The last one with data.'),
  last_value: z.number().nullable().describe('Hours, or per cent over what is compared with.'),
  no_data_since: z.string().nullable().describe('Since then there are no data, and the state is kept.'),
  evaluated_at: z.string().nullable(),
});
const judged = z.object({
  period: z.string(),
  n: z.int(),
  hours: z.number().nullable(),
  value: z.number().nullable(),
  state,
  is_no_data: z.boolean(),
  is_muted: z.boolean(),
  told: z.enum(['fired', 'recovered']).nullable().describe('What subscribers would have been told.'),
});

function answered({ content, evaluated_at, ...row }: StoredMetricAlert): z.infer<typeof stored> {
  const { id, state_since, last_period, last_value, no_data_since } = row;
  return {
    id,
    ...content,
    state: row.state,
    ...{ state_since, last_period, last_value, no_data_since },
    evaluated_at: evaluated_at?.toISOString() ?? null,
  };
}

/** `side: firm` lets nobody in without one. */
function ofFirm(firm: Firm | null): Firm {
  return firm ?? refuse(403, 'Ask with a key of a firm.');
}

export const getMetricAlerts = operation({
  method: 'get',
  path: '/metric-alerts',
  tag: 'Alerts',
  summary: 'Alerts on clearance hours',
  access: READ,
  query: z.object(pageFields(TIME_KEY)),
  response: { description: 'The newest first.', schema: pageSchema(stored) },
  run: async ({ app, firm, query: { limit, cursor } }) => {
    const rows = await listMetricAlerts(app, ofFirm(firm), { limit: limit + 1, after: cursor });
    const page = pageOf(rows, limit, ({ key, id }) => [key, id] as const);
    return { ...page, items: page.items.map(answered) };
  },
});

export const postMetricAlert = operation({
  method: 'post',
  path: '/metric-alerts',
  tag: 'Alerts',
  summary: 'Be told when hours pass a limit',
  description:
    'Whole periods up to yesterday are judged every quarter of an hour, in China time. Who is told follows from subscriptions to `clearance.threshold`.',
  access: WRITE,
  is_idempotent: true,
  body,
  response: { status: 201, description: 'The alert.', schema: stored },
  run: async ({ app, firm, body: asked }) =>
    answered(orRefuse(await createMetricAlert(app, ofFirm(firm), asked)).metric_alert),
});

export const postMetricDryRun = operation({
  method: 'post',
  path: '/metric-alerts/dry-run',
  tag: 'Alerts',
  summary: 'What an alert would have told',
  description: "Judges the firm's own history, and stores and tells nothing.",
  access: READ,
  body,
  response: {
    description: 'Each whole period, the oldest first.',
    schema: z.object({ fired: z.int(), periods: z.array(judged) }),
  },
  run: async ({ app, firm, body: asked }) => {
    const history = await metricHistory(app, ofFirm(firm), asked);
    const periods = history.judged.map(({ to: _, ...one }) => one);
    return { fired: periods.filter(({ told }) => told === 'fired').length, periods };
  },
});

export const getMetricAlert = operation({
  method: 'get',
  path: '/metric-alerts/{id}',
  tag: 'Alerts',
  summary: 'An alert on hours and how it stands',
  access: READ,
  params: idParams,
  response: { description: 'The alert.', schema: stored },
  run: async ({ app, firm, params }) =>
    answered(orRefuse(await findMetricAlert(app, ofFirm(firm), params.id)).metric_alert),
});

export const patchMetricAlert = operation({
  method: 'patch',
  path: '/metric-alerts/{id}',
  tag: 'Alerts',
  summary: 'Change an alert on hours',
  description: 'A change of what is asked begins anew; a name, and switching off and on, do not.',
  access: WRITE,
  params: idParams,
  body: metricAlertPatch.meta({ example: { is_enabled: false } }),
  response: { description: 'The alert.', schema: stored },
  run: async ({ app, firm, params, body: change }) => {
    const result = await changeMetricAlert(app, ofFirm(firm), { id: params.id, change });
    if (!result.ok && 'issues' in result) refuse(422, `The alert ${result.issues}.`);
    return answered(orRefuse(result).metric_alert);
  },
});

export const removeMetricAlert = operation({
  method: 'delete',
  path: '/metric-alerts/{id}',
  tag: 'Alerts',
  summary: 'Delete an alert on hours',
  access: WRITE,
  params: idParams,
  response: { status: 204, description: 'It is gone.' },
  run: async ({ app, firm, params }) => {
    orRefuse(await deleteMetricAlert(app, ofFirm(firm), params.id));
  },
});
