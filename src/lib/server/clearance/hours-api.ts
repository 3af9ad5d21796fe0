import { z } from 'zod';
import { CHANNELS, DIRECTIONS, MEASURES, SECONDS_PER_HOUR } from '#lib/domain/clearance/measure.ts';
import { negotiateLanguage } from '#lib/i18n/text.ts';
import { operation } from '#lib/server/http/operation.ts';
import { refuse } from '#lib/server/http/problem.ts';
import { honestyOf } from './honesty.ts';
import { metricsOf, type HoursQuery } from './metrics.ts';
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

export const getMetrics = operation({
  method: 'get',
  path: '/clearance/metrics',
  tag: 'Clearance',
  summary: 'Clearance hours against a baseline',
  description:
    'Elapsed clock hours. Quantiles are exact by linear interpolation up to 1,000 records, within 0.5 % above; mean, minimum and maximum are always exact.',
  access: { scope: 'clearance:read', side: 'firm' },
  query: z
    .object({
      ...HOURS_FIELDS,
      group_by: groups,
      baseline_id: z.uuid({ error: 'is not an id' }).optional(),
      scope: z
        .enum(['firm'], { error: 'takes firm; numbers over all firms are not given yet' })
        .default('firm'),
    })
    .refine(isForward, BACKWARDS),
  response: {
    description: 'One row a group.',
    schema: z.looseObject({ rows: z.array(z.looseObject({ n: z.number() })) }),
  },
  run: async ({ app, firm, query, request }) => {
    if (!firm) refuse(403, 'Records belong to a firm.');
    const language = negotiateLanguage(request.headers.get('accept-language'));
    const { scope: _, ...wanted } = query;
    const found = await metricsOf(app, firm, wanted);
    const rows = found.rows.map(
      ({ measure: _measure, direction: _direction, from: _from, to: _to, baseline, ...row }) => ({
        ...row,
        baseline: baseline && {
          ...baseline,
          why_not: baseline.why_not && whyNotText(baseline.why_not, language),
        },
      }),
    );
    return { ...found, rows };
  },
});

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
    const { outliers, ...figures } = await honestyOf(app, firm, query);
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
