import { z } from 'zod';
import type { Access } from '#lib/server/http/access.ts';
import { operation } from '#lib/server/http/operation.ts';
import { refuse } from '#lib/server/http/problem.ts';
import { createFeedToken, listFeedTokens, revokeFeedToken } from './feed-tokens.ts';
import { orRefuse } from './refusal.ts';
import { idParams } from './subscriptions-api.ts';

const READ: Access = { scope: 'alerts:read', side: 'firm' };
const WRITE: Access = { scope: 'alerts:write', side: 'firm' };

function ofFirm<T>(firm: T | null): T {
  return firm ?? refuse(403, 'Feeds with a token belong to a firm. Use a key of a firm.');
}

export const getFeedTokens = operation({
  method: 'get',
  path: '/feeds',
  tag: 'Alerts',
  summary: 'Tokens of feeds',
  access: READ,
  response: {
    description: 'Those that were not revoked, the newest first.',
    schema: z.object({
      items: z.array(z.object({ id: z.string(), prefix: z.string(), created_at: z.string() })),
    }),
  },
  run: async ({ app, firm }) => {
    const feeds = await listFeedTokens(app, { firm: ofFirm(firm) });
    return { items: feeds.map((feed) => ({ ...feed, created_at: feed.created_at.toISOString() })) };
  },
});

export const postFeedToken = operation({
  method: 'post',
  path: '/feeds',
  tag: 'Alerts',
  summary: 'Make a token for feed readers and calendars',
  access: WRITE,
  body: z.strictObject({}).optional(),
  response: {
    status: 201,
    description: 'The two addresses, shown once.',
    schema: z.object({
      id: z.string(),
      token: z.string(),
      atom_url: z.string(),
      ics_url: z.string(),
      created_at: z.string(),
    }),
  },
  run: async ({ app, actor, firm, url }) => {
    const { id, token, created_at } = await createFeedToken(app, { actor, firm: ofFirm(firm) });
    const base = `${url.origin}/feeds/${token}`;
    return {
      id,
      token,
      atom_url: `${base}/alerts.atom`,
      ics_url: `${base}/dates.ics`,
      created_at: created_at.toISOString(),
    };
  },
});

export const removeFeedToken = operation({
  method: 'delete',
  path: '/feeds/{id}',
  tag: 'Alerts',
  summary: 'Revoke a token',
  access: WRITE,
  params: idParams,
  response: { status: 204, description: 'It opens nothing any more.' },
  run: async ({ app, firm, params: { id } }) => {
    orRefuse(await revokeFeedToken(app, { firm: ofFirm(firm) }, id));
  },
});
