/** Waiting or being tried; received; given up after the last attempt; not to be made any more. */
export const DELIVERY_STATES = ['pending', 'delivered', 'dead', 'cancelled'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** The ways a message leaves the program; the inbox is none of them. */
export const DELIVERY_CHANNELS = ['email', 'webhook', 'push'] as const;
export type DeliveryChannel = (typeof DELIVERY_CHANNELS)[number];

/** Periods over which the health of deliveries is told: an hour, a day, as long as a delivery is tried, a week. */
export const HEALTH_HOURS = [1, 24, 72, 168] as const;
export type HealthHours = (typeof HEALTH_HOURS)[number];
