import { z } from 'zod';
import { LANGUAGES } from '#lib/i18n/text.ts';
import { operation } from '#lib/server/http/operation.ts';
import { pageFields, pageOf, pageSchema } from '#lib/server/http/page.ts';
import {
  DESCRIPTION_LENGTH_MAX,
  ENDPOINT_STATES,
  FORMATS,
  isSecretUsable,
  OVERLAP_HOURS_MAX,
  SECRET_LENGTH_MAX,
  URL_LENGTH_MAX,
} from './endpoint.ts';
import {
  changeEndpoint,
  createEndpoint,
  deleteEndpoint,
  findEndpoint,
  listEndpoints,
  OVERLAP_HOURS_DEFAULT,
  rotateSecret,
  type StoredEndpoint,
} from './endpoints.ts';
import { orRefuse } from './refusal.ts';
import { idParams, READ, TIME_KEY, WRITE } from './subscriptions-api.ts';
import { sendTest } from './test-send.ts';

const url = z.string().trim().min(1).max(URL_LENGTH_MAX).describe('A public address; https where it can be.');
const description = z.string().trim().min(1).max(DESCRIPTION_LENGTH_MAX).nullable();
const secret = z
  .string()
  .min(1)
  .max(SECRET_LENGTH_MAX)
  .nullable()
  .default(null)
  .describe('Given out by a robot’s platform (DingTalk’s `SEC…`). Left out, one is made.');

const fields = {
  id: z.string(),
  url: z.string(),
  format: z.enum(FORMATS),
  description,
  state: z
    .enum(ENDPOINT_STATES)
    .describe('`disabled`: it answered 410. `paused`: it failed for five days, or by hand.'),
  state_reason: z.enum(['gone', 'failed_for_days', 'by_hand']).nullable(),
  state_since: z.string(),
  failing_since: z.string().nullable(),
  last_success_at: z.string().nullable(),
  signing_public_key: z.string().nullable().describe('`whpk_…`, where messages carry `v1a` signatures too.'),
  secret_before_until: z.string().nullable(),
  created_at: z.string(),
};
const answer = z.object(fields);
const with_secret = z.object({
  ...fields,
  secret: z.string().describe('Shown in this answer and never again.'),
});

function answered(endpoint: StoredEndpoint) {
  const written = (at: Date | null) => at?.toISOString() ?? null;
  return {
    ...endpoint,
    state_since: endpoint.state_since.toISOString(),
    failing_since: written(endpoint.failing_since),
    last_success_at: written(endpoint.last_success_at),
    secret_before_until: written(endpoint.secret_before_until),
    created_at: endpoint.created_at.toISOString(),
  };
}

export const getEndpoints = operation({
  method: 'get',
  path: '/endpoints',
  tag: 'Alerts',
  summary: 'Addresses that messages are posted to',
  access: READ,
  query: z.object(pageFields(TIME_KEY)),
  response: { description: 'The newest first.', schema: pageSchema(answer) },
  run: async ({ app, actor, firm, query: { limit, cursor } }) => {
    const rows = await listEndpoints(app, { actor, firm }, { limit, after: cursor });
    const page = pageOf(rows, limit, ({ key, id }) => [key, id] as const);
    return { ...page, items: page.items.map(({ key: _, ...row }) => answered(row)) };
  },
});

export const postEndpoint = operation({
  method: 'post',
  path: '/endpoints',
  tag: 'Alerts',
  summary: 'Add an endpoint',
  description:
    'Messages are `{ type, timestamp, data }` with the headers of Standard Webhooks (`webhook-id`, `webhook-timestamp`, `webhook-signature`), or in the shape of a chat robot. To be safe from replays, verify the signature over the raw body, refuse a timestamp more than five minutes off, and remember each `webhook-id`: a repeated message carries the same one.',
  access: WRITE,
  is_idempotent: true,
  answers_secret: true,
  body: z
    .strictObject({
      url,
      format: z.enum(FORMATS).default('standard'),
      description: description.default(null),
      secret,
      is_asymmetric: z.boolean().default(false).describe('Sign with Ed25519 (`v1a`) as well.'),
    })
    .refine(({ format, secret: given }) => isSecretUsable(format, given), {
      path: ['secret'],
      error: 'is not whsec_ followed by 24 to 64 bytes in base64; leave it out and one is made',
    }),
  response: { status: 201, description: 'The endpoint with its secret.', schema: with_secret },
  run: async ({ app, actor, firm, body }) => {
    const made = orRefuse(await createEndpoint(app, { actor, firm }, body));
    return { ...answered(made.endpoint), secret: made.secret };
  },
});

