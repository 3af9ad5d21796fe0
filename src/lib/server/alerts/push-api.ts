import { z } from 'zod';
import type { Access } from '#lib/server/http/access.ts';
import { operation } from '#lib/server/http/operation.ts';
import { addBrowser, listBrowsers, removeBrowser, vapidPair } from './push-browsers.ts';
import { isPublicKey } from './push-crypto.ts';
import { orRefuse } from './refusal.ts';
import { idParams } from './subscriptions-api.ts';

/** Whoever reads alerts may be told of them in their own browser. */
const READ: Access = { scope: 'alerts:read', side: 'either' };

const key = (bytes: number, what: string) =>
  z
    .string()
    .regex(/^[A-Za-z0-9_-]+={0,2}$/, 'is not base64url')
    .refine((text) => Buffer.from(text, 'base64url').length === bytes, `is not of ${bytes} bytes`)
    .describe(what);

export const getPushBrowsers = operation({
  method: 'get',
  path: '/push',
  tag: 'Alerts',
  summary: 'Your browsers, and the key that they subscribe with',
  access: READ,
  response: {
    description: 'Of each browser only the host of its push service is told.',
    schema: z.object({
      public_key: z.string().describe('VAPID: the `applicationServerKey` of `pushManager.subscribe`.'),
      items: z.array(
        z.object({
          id: z.string(),
          host: z.string(),
          created_at: z.string(),
          last_success_at: z.string().nullable(),
        }),
      ),
    }),
  },
  run: async ({ app, actor, firm }) => {
    const [{ public_key }, browsers] = await Promise.all([
      vapidPair(app),
      listBrowsers(app, { actor, firm }),
    ]);
    const items = browsers.map((one) => ({
      ...one,
      created_at: one.created_at.toISOString(),
      last_success_at: one.last_success_at?.toISOString() ?? null,
    }));
    return { public_key, items };
  },
});

export const postPushBrowser = operation({
  method: 'post',
  path: '/push',
  tag: 'Alerts',
  summary: 'Be told in this browser',
  description:
    'What `PushSubscription.toJSON()` gives. A message carries a title and a link, and can be opened by this browser alone.',
  access: READ,
  body: z.object({
    endpoint: z.url().max(2_000).meta({ example: 'https://push.example.org/send/abc' }),
    keys: z.object({
      p256dh: key(65, 'The public key of the browser.').refine(isPublicKey, 'is no point of P-256').meta({
        example: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
      }),
      auth: key(16, 'Its secret.').meta({ example: 'BTBZMqHH6r4Tts7J_aSIgg' }),
    }),
  }),
  response: { status: 201, description: 'Its id.', schema: z.object({ id: z.string() }) },
  run: async ({ app, actor, firm, body: { endpoint, keys } }) => {
    const { id } = orRefuse(await addBrowser(app, { actor, firm }, { endpoint, ...keys }));
    return { id };
  },
});

export const removePushBrowser = operation({
  method: 'delete',
  path: '/push/{id}',
  tag: 'Alerts',
  summary: 'Do not tell it any more',
  access: READ,
  params: idParams,
  response: { status: 204, description: 'The browser is forgotten.' },
  run: async ({ app, actor, firm, params: { id } }) => {
    orRefuse(await removeBrowser(app, { actor, firm }, id));
  },
});
