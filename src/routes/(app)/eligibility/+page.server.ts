import { error, fail, redirect } from '@sveltejs/kit';
import type { Actor, Firm } from '#lib/domain/accounts/actor.ts';
import {
  fieldProblems,
  fieldsOf,
  questionBody,
  readCheckFields,
  readPastedItems,
  rowsFor,
  type CheckFields,
  type FieldProblem,
} from '#lib/domain/eligibility/check-form.ts';
import { dayInChina } from '#lib/domain/text/legal-day.ts';
import type { TextKey } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import {
  conditionsToday,
  decideForm,
  decisionsOf,
  decisionView,
  NO_FILTER,
} from '#lib/server/eligibility/decision-page.ts';
import { categories, offices } from '#lib/server/reference/read.ts';
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
  const [rule, known_categories, known_offices, recent, before] = await Promise.all([
    conditionsToday(app, firm.customs_office),
    categories(app.db),
    offices(app.db),
    decisionsOf(app, firm, NO_FILTER, { limit: RECENT, after: null }),
    from === null ? null : decisionView(app, firm, from),
  ]);
  const slots = rule?.parameters.slots ?? [];
  const known = before?.computed ? fieldsOf(before.computed.input, before.row.reference) : null;
  const fields = known ?? {
    ...emptyFields(dayInChina(app.now()), firm.customs_office),
    standard: '',
  };
  return {
    form_data: {
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
    const id = await decideForm(locals.app, { firm, actor }, questionBody(filled));
    if (id === null) return fail(400, { fields: filled, errors, is_refused: true });
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

async function sent(
  { actor, language }: App.Locals,
  request: Request,
): Promise<{ firm: Firm; actor: Actor; fields: CheckFields; pasted: CheckFields['items'] }> {
  const firm = checkerOf(actor);
  if (!firm || !actor) error(403, textsOf(language)('decisions.not_allowed'));
  const form = await request.formData();
  const values = (name: string) => form.getAll(name).filter((value) => typeof value === 'string');
  return { firm, actor, fields: readCheckFields(values), pasted: readPastedItems(values('pasted')[0] ?? '') };
}

/** Pasted rows go where their clause stands, before what was typed there. */
function rowsOf({ items }: CheckFields, pasted: CheckFields['items']): CheckFields['items'] {
  const typed = items.filter(({ verdict }) => verdict !== '');
  const slots = items.map(({ clause }) => ({ clause, topic: null }));
  return rowsFor(slots, [
    ...pasted,
    ...typed.filter((one) => !pasted.some(({ clause }) => clause === one.clause)),
  ]);
}

function checkerOf(actor: Actor | null): Firm | null {
  return actor?.firm_scopes.includes('eligibility:check') ? actor.firm : null;
}
