import { z } from 'zod';
import { DELIVERY_CHANNELS, HEALTH_HOURS } from '#lib/domain/alerts/delivery.ts';
import { operation } from '#lib/server/http/operation.ts';
import { deliveryHealth } from './delivery-health.ts';

const channel = z.enum(DELIVERY_CHANNELS);

export const getDeliveryHealth = operation({
  method: 'get',
  path: '/deliveries/health',
  tag: 'Alerts',
  summary: 'How deliveries of all firms fare',
  description:
    'For the operator. No firm, address or message is in it; a problem of fewer than five firms has no count.',
  access: { scope: 'alerts:read', side: 'operator' },
  query: z.object({
    hours: z.coerce
      .number()
      .pipe(z.literal([...HEALTH_HOURS]))
      .default(24),
    channel: channel.optional(),
  }),
  response: {
    description: 'By channel, and why attempts failed.',
    schema: z.object({
      channels: z.array(
        z.object({
          channel,
          delivered: z.int(),
          delivered_last_hour: z.int(),
          dead: z.int(),
          waiting: z.int(),
          overdue: z.int().describe('Due for longer than a lease lasts, and taken up by nobody.'),
          oldest_waiting_at: z.string().nullable(),
          p50_seconds: z.number().nullable().describe('From the event to the receipt.'),
          p95_seconds: z.number().nullable(),
        }),
      ),
      problems: z.array(
        z.object({
          channel,
          problem: z.string().nullable(),
          attempts: z.int().nullable(),
          firms: z.int().nullable(),
        }),
      ),
    }),
  },
  run: async ({ app, query: { hours, channel: only } }) => {
    const { channels, problems } = await deliveryHealth(app, {
      hours,
      channel: only ?? null,
      now: app.now(),
    });
    const written = channels.map((one) => ({
      ...one,
      oldest_waiting_at: one.oldest_waiting_at?.toISOString() ?? null,
    }));
    return { channels: written, problems };
  },
});
