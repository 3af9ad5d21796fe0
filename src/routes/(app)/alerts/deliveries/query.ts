import { dayFromText, instantOfDay } from '#lib/domain/text/calendar-day.ts';
import {
  DELIVERY_CHANNELS,
  DELIVERY_STATES,
  type DeliveryChannel,
  type DeliveryState,
} from '#lib/domain/alerts/delivery.ts';
import { isUuid } from '#lib/domain/text/uuid.ts';

/** What the page of deliveries shows, as its address says it. */
export type DeliveryQuery = {
  state: DeliveryState | null;
  channel: DeliveryChannel | null;
  endpoint: string | null;
  /** Days in China, the last one included. */
  from: string | null;
  to: string | null;
  /** The delivery whose attempts are shown. */
  id: string | null;
  /** `time,id` of the row after which the page begins. */
  after: readonly [string, string] | null;
};

const CURSOR = /^(\d{4}-\d{2}-\d{2} [\d:.]{8,15}\+00),([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$/;

/** Bad input is ignored: the page then shows what it would without. */
export function readDeliveryQuery(params: URLSearchParams): DeliveryQuery {
  const day = (name: string) => {
    const written = params.get(name);
    return written && dayFromText(written) !== null ? written : null;
  };
  const cursor = CURSOR.exec(params.get('after') ?? '');
  return {
    state: DELIVERY_STATES.find((one) => one === params.get('state')) ?? null,
    channel: DELIVERY_CHANNELS.find((one) => one === params.get('channel')) ?? null,
    endpoint: uuidOf(params.get('endpoint')),
    from: day('from'),
    to: day('to'),
    id: uuidOf(params.get('id')),
    after: cursor?.[1] && cursor[2] ? [cursor[1], cursor[2]] : null,
  };
}

export function uuidOf(written: string | null): string | null {
  return written !== null && isUuid(written) ? written : null;
}

/** The address of what is asked; what is left open is left out. */
export function deliveryAddress(query: DeliveryQuery, changed: Partial<DeliveryQuery> = {}): string {
  const { after, ...rest } = { ...query, ...changed };
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(rest)) if (value) params.set(name, value);
  if (after) params.set('after', after.join(','));
  const text = params.toString();
  return text ? `/alerts/deliveries?${text}` : '/alerts/deliveries';
}

/** Midnight in China at the beginning of a day, or of the one `days` later. */
export function instantOfText(day: string | null, days = 0): Date | undefined {
  const number = day === null ? null : dayFromText(day);
  return number === null ? undefined : instantOfDay(number + days);
}
