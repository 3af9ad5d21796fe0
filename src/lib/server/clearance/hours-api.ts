import { z } from 'zod';
import { CHANNELS, DIRECTIONS, MEASURES, SECONDS_PER_HOUR } from '#lib/domain/clearance/measure.ts';
import { negotiateLanguage, type Language } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { operation } from '#lib/server/http/operation.ts';
import { refuse } from '#lib/server/http/problem.ts';
import { baselineById } from './baselines.ts';
import { COHORT_GROUPS, cohortMetricsOf, type CohortMetrics, type CohortQuery } from './cohort-metrics.ts';
import { honestyOf } from './honesty.ts';
import { metricsOf, type HoursQuery, type MetricsQuery, type MetricsRow } from './metrics.ts';
import { whyNotText } from './problem-text.ts';
import { day } from './query-fields.ts';
import { GROUPS } from './slices.ts';

const HOURS_FIELDS = {
  from: day.default('2000-01-01'),
  to: day.default('2100-01-01'),
  measure: z.enum(MEASURES).default('declared_to_released'),
  direction: z.enum(DIRECTIONS).default('export'),
  district: z
    .string()
    .regex(/^\d{4}$/, 'is not a district such as 3100')
    .optional(),
  customs_office: z
    .string()
    .regex(/^\d{4}$/, 'is not an office such as 3104')
    .optional(),
  category: z.string().max(63).optional(),
  channel: z.enum(CHANNELS).optional(),
};
const isForward = ({ from, to }: { from: string; to: string }) => from <= to;
const BACKWARDS = { path: ['to'], error: 'is before from' };

const groups = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  )
  .pipe(z.array(z.enum(GROUPS, { error: `takes ${GROUPS.join(', ')}` })));

const compared_baseline = z.looseObject({
  id: z.string(),
  hours: z.number(),
  comparable: z.boolean(),
  why_not: z
    .string()
    .nullable()
    .describe('Why it is not compared, in the language of Accept-Language; null when it is comparable.'),
  why_not_texts: z.object({ en: z.string(), zh: z.string() }).nullable(),
  is_derived: z.boolean(),
  definition_confirmed: z.boolean(),
  source_title: z.string(),
  source_title_zh: z.string().nullable(),
  note: z.string().nullable(),
  note_zh: z.string().nullable(),
});

const hours_row = z.looseObject({
  n: z.number(),
  mean_hours: z.number(),
  p50_hours: z.number(),
  p90_hours: z.number(),
  p95_hours: z.number(),
  min_hours: z.number(),
  max_hours: z.number(),
  quantiles: z.enum(['exact', 'sketch']),
  is_small_n: z.boolean().describe('n is below min_n: show the number, compare nothing.'),
  baseline: compared_baseline.nullable(),
  faster_percent: z.number().nullable().describe('100 × (baseline − mean) / baseline.'),
  firms: z
    .number()
    .optional()
    .describe('With scope=all: at least so many firms are in it; of a single month, exactly so many.'),
  months: z.number().optional().describe('With scope=all: the months that are in it.'),
  as_of: z.date().optional().describe('With scope=all: the records that were stored by then are in it.'),
});

export const getMetrics = operation({
  method: 'get',
  path: '/clearance/metrics',
  tag: 'Clearance',
  summary: 'Clearance hours against a baseline',
  description:
    'Elapsed clock hours. Quantiles are exact by linear interpolation up to 1,000 records, within 0.5 % above; mean, minimum and maximum are always exact. With scope=all over all firms, each declaration once, by whole months: nothing about fewer than 5 firms, nor what it could be computed from.',
  access: { scope: 'clearance:read', side: 'either' },
  query: z
    .object({
      ...HOURS_FIELDS,
      group_by: groups,
      baseline_id: z.uuid({ error: 'is not an id' }).optional(),
      scope: z
        .enum(['firm', 'all'], { error: 'takes firm or all' })
        .optional()
        .describe('firm unless said for a firm’s key, all for the operator’s.'),
    })
    .refine(isForward, BACKWARDS),
  response: {
    description: 'One row a group.',
    schema: z.looseObject({
      measure: z.enum(MEASURES),
      direction: z.enum(DIRECTIONS),
      from: z.string(),
      to: z.string(),
      scope: z.enum(['firm', 'all']),
      min_n: z.number(),
      rows: z.array(hours_row),
      firms_min: z.number().optional().describe('With scope=all: fewer firms are never shown.'),
      as_of: z.date().nullable().optional().describe('With scope=all: the oldest of its months.'),
      is_sample: z.boolean().optional().describe('With scope=all: these are sample firms.'),
      note: z.string().optional().describe('With scope=all: what is left out, and why.'),
    }),
  },
  run: async ({ app, firm, query, request }) => {
    const language = negotiateLanguage(request.headers.get('accept-language'));
    const { scope = firm ? 'firm' : 'all', ...wanted } = query;
    if (wanted.baseline_id && !(await baselineById(app.db, wanted.baseline_id)))
      refuse(422, 'There is no baseline with this id.', [
        { field: 'baseline_id', code: 'unknown', message: 'There is no baseline with this id.' },
      ]);
    if (scope === 'all')
      return cohortAnswer(await cohortMetricsOf(app.reading(), firm, byMonth(wanted)), language);
    if (!firm)
      refuse(
        422,
        'This key belongs to the operator, who has no records. Leave scope out, or ask with scope=all.',
        [{ field: 'scope', code: 'no_firm', message: 'The operator has no records of its own.' }],
      );
    const found = await metricsOf(app.reading(), firm, wanted);
    return { ...found, scope, rows: found.rows.map((row) => answeredRow(row, language)) };
  },
});