export const getEndpoint = operation({
  method: 'get',
  path: '/endpoints/{id}',
  tag: 'Alerts',
  summary: 'One endpoint and how it fares',
  access: READ,
  params: idParams,
  response: { description: 'The endpoint.', schema: answer },
  run: async ({ app, actor, firm, params: { id } }) =>
    answered(orRefuse(await findEndpoint(app, { actor, firm }, id)).endpoint),
});

export const patchEndpoint = operation({
  method: 'patch',
  path: '/endpoints/{id}',
  tag: 'Alerts',
  summary: 'Change, pause or resume an endpoint',
  description: 'What it missed while it was paused stands among its dead letters and can be replayed.',
  access: WRITE,
  params: idParams,
  body: z.strictObject({
    url: url.optional(),
    description: description.optional(),
    state: z.enum(['active', 'paused']).optional(),
  }),
  response: { description: 'The endpoint as it is now.', schema: answer },
  run: async ({ app, actor, firm, params: { id }, body }) =>
    answered(orRefuse(await changeEndpoint(app, { actor, firm }, id, body)).endpoint),
});

export const removeEndpoint = operation({
  method: 'delete',
  path: '/endpoints/{id}',
  tag: 'Alerts',
  summary: 'Delete an endpoint',
  access: WRITE,
  params: idParams,
  response: { status: 204, description: 'It is gone; what waited for it is cancelled.' },
  run: async ({ app, actor, firm, params: { id } }) => {
    orRefuse(await deleteEndpoint(app, { actor, firm }, id));
  },
});

export const postRotation = operation({
  method: 'post',
  path: '/endpoints/{id}/rotate',
  tag: 'Alerts',
  summary: 'Replace the secret',
  description: 'Until the overlap ends messages carry a signature by each of the two.',
  access: WRITE,
  params: idParams,
  body: z
    .strictObject({
      overlap_hours: z.number().min(0).max(OVERLAP_HOURS_MAX).default(OVERLAP_HOURS_DEFAULT),
      secret,
    })
    .default({ overlap_hours: OVERLAP_HOURS_DEFAULT, secret: null }),
  response: { description: 'The endpoint with its new secret.', schema: with_secret },
  run: async ({ app, actor, firm, params: { id }, body }) => {
    const rotated = orRefuse(await rotateSecret(app, { actor, firm }, id, body));
    return { ...answered(rotated.endpoint), secret: rotated.secret };
  },
});

export const postEndpointTest = operation({
  method: 'post',
  path: '/endpoints/{id}/test',
  tag: 'Alerts',
  summary: 'Send a test message now',
  description: 'One attempt, made at once and not kept. With an `alert_id` it says what that alert says.',
  access: WRITE,
  params: idParams,
  body: z
    .strictObject({
      alert_id: z.uuid().toLowerCase().nullable().default(null),
      language: z.enum(LANGUAGES).default('en'),
    })
    .default({ alert_id: null, language: 'en' }),
  response: {
    description: 'What came of it.',
    schema: z.object({
      is_success: z.boolean(),
      status: z.int().nullable(),
      problem: z.string().nullable(),
      detail: z.string().nullable(),
      duration_ms: z.int(),
    }),
  },
  run: async ({ app, actor, firm, params: { id }, body }) =>
    orRefuse(await sendTest(app, { actor, firm }, { endpoint_id: id, ...body })).result,
});
