import { narrow } from '#lib/domain/text/fold.ts';
import { metricAlertSchema, type MetricAlert } from '#lib/domain/alerts/metric-alert.ts';

/** What stands in the form, as it was typed; the address of a dry run holds the same fields. */
export type HoursForm = Record<(typeof FIELDS)[number], string>;

const FIELDS = [
  'name',
  'measure',
  'customs_office',
  'category',
  'statistic',
  'grain',
  'comparison',
  'fire_above',
  'recover_at',
  'pending_periods',
  'min_n',
  'mutes',
] as const;

export const EMPTY_FORM: HoursForm = {
  name: '',
  measure: 'declared_to_released',
  customs_office: '',
  category: '',
  statistic: 'mean',
  grain: 'week',
  comparison: 'threshold',
  fire_above: '',
  recover_at: '',
  pending_periods: '1',
  min_n: '30',
  mutes: '',
};

export type HoursFormRead =
  | { ok: true; alert: MetricAlert; form: HoursForm }
  | { ok: false; form: HoursForm; fields: (keyof HoursForm)[] };

/** Reads the form of a page or the query of its address; the fields that cannot be read are named. */
export function readHoursForm(given: Pick<URLSearchParams, 'get'> | FormData): HoursFormRead {
  const form: HoursForm = { ...EMPTY_FORM };
  for (const field of FIELDS) {
    const value = given.get(field);
    if (typeof value === 'string') form[field] = value.trim();
  }
  const number = (text: string) => (text === '' ? null : Number(narrow(text)));
  const read = metricAlertSchema.safeParse({
    name: form.name,
    measure: form.measure,
    customs_office: form.customs_office === '' ? null : narrow(form.customs_office),
    category: form.category === '' ? null : form.category,
    statistic: form.statistic,
    grain: form.grain,
    comparison: form.comparison,
    fire_above: number(form.fire_above),
    // What is left empty recovers where it fires.
    recover_at: number(form.recover_at) ?? number(form.fire_above),
    pending_periods: number(form.pending_periods),
    min_n: number(form.min_n),
    mutes: mutesOf(form.mutes),
  });
  if (read.success) return { ok: true, alert: read.data, form };
  const named = new Set(read.error.issues.map(({ path }) => String(path[0])));
  return { ok: false, form, fields: FIELDS.filter((field) => named.has(field)) };
}

/** One span a line: two days, or one. A line that names none is refused as a whole. */
function mutesOf(text: string): unknown {
  return narrow(text)
    .split(/\n+/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const days = line.match(/\d{4}-\d{2}-\d{2}/g) ?? [];
      return { from: days[0], to: days[1] ?? days[0] };
    });
}
