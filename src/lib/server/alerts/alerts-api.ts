import { z } from 'zod';
import { isDay } from '#lib/domain/text/calendar-day.ts';
import { LANGUAGES } from '#lib/i18n/text.ts';
import { impactSchema } from '#lib/server/eligibility/impact.ts';
import { operation } from '#lib/server/http/operation.ts';
import { pageFields, pageOf, pageSchema } from '#lib/server/http/page.ts';
import {
  acknowledge,
  ALERT_STATES,
  changeAlerts,
  countAlerts,
  findAlert,
  listAlerts,
  type ToldAlert,
} from './alerts.ts';
import { ESCALATION_STEPS } from './escalation.ts';
import { orRefuse } from './refusal.ts';
import { idParams, READ, TIME_KEY, WRITE } from './subscriptions-api.ts';

const language = z.enum(LANGUAGES).default('en').describe('Of the sentences.');

const fields = {
  id: z.string(),
  event_id: z.string(),
  kind: z.string(),
  subject_id: z.string().nullable(),
  state: z.enum(ALERT_STATES),
  title: z.string(),
  what_changed: z.string(),
  from_when: z.string().nullable(),
  what_it_means: z.string().nullable(),
  what_to_do: z.string(),
  impact: impactSchema
    .nullable()
    .describe("What it does to the firm's own products; null while that is not known, or of no rule."),
  why: z.string().describe('Why this firm is told.'),
  url: z.string(),
  owner_id: z.string().nullable(),
  due_on: z.string().nullable(),
  acknowledged_at: z.string().nullable(),
  escalated_to: z
    .enum(ESCALATION_STEPS)
    .nullable()
    .describe('The last step that it was told to, while nobody had acknowledged it.'),
  occurred_at: z.string(),
  created_at: z.string(),
};
const answer = z.object(fields);
const segment = z.object({
  op: z.enum(['same', 'removed', 'added']),
  text: z.string(),
  is_limit: z.boolean(),
});
const whole = z.object({
  ...fields,
  chain: z.string().nullable(),
  clauses: z.array(
    z.object({
      path: z.string(),
      title: z.string().nullable(),
      change: z.enum(['added', 'removed', 'changed', 'moved']),
      segments: z.array(segment),
    }),
  ),
  history: z.array(
    z.object({
      act: z.string(),
      actor: z.string(),
      value: z.string().nullable(),
      note: z.string().nullable(),
      at: z.string(),
    }),
  ),
});

function answered({ message, key: _, acknowledged_at, occurred_at, created_at, ...row }: ToldAlert) {
  const { title, changed, from, means, to_do, why, url } = message;
  const impact = message.impact?.of === 'firm' ? message.impact.impact : null;
  return {
    ...row,
    title,
    what_changed: changed,
    from_when: from,
    what_it_means: means,
    what_to_do: to_do,
    impact,
    why,
    url,
    acknowledged_at: acknowledged_at?.toISOString() ?? null,
    occurred_at: occurred_at.toISOString(),
    created_at: created_at.toISOString(),
  };
}

export const getAlerts = operation({
  method: 'get',
  path: '/alerts',
  tag: 'Alerts',
  summary: 'The inbox',
  access: READ,
  query: z.object({
    ...pageFields(TIME_KEY),
    state: z
      .union([z.enum(ALERT_STATES), z.array(z.enum(ALERT_STATES))])
      .transform((value) => [value].flat())
      .optional(),
    language,
  }),
  response: { description: 'The newest first.', schema: pageSchema(answer) },
  run: async ({ app, actor, firm, query }) => {
    const { limit, cursor, state } = query;
    const asked = { limit, after: cursor, states: state, language: query.language };
    const page = pageOf(
      await listAlerts(app, { actor, firm }, asked),
      limit,
      ({ key, id }) => [key, id] as const,
    );
    return { ...page, items: page.items.map(answered) };
  },
});

export const getAlertCounts = operation({
  method: 'get',
  path: '/alerts/counts',
  tag: 'Alerts',
  summary: 'How many alerts are in each state',
  access: READ,
  response: {
    description: 'The counts.',
    schema: z.record(z.enum(ALERT_STATES), z.int()),
  },
  run: ({ app, actor, firm }) => countAlerts(app, { actor, firm }),
});

export const getAlert = operation({
  method: 'get',
  path: '/alerts/{id}',
  tag: 'Alerts',
  summary: 'One alert with the texts that changed and its history',
  access: READ,
  params: idParams,
  query: z.object({ language }),
  response: { description: 'The alert.', schema: whole },
  run: async ({ app, actor, firm, params: { id }, query }) => {
    const { alert, acts } = orRefuse(await findAlert(app, { actor, firm }, { id, language: query.language }));
    const { chain, clauses } = alert.message;
    const history = acts.map(({ actor_name, at, ...act }) => ({
      ...act,
      actor: actor_name,
      at: at.toISOString(),
    }));
    return { ...answered(alert), chain, clauses, history };
  },
});

export const patchAlert = operation({
  method: 'patch',
  path: '/alerts/{id}',
  tag: 'Alerts',
  summary: 'Move, assign, date or comment on an alert',
  description: 'Each change is a line of its history. What is excluded needs a reason.',
  access: WRITE,
  params: idParams,
  body: z.strictObject({
    state: z.enum(ALERT_STATES).optional(),
    owner_id: z.uuid().toLowerCase().nullable().optional(),
    due_on: z.string().refine(isDay, 'is no day such as 2026-09-21').nullable().optional(),
    comment: z.string().trim().min(1).max(4_000).optional(),
    reason: z.string().trim().min(1).max(4_000).optional(),
  }),
  response: { description: 'The alert as it is now.', schema: answer },
  run: async ({ app, actor, firm, params: { id }, body }) => {
    orRefuse(await changeAlerts(app, { actor, firm }, [id], body));
    return answered(orRefuse(await findAlert(app, { actor, firm }, { id, language: 'en' })).alert);
  },
});

export const postAcknowledgement = operation({
  method: 'post',
  path: '/alerts/{id}/acknowledge',
  tag: 'Alerts',
  summary: 'Say that it was read and understood',
  description: 'Kept with who said so and when; saying it twice changes nothing.',
  access: READ,
  params: idParams,
  body: z.strictObject({}).optional(),
  response: { description: 'The alert as it is now.', schema: answer },
  run: async ({ app, actor, firm, params: { id } }) => {
    orRefuse(await acknowledge(app, { actor, firm }, id));
    return answered(orRefuse(await findAlert(app, { actor, firm }, { id, language: 'en' })).alert);
  },
});
