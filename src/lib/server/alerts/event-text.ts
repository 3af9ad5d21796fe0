import { z } from 'zod';
import { COMPARISONS } from '#lib/domain/alerts/metric-alert.ts';
import { LAB_STATUSES } from '#lib/domain/eligibility/lab.ts';
import { formats } from '#lib/i18n/format.ts';
import { valueText } from '#lib/i18n/metric-names.ts';
import type { Language, Text } from '#lib/i18n/text.ts';
import { LAB_STATUS_NAME } from '#lib/i18n/impact-names.ts';
import { impactSchema } from '#lib/server/eligibility/impact.ts';
import type { ToldEvent } from './content.ts';
import { impactSentence } from './impact-text.ts';

/** What is said of an event that is not about a rule: what changed, what to do, and where it can be seen. */
export type EventText = { title: string | null; changed: string; to_do: string | null; path: string };
type Reader = { text: Text; language: Language };

/** Null for kinds whose data say it all, and for data of another shape. */
export function eventText(event: ToldEvent, reader: Reader): EventText | null {
  switch (event.kind) {
    case 'clearance.threshold':
      return thresholdText(event, reader);
    case 'decision.changed':
      return decisionText(event, reader);
    case 'report.expiring':
      return expiryText(event, reader);
    case 'lab.changed':
      return labText(event, reader);
    default:
      return null;
  }
}

const decided = z.object({
  cause: z.enum(['law', 'day']),
  impact: impactSchema,
  decisions: z.array(z.object({ reference: z.string().nullable(), subject: z.string().nullable() })),
  decisions_total: z.int(),
});
const NAMES_MAX = 20;

function decisionText({ data }: ToldEvent, { text }: Reader): EventText | null {
  const read = decided.safeParse(data);
  if (!read.success) return null;
  const { cause, impact, decisions, decisions_total: n } = read.data;
  const names = decisions.slice(0, NAMES_MAX).map(({ reference, subject }) => reference ?? subject ?? '');
  const said = [
    // What cannot be judged has not changed.
    ...(impact.total > 0
      ? [impactSentence({ of: 'firm', impact: { ...impact, without_report: 0 } }, text)]
      : []),
    ...(n > 0
      ? [text('happened.decisions', { n, names: names.join(text('alerts.message.separator')) })]
      : []),
  ];
  return {
    title: titleOfDecided({ products: impact.total, decisions: n }, text),
    changed: said.join(text('impact.separator')),
    to_do: text(cause === 'law' ? 'happened.decision_do_law' : 'happened.decision_do_day'),
    path: impact.total > 0 ? '/eligibility/products' : '/eligibility/decisions',
  };
}

function titleOfDecided(told: { products: number; decisions: number }, text: Text): string {
  if (told.decisions === 0) return text('happened.products_title', told);
  return text(told.products === 0 ? 'happened.decisions_title' : 'happened.decision_title', told);
}

const expiring = z.object({
  report_no: z.string(),
  last_day: z.string(),
  days_left: z.int(),
  product_name: z.string().nullable(),
});

function expiryText({ data, subject_id }: ToldEvent, { text }: Reader): EventText | null {
  const read = expiring.safeParse(data);
  if (!read.success) return null;
  const { report_no, last_day, days_left: n, product_name } = read.data;
  return {
    title: text('happened.expiring_title', { report_no, day: last_day }),
    changed:
      product_name === null
        ? text('happened.expiring', { day: last_day, n })
        : text('happened.expiring_of', { product: product_name, day: last_day, n }),
    to_do: text('happened.expiring_do'),
    path: subject_id === null ? '/eligibility/reports' : `/eligibility/reports/${subject_id}`,
  };
}

const lab = z.object({
  cnas_id: z.string(),
  name: z.string(),
  name_zh: z.string().nullable(),
  status: z.enum(LAB_STATUSES),
  status_before: z.enum(LAB_STATUSES).nullable(),
});

function labText({ data }: ToldEvent, { text, language }: Reader): EventText | null {
  const read = lab.safeParse(data);
  if (!read.success) return null;
  const { cnas_id, status, status_before } = read.data;
  const name = language === 'zh-CN' ? (read.data.name_zh ?? read.data.name) : read.data.name;
  const shown = text(LAB_STATUS_NAME[status]);
  return {
    title: text('happened.lab_title', { cnas_id, status: shown }),
    changed:
      status_before === null || status_before === status
        ? text('happened.lab', { name, status: shown })
        : text('happened.lab_from', { name, status: shown, before: text(LAB_STATUS_NAME[status_before]) }),
    to_do: text('happened.lab_do'),
    path: '/eligibility/labs',
  };
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
