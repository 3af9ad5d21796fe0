import { fail, redirect } from '@sveltejs/kit';
import {
  fieldProblems,
  fieldsOf,
  questionBody,
  rowsFor,
  type FieldProblem,
} from '#lib/domain/eligibility/check-form.ts';
import { dayInChina } from '#lib/domain/text/calendar-day.ts';
import type { TextKey } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import {
  conditionsToday,
  decideBody,
  decisionsOf,
  decisionView,
  NO_FILTER,
} from '#lib/server/eligibility/decision-page.ts';
import {
  decideRegistered,
  registeredChoices,
  registeredInput,
} from '#lib/server/eligibility/registered-check.ts';
import { categories, offices } from '#lib/server/reference/read.ts';
import { checkerOf, rowsOf, sent, sentBy } from './check-sent.ts';
import { emptyFields } from './empty-fields.ts';
import type { Actions, PageServerLoad } from './$types';

const PROBLEM = {
  missing: 'decisions.problem.missing',
  not_a_day: 'decisions.problem.not_a_day',
  not_an_office: 'decisions.problem.not_an_office',
} satisfies Record<FieldProblem, TextKey>;
const RECENT = 6;

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, actor } = locals;
  const firm = checkerOf(actor);
  if (!firm || !actor) return { form_data: null };
  const from = url.searchParams.get('from');
  const chosen = {
    report_id: url.searchParams.get('report_id') ?? '',
    declaration_date: url.searchParams.get('declaration_date') || dayInChina(app.now()),
    customs_office: url.searchParams.get('customs_office') || firm.customs_office,
    reference: url.searchParams.get('reference')?.slice(0, 200) ?? '',
  };
  const [rule, known_categories, known_offices, recent, before, choices, registered] = await Promise.all([
    conditionsToday(app, firm.customs_office),
    categories(app.db),
    offices(app.db),
    decisionsOf(app, firm, NO_FILTER, { limit: RECENT, after: null }),
    from === null ? null : decisionView(app, firm, from),
    registeredChoices(app, firm),
    chosen.report_id === '' ? null : registeredInput(app, firm, chosen),
  ]);
  const slots = rule?.parameters.slots ?? [];
  const known = registered
    ? fieldsOf(registered, chosen.reference)
    : before?.computed
      ? fieldsOf(before.computed.input, before.row.reference)
      : null;
  const fields = known ?? {
    ...emptyFields(dayInChina(app.now()), firm.customs_office),
    standard: '',
  };
  return {
    form_data: {
      choices,
      chosen,
      fields: { ...fields, items: rowsFor(slots, fields.items) },
      slots,
      standard_no: rule?.parameters.standard.standard_no ?? null,
      age_days: rule?.parameters.report_age_days.value ?? null,
      categories: known_categories.filter(({ slug }) => slug !== null),
      offices: known_offices,
      recent: recent.slice(0, RECENT).map(({ id, reference, subject, outcome, decided_at }) => ({
        id,
        reference,
        subject,
        outcome,
        decided_at,
      })),
    },
  };
};

export const actions: Actions = {
  decide: async ({ locals, request }) => {
    const { firm, actor, fields, pasted } = await sent(locals, request);
    const filled = pasted.length > 0 ? { ...fields, items: rowsOf(fields, pasted) } : fields;
    const problems = fieldProblems(filled);
    const text = textsOf(locals.language);
    const errors = Object.fromEntries(
      Object.entries(problems).map(([name, problem]) => [name, text(PROBLEM[problem])]),
    );
    if (Object.keys(errors).length > 0) return fail(400, { fields: filled, errors, is_refused: false });
    const id = await decideBody(locals.app, { firm, actor }, questionBody(filled));
    if (id === null) return fail(400, { fields: filled, errors, is_refused: true });
    redirect(303, `/eligibility/decisions/${id}`);
  },
  /** Decides on a registered report by its id, with the product that it is registered for. */
  registered: async ({ locals, request }) => {
    const { firm, actor, values } = await sentBy(locals, request);
    const value = (name: string) => (values(name)[0] ?? '').trim();
    const chosen = {
      report_id: value('report_id'),
      declaration_date: value('declaration_date'),
      customs_office: value('customs_office'),
      reference: value('reference'),
    };
    const id = await decideRegistered(locals.app, { firm, actor }, chosen);
    if (id === null) return fail(400, { chosen, errors: {}, is_refused: false });
    redirect(303, `/eligibility/decisions/${id}`);
  },
  /** Puts pasted rows into the table, to be looked at before they are decided on. */
  paste: async ({ locals, request }) => {
    const { fields, pasted } = await sent(locals, request);
    return {
      fields: { ...fields, items: rowsOf(fields, pasted) },
      errors: {},
      is_refused: false,
      taken: pasted.length,
    };
  },
  all_pass: async ({ locals, request }) => {
    const { fields } = await sent(locals, request);
    const items = fields.items.map((item) => ({
      ...item,
      verdict: item.verdict === '' ? 'pass' : item.verdict,
    }));
    return { fields: { ...fields, items }, errors: {}, is_refused: false };
  },
};
