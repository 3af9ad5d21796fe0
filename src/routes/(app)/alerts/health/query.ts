import {
  DELIVERY_CHANNELS,
  HEALTH_HOURS,
  type DeliveryChannel,
  type HealthHours,
} from '#lib/domain/alerts/delivery.ts';

export type HealthQuery = { hours: HealthHours; channel: DeliveryChannel | null };

/** Bad input is ignored: the last day of all channels. */
export function readHealthQuery(params: URLSearchParams): HealthQuery {
  return {
    hours: HEALTH_HOURS.find((one) => String(one) === params.get('hours')) ?? 24,
    channel: DELIVERY_CHANNELS.find((one) => one === params.get('channel')) ?? null,
  };
}
