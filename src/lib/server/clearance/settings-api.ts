import { z } from 'zod';
import { operation } from '#lib/server/http/operation.ts';
import { refuse } from '#lib/server/http/problem.ts';
import { changeClearanceSettings, clearanceSettings, MIN_N_MAX } from './settings.ts';

const settings = z.strictObject({
  min_n: z
    .number()
    .int()
    .min(1)
    .max(MIN_N_MAX)
    .describe('Below so many declarations a number is shown with its n, and compared with nothing.'),
});

export const getClearanceSettings = operation({
  method: 'get',
  path: '/clearance/settings',
  tag: 'Clearance',
  summary: 'What the firm sets about its hours',
  access: { scope: 'clearance:read', side: 'firm' },
  response: { description: 'The settings.', schema: settings },
  run: async ({ app, firm }) => clearanceSettings(app, firm ?? refuse(403, 'Settings belong to a firm.')),
});

export const patchClearanceSettings = operation({
  method: 'patch',
  path: '/clearance/settings',
  tag: 'Clearance',
  summary: 'Change what the firm sets about its hours',
  access: { scope: 'clearance:write', side: 'firm' },
  body: settings,
  response: { description: 'The settings.', schema: settings },
  run: async ({ app, firm, body }) =>
    changeClearanceSettings(app, firm ?? refuse(403, 'Settings belong to a firm.'), body),
});
