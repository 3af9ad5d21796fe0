import { z } from 'zod';
import { blockingChecks, isMendedByRetest } from '#lib/domain/eligibility/runway.ts';
import { addDays } from '#lib/domain/text/calendar-day.ts';
import { operation } from '#lib/server/http/operation.ts';
import { checkSchema } from './decision-answer.ts';
import { firmOf, READ } from './portfolio-api.ts';
import { PRODUCTS_MAX } from './portfolio-shipments.ts';
import { runwaysOf, type ProductRunway } from './runway.ts';

/** One validity of a report, as reported; and beyond any plan of shipments. */
const WITHIN_DAYS_DEFAULT = 90;
const WITHIN_DAYS_MAX = 400;
/** Four weeks from booking to the report: what full-scope tests take where nothing is known of the laboratory. */
const LEAD_DAYS_DEFAULT = 28;

const STATES = ['not_green', 'ends', 'beyond', 'no_report', 'no_category'] as const;
const day = z.string().describe('YYYY-MM-DD, in China.');
const reason = checkSchema.pick({ code: true, clause: true, result: true, reason: true, to_do: true });

const runway = z.object({
  product_id: z.string(),
  code: z.string(),
  name: z.string(),
  state: z
    .enum(STATES)
    .describe('not_green: not green today. ends: green today, not on `ends_on`. beyond: green throughout.'),
  report_id: z.string().nullable(),
  report_no: z.string().nullable().describe('The confirmed report with which it stays green longest.'),
  ends_on: day.nullable().describe('The first day of declaration on which it is no longer green.'),
  reasons: z.array(reason).describe('The checks that end it, or that keep it from green today.'),
  book_retest_by: day
    .nullable()
    .describe('`ends_on` less `lead_days`; null where a new report would not mend it, or today is no green.'),
  is_overdue: z.boolean().describe('The last safe day has passed.'),
});

export const getRunway = operation({
  method: 'get',
  path: '/products/runway',
  tag: 'Eligibility',
  summary: 'How long each product stays green',
  description: `Each product with the confirmed report that serves it longest, declared at the firm's office from today on: by the age of the report, the end of the programme, and versions of the rules that are published today and take force later. Products that are not green come first, then those that end soonest. A day to book a retest leaves \`lead_days\` for it (${LEAD_DAYS_DEFAULT} unless said: a report ordered then is issued on the day on which the old one ends). At most ${PRODUCTS_MAX} products, the last changed; \`is_cut\` says when there are more.`,
  access: READ,
  query: z.object({
    within_days: z.coerce
      .number()
      .int()
      .min(0)
      .max(WITHIN_DAYS_MAX)
      .default(WITHIN_DAYS_DEFAULT)
      .describe('How far to look ahead.'),
    lead_days: z.coerce
      .number()
      .int()
      .min(0)
      .max(365)
      .default(LEAD_DAYS_DEFAULT)
      .describe('Calendar days from booking a test to its report.'),
  }),
  response: {
    description: 'The products.',
    schema: z.object({
      from: day,
      within_days: z.int(),
      lead_days: z.int(),
      customs_office: z.string(),
      items: z.array(runway),
      is_cut: z.boolean(),
    }),
  },
  run: async ({ app, firm: of_firm, query }) => {
    const firm = firmOf(of_firm);
    const { within_days, lead_days } = query;
    const { from, products, is_cut } = await runwaysOf(app, firm, within_days);
    const items = products.map((one) => itemOf(one, { today: from, lead_days })).sort(bySoonest);
    return { from, within_days, lead_days, customs_office: firm.customs_office, items, is_cut };
  },
});

type Item = z.infer<typeof runway>;

function itemOf({ product, best }: ProductRunway, when: { today: string; lead_days: number }): Item {
  const { id: product_id, code, name, category } = product;
  const about = { product_id, code, name, report_id: null, report_no: null };
  const open = { ends_on: null, reasons: [], book_retest_by: null, is_overdue: false };
  if (!best) return { ...about, ...open, state: category === null ? 'no_category' : 'no_report' };
  const { report_id, report_no, runway: found } = best;
  const item = { ...about, ...open, report_id, report_no, state: found.state };
  if (found.state === 'beyond') return item;
  const checks = blockingChecks(found.verdict);
  const reasons = checks.map((check) => reason.parse(check));
  if (found.state === 'not_green') return { ...item, reasons };
  const book_retest_by = isMendedByRetest(checks) ? addDays(found.on, -when.lead_days) : null;
  const is_overdue = book_retest_by !== null && book_retest_by < when.today;
  return { ...item, ends_on: found.on, reasons, book_retest_by, is_overdue };
}

function bySoonest(a: Item, b: Item): number {
  const rank = ({ state }: Item) => (state === 'beyond' ? 2 : state === 'ends' ? 1 : 0);
  return rank(a) - rank(b) || (a.ends_on ?? '').localeCompare(b.ends_on ?? '');
}
