import { z } from 'zod';
import { COMPARISONS } from '#lib/domain/alerts/metric-alert.ts';
import { formats } from '#lib/i18n/format.ts';
import { valueText } from '#lib/i18n/metric-names.ts';
import type { Language, Text } from '#lib/i18n/text.ts';
import type { ToldEvent } from './content.ts';

/** What is said of an event that is not about a rule: what changed, what to do, and where it can be seen. */
export type EventText = { title: string | null; changed: string; to_do: string | null; path: string };
type Reader = { text: Text; language: Language };

/** Null for kinds whose data say it all, and for data of another shape. */
export function eventText(event: ToldEvent, reader: Reader): EventText | null {
  switch (event.kind) {
    case 'clearance.threshold':
      return thresholdText(event, reader);
    default:
      return null;
  }
}

const threshold = z.object({
  title: z.string(),
  state: z.enum(['fired', 'recovered']),
  period: z.string().nullable(),
  value: z.number().nullable(),
  n: z.number(),
  comparison: z.enum(COMPARISONS),
  fire_above: z.number(),
  customs_office: z.string().nullable(),
  category: z.string().nullable(),
});

function thresholdText({ data, occurred_at }: ToldEvent, { text, language }: Reader): EventText | null {
  const read = threshold.safeParse(data);
  if (!read.success) return null;
  const { state, period, value, n, comparison, fire_above, customs_office, category } = read.data;
  const numbers = { text, format: formats(language, occurred_at.getFullYear()) };
  const places = [customs_office, category].filter((part) => part !== null);
  const said = {
    where: places.length > 0 ? places.join(text('alerts.message.separator')) : text('metric.all'),
    period: period ?? '',
    value: value === null ? '' : valueText(comparison, value, numbers),
    limit: valueText(comparison, fire_above, numbers),
    n,
  };
  const is_fired = state === 'fired';
  const changed = text(is_fired ? 'metric.told_fired' : 'metric.told_recovered', said);
  return {
    title: is_fired ? null : text('metric.told_title', { title: read.data.title }),
    changed,
    to_do: is_fired ? text('metric.told_do') : text('metric.told_none'),
    path: '/alerts/hours',
  };
}
