import type { TextKey } from './text.ts';

export const CHANNEL_NAME = {
  email: 'alerts.subscriptions.email',
  webhook: 'alerts.subscriptions.webhook',
  push: 'alerts.subscriptions.push',
} as const satisfies Record<string, TextKey>;

export const DELIVERY_STATE_NAME = {
  pending: 'deliveries.state.pending',
  delivered: 'deliveries.state.delivered',
  dead: 'deliveries.state.dead',
  cancelled: 'deliveries.state.cancelled',
} as const satisfies Record<string, TextKey>;

/** How the state is coloured; the word says it all the same. */
export const DELIVERY_STATE_KIND = {
  pending: 'warn',
  delivered: 'good',
  dead: 'bad',
  cancelled: 'unknown',
} as const;