function byMonth(wanted: MetricsQuery): CohortQuery {
  const group_by = COHORT_GROUPS.filter((group) => wanted.group_by.includes(group));
  if (group_by.length < wanted.group_by.length) {
    const message = `Numbers over all firms are given by ${COHORT_GROUPS.join(', ')}. Weeks and days of few firms could be told apart.`;
    refuse(422, message, [{ field: 'group_by', code: 'too_fine', message }]);
  }
  return {
    ...wanted,
    group_by: wanted.group_by.flatMap((group) => group_by.find((one) => one === group) ?? []),
  };
}

function cohortAnswer(found: CohortMetrics, language: Language) {
  return {
    ...found,
    scope: 'all' as const,
    note: textsOf(language)('clearance.cohort.note', { firms: found.firms_min }),
    rows: found.rows.map((row) => answeredRow(row, language)),
  };
}

/** A row without what the answer says once, and with the reasons in words. */
function answeredRow<R extends MetricsRow>(row: R, language: Language) {
  const { measure: _measure, direction: _direction, from: _from, to: _to, baseline, ...rest } = row;
  const why_not = baseline?.why_not ?? null;
  return {
    ...rest,
    baseline: baseline && {
      ...baseline,
      why_not: why_not && whyNotText(why_not, language),
      why_not_texts: why_not && { en: whyNotText(why_not, 'en'), zh: whyNotText(why_not, 'zh-CN') },
    },
  };
}

const share = z.object({
  part: z.number(),
  whole: z.number(),
  share: z.number().nullable().describe('part / whole; null when whole is 0.'),
});

export const getHonesty = operation({
  method: 'get',
  path: '/clearance/honesty',
  tag: 'Clearance',
  summary: 'How far the hours can be trusted',
  description:
    'For the same records as the metrics: outliers (flagged, never dropped), whether n is too small to compare, and the shares that the green channel is judged by, each with its counts.',
  access: { scope: 'clearance:read', side: 'firm' },
  query: z.object(HOURS_FIELDS).refine(isForward, BACKWARDS),
  response: {
    description: 'The figures of all records that match.',
    schema: z.looseObject({
      n: z.number().describe('Declarations with both times of the measure.'),
      min_n: z.number().describe('Below it nothing is compared; the firm sets it.'),
      is_small_n: z.boolean(),
      outliers: z
        .object({
          threshold_seconds: z.number().describe('Whole seconds; what took longer is an outlier.'),
          threshold_hours: z.number(),
          count: z.number(),
          records: z.string().describe('The address of the page that lists them.'),
        })
        .nullable()
        .describe(
          'Above Q3 + 3 × (Q3 − Q1) on the scale of logarithms. Null with fewer than 20 values, or when the middle half are alike.',
        ),
      release_known: share.describe('With a release time, among all declared.'),
      green_coverage: share.describe(
        'In the green channel, among the eligible ones whose channel is known: exports of a named category at an office of a launched programme, from the day of its launch.',
      ),
      green_inspected: share.describe('Green declarations that were inspected all the same.'),
      green_within_a_minute: share.describe(
        'Released within a minute of declaration, among green released ones.',
      ),
      declared_before_arrival: share.describe('Among those with a time of arrival; it is legal.'),
    }),
  },
  run: async ({ app, firm, query }) => {
    if (!firm) refuse(403, 'Records belong to a firm.');
    const { outliers, ...figures } = await honestyOf(app.reading(), firm, query);
    return {
      ...figures,
      outliers: outliers && {
        ...outliers,
        threshold_hours: outliers.threshold_seconds / SECONDS_PER_HOUR,
        records: recordsAddress(query, outliers.threshold_seconds),
      },
    };
  },
});

/** The page that lists the records of this query that took longer. */
function recordsAddress(query: HoursQuery, over_seconds: number): string {
  const named = {
    from: query.from,
    to: query.to,
    m: query.measure,
    dir: query.direction,
    office: query.customs_office,
    district: query.district,
    category: query.category,
    channel: query.channel,
    order: 'slowest',
    over: String(over_seconds),
  };
  const given = Object.entries(named).flatMap(([name, value]) => (value ? [[name, value]] : []));
  return `/clearance/records?${new URLSearchParams(given).toString()}`;
}
