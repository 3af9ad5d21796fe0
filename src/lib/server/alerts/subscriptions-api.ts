import { z } from 'zod';
import { LANGUAGES } from '#lib/i18n/text.ts';
import { EVENT_KINDS } from '#lib/server/events/append.ts';
import type { Access } from '#lib/server/http/access.ts';
import { operation } from '#lib/server/http/operation.ts';
import { pageFields, pageOf, pageSchema } from '#lib/server/http/page.ts';
import { orRefuse } from './refusal.ts';
import { SEARCHES_MAX } from './searches/saved-searches.ts';
import {
  changeSubscription,
  createSubscription,
  deleteSubscription,
  findSubscription,
  listSubscriptions,
  MODES,
  type StoredSubscription,
} from './subscriptions.ts';

export const READ: Access = { scope: 'alerts:read', side: 'either' };
export const WRITE: Access = { scope: 'alerts:write', side: 'either' };
export const idParams = z.object({ id: z.uuid().toLowerCase() });
/** Ordered by a time as PostgreSQL writes it, and an id. */
export const TIME_KEY = z.tuple([z.string().regex(/^\d{4}-\d\d-\d\d [\d:.]+[+-][\d:]+$/), z.uuid()]);

const names = (what: string) =>
  z.array(z.string().trim().min(1).max(100)).min(1).max(200).nullable().default(null).describe(what);

const topic = z.strictObject({
  kinds: z.array(z.enum(EVENT_KINDS)).min(1).nullable().default(null).describe('Absent: all kinds.'),
  instruments: names('Slugs. With `provisions`, an event has to meet both.'),
  provisions: names('Stable paths such as `4.12`; one stands for what lies below it.'),
  pending_items: names('Slugs. Beside instruments or provisions, either is enough.'),
  categories: names('A change that names none concerns all of them.'),
  districts: names('Codes such as `3100`. A change that names none concerns all of them.'),
  saved_searches: z
    .array(z.uuid().toLowerCase())
    .min(1)
    .max(SEARCHES_MAX)
    .nullable()
    .default(null)
    .describe('Ids. Beside instruments, provisions and pending items either is enough.'),
  only_if_affected: z
    .boolean()
    .default(false)
    .describe('Only what touches products of the firm; told all the same while that is not known.'),
});

const channel = z.discriminatedUnion('kind', [
  z
    .strictObject({ kind: z.enum(['inbox', 'email', 'push']) })
    .describe('`push` goes to the browsers of a person, and is refused for a firm.'),
  z.strictObject({ kind: z.literal('webhook'), endpoint_id: z.uuid().toLowerCase().optional() }),
]);

const hour = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is no time such as 22:00')
  .meta({ example: '22:00' });
const quiet_hours = z
  .strictObject({ from: hour, to: hour })
  .nullable()
  .describe('In the time zone of the firm. What is immediate waits for their end.');
const channels = z.array(channel).min(1).max(50);

const answer = z.object({
  id: z.string(),
  of: z.enum(['person', 'firm']).describe('`firm`: mail of it goes to owners and compliance managers.'),
  topic,
  channels,
  mode: z.enum(MODES),
  language: z.enum(LANGUAGES),
  quiet_hours,
  created_at: z.string(),
  updated_at: z.string(),
});

function answered(subscription: StoredSubscription) {
  const { created_at, updated_at, ...rest } = subscription;
  return { ...rest, created_at: created_at.toISOString(), updated_at: updated_at.toISOString() };
}

export const getSubscriptions = operation({
  method: 'get',
  path: '/subscriptions',
  tag: 'Alerts',
  summary: 'Your subscriptions and those of the firm',
  access: READ,
  query: z.object(pageFields(TIME_KEY)),
  response: { description: 'The newest first.', schema: pageSchema(answer) },
  run: async ({ app, actor, firm, query: { limit, cursor } }) => {
    const rows = await listSubscriptions(app, { actor, firm }, { limit, after: cursor });
    const page = pageOf(rows, limit, ({ key, id }) => [key, id] as const);
    return { ...page, items: page.items.map(({ key: _, ...row }) => answered(row)) };
  },
});

export const postSubscription = operation({
  method: 'post',
  path: '/subscriptions',
  tag: 'Alerts',
  summary: 'Subscribe',
  description:
    'A person subscribes for themselves; a key, or whoever names a webhook, for the firm. However many subscriptions an event fits, a recipient hears it once per channel.',
  access: WRITE,
  is_idempotent: true,
  body: z.strictObject({
    topic: topic.default(topic.parse({})),
    channels,
    mode: z.enum(MODES).default('immediate'),
    language: z.enum(LANGUAGES).default('en'),
    quiet_hours: quiet_hours.default(null),
  }),
  response: { status: 201, description: 'The subscription.', schema: answer },
  run: async ({ app, actor, firm, body }) =>
    answered(orRefuse(await createSubscription(app, { actor, firm }, body)).subscription),
});

export const getSubscription = operation({
  method: 'get',
  path: '/subscriptions/{id}',
  tag: 'Alerts',
  summary: 'One subscription',
  access: READ,
  params: idParams,
  response: { description: 'The subscription.', schema: answer },
  run: async ({ app, actor, firm, params: { id } }) =>
    answered(orRefuse(await findSubscription(app, { actor, firm }, id)).subscription),
});

export const patchSubscription = operation({
  method: 'patch',
  path: '/subscriptions/{id}',
  tag: 'Alerts',
  summary: 'Change a subscription',
  description: 'What is left out stays; a topic is replaced whole.',
  access: WRITE,
  params: idParams,
  body: z.strictObject({
    topic: topic.optional(),
    channels: channels.optional(),
    mode: z.enum(MODES).optional(),
    language: z.enum(LANGUAGES).optional(),
    quiet_hours: quiet_hours.optional(),
  }),
  response: { description: 'The subscription as it is now.', schema: answer },
  run: async ({ app, actor, firm, params: { id }, body }) => {
    const change = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
    return answered(orRefuse(await changeSubscription(app, { actor, firm }, id, change)).subscription);
  },
});

export const removeSubscription = operation({
  method: 'delete',
  path: '/subscriptions/{id}',
  tag: 'Alerts',
  summary: 'Unsubscribe',
  access: WRITE,
  params: idParams,
  response: { status: 204, description: 'It is gone; what was owed already is still delivered.' },
  run: async ({ app, actor, firm, params: { id } }) => {
    orRefuse(await deleteSubscription(app, { actor, firm }, id));
  },
});
