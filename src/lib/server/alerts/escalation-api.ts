import { z } from 'zod';
import type { Access } from '#lib/server/http/access.ts';
import { operation } from '#lib/server/http/operation.ts';
import { refuse } from '#lib/server/http/problem.ts';
import {
  ESCALATION_DAYS_MAX,
  PATIENCE_HOURS_MAX,
  readEscalation,
  resetEscalation,
  setEscalation,
} from './escalation-setting.ts';
import { orRefuse } from './refusal.ts';

const READ: Access = { scope: 'alerts:read', side: 'firm' };
const WRITE: Access = { scope: 'alerts:write', side: 'firm' };

const days = (who: string) =>
  z
    .int()
    .min(0)
    .max(ESCALATION_DAYS_MAX)
    .nullable()
    .describe(`Days before the day of force on which ${who} is told; null: not at all.`);

const body = z.strictObject({
  deputy_id: z
    .uuid()
    .toLowerCase()
    .nullable()
    .describe('A person of the firm; null: the owners and compliance managers.'),
  deputy_days: days('the deputy').meta({ example: 30 }),
  executive_days: days('an executive').meta({ example: 7 }),
  patience_hours: z
    .int()
    .min(0)
    .max(PATIENCE_HOURS_MAX)
    .describe('So long each of them has before the next one is told, however near the day is.')
    .meta({ example: 24 }),
});
const answer = z.object({
  ...body.shape,
  deputy_id: z.string().nullable(),
  is_default: z.boolean().describe('These are the days that hold for everybody.'),
});

function ofFirm<T>(firm: T | null): T {
  return firm ?? refuse(403, 'Escalation belongs to a firm. Use a key of a firm.');
}

export const getEscalation = operation({
  method: 'get',
  path: '/alerts/escalation',
  tag: 'Alerts',
  summary: 'When alerts that nobody acknowledged are told to whom',
  access: READ,
  response: { description: 'The days that hold for the firm.', schema: answer },
  run: ({ app, firm }) => readEscalation(app, { firm: ofFirm(firm) }),
});

export const putEscalation = operation({
  method: 'put',
  path: '/alerts/escalation',
  tag: 'Alerts',
  summary: 'Set the days of escalation of the firm',
  description:
    'An alert about a rule with a day of force that nobody has acknowledged is told to the deputy and later to the executives, once each, by mail; its history says so.',
  access: WRITE,
  body,
  response: { description: 'The days as they are now.', schema: answer },
  run: async ({ app, firm, body: asked }) =>
    orRefuse(await setEscalation(app, { firm: ofFirm(firm) }, asked)).escalation,
});

export const removeEscalation = operation({
  method: 'delete',
  path: '/alerts/escalation',
  tag: 'Alerts',
  summary: 'Go back to the days of escalation that hold for everybody',
  access: WRITE,
  response: { status: 204, description: 'The firm has no days of its own any more.' },
  run: async ({ app, firm }) => {
    await resetEscalation(app, { firm: ofFirm(firm) });
  },
});
