import { z } from 'zod';
import { DELIVERY_CHANNELS, DELIVERY_STATES } from '#lib/domain/alerts/delivery.ts';
import { operation } from '#lib/server/http/operation.ts';
import { pageFields, pageOf, pageSchema } from '#lib/server/http/page.ts';
import {
  findDelivery,
  listDeliveries,
  replayDeliveries,
  replayDelivery,
  type ListedDelivery,
} from './deliveries.ts';
import { orRefuse } from './refusal.ts';
import { idParams, READ, TIME_KEY, WRITE } from './subscriptions-api.ts';

const fields = {
  id: z.string(),
  webhook_id: z.string().describe('The `webhook-id` (and Message-ID) of every attempt.'),
  state: z.enum(DELIVERY_STATES),
  channel: z.enum(DELIVERY_CHANNELS),
  endpoint_id: z.string().nullable(),
  user_id: z.string().nullable(),
  alert_id: z.string().nullable(),
  digest_id: z.string().nullable(),
  event_id: z.string().nullable(),
  kind: z.string().nullable().describe('Of the event; null for a digest.'),
  attempt_count: z.int().describe('Of this round: a replay begins anew.'),
  next_attempt_at: z.string().nullable(),
  problem: z.string().nullable(),
  created_at: z.string(),
  finished_at: z.string().nullable(),
};
const answer = z.object(fields);
const whole = z.object({
  ...fields,
  attempts: z.array(
    z.object({
      number: z.int(),
      started_at: z.string(),
      duration_ms: z.int(),
      is_success: z.boolean(),
      status: z.int().nullable(),
      problem: z.string().nullable(),
      detail: z.string().nullable(),
      next_attempt_at: z.string().nullable(),
    }),
  ),
});

function answered({ key: _, attempts, next_attempt_at, created_at, finished_at, ...row }: ListedDelivery) {
  return {
    ...row,
    webhook_id: `msg_${row.id}`,
    attempt_count: attempts,
    next_attempt_at: row.state === 'pending' ? next_attempt_at.toISOString() : null,
    created_at: created_at.toISOString(),
    finished_at: finished_at?.toISOString() ?? null,
  };
}

export const getDeliveries = operation({
  method: 'get',
  path: '/deliveries',
  tag: 'Alerts',
  summary: 'What was and is to be delivered',
  access: READ,
  query: z.object({
    ...pageFields(TIME_KEY),
    state: z
      .union([z.enum(DELIVERY_STATES), z.array(z.enum(DELIVERY_STATES))])
      .transform((value) => [value].flat())
      .optional(),
    endpoint_id: z.uuid().toLowerCase().optional(),
    channel: z.enum(DELIVERY_CHANNELS).optional(),
  }),
  response: {
    description: 'The newest first. An alert in the inbox is no delivery.',
    schema: pageSchema(answer),
  },
  run: async ({ app, actor, firm, query: { limit, cursor, state, endpoint_id, channel } }) => {
    const asked = { limit, after: cursor, states: state, endpoint_id, channel };
    const rows = await listDeliveries(app, { actor, firm }, asked);
    const page = pageOf(rows, limit, ({ key, id }) => [key, id] as const);
    return { ...page, items: page.items.map(answered) };
  },
});

export const getDelivery = operation({
  method: 'get',
  path: '/deliveries/{id}',
  tag: 'Alerts',
  summary: 'One delivery with its attempts',
  access: READ,
  params: idParams,
  response: { description: 'The delivery.', schema: whole },
  run: async ({ app, actor, firm, params: { id } }) => {
    const { delivery, attempts } = orRefuse(await findDelivery(app, { actor, firm }, id));
    return {
      ...answered(delivery),
      attempts: attempts.map((one) => ({
        ...one,
        started_at: one.started_at.toISOString(),
        next_attempt_at: one.next_attempt_at?.toISOString() ?? null,
      })),
    };
  },
});

export const postReplay = operation({
  method: 'post',
  path: '/deliveries/{id}/replay',
  tag: 'Alerts',
  summary: 'Deliver again',
  description: 'With the same id, from the first step of the schedule.',
  access: WRITE,
  params: idParams,
  body: z.strictObject({}).optional(),
  response: { description: 'The delivery, waiting again.', schema: answer },
  run: async ({ app, actor, firm, params: { id } }) => {
    orRefuse(await replayDelivery(app, { actor, firm }, id));
    return answered(orRefuse(await findDelivery(app, { actor, firm }, id)).delivery);
  },
});

export const postReplays = operation({
  method: 'post',
  path: '/deliveries/replay',
  tag: 'Alerts',
  summary: 'Deliver many again',
  description: 'Those named, or all dead letters since a time; at most 10,000 at once, the oldest first.',
  access: WRITE,
  body: z
    .strictObject({
      ids: z.array(z.uuid().toLowerCase()).min(1).max(500).optional(),
      since: z.iso.datetime({ offset: true }).optional(),
      endpoint_id: z.uuid().toLowerCase().optional(),
    })
    .refine(({ ids, since }) => (ids === undefined) !== (since === undefined), {
      error: 'needs either ids or since',
    })
    .meta({ example: { since: '2026-05-13T09:30:00+08:00' } }),
  response: { description: 'How many wait again.', schema: z.object({ replayed: z.int() }) },
  run: ({ app, actor, firm, body: { ids, since, endpoint_id } }) =>
    replayDeliveries(app, { actor, firm }, { ids, since: since ? new Date(since) : undefined, endpoint_id }),
});
