import { error, fail, redirect } from '@sveltejs/kit';
import { foldCode } from '#lib/domain/clearance/read-receipt.ts';
import {
  readCodeForm,
  readReadingForm,
  readVendorForm,
  type ReceiptFormProblem,
} from '#lib/domain/clearance/receipt-form.ts';
import { DEFAULT_VENDOR } from '#lib/domain/clearance/receipt-table.ts';
import type { TextKey } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import {
  answerReadings,
  answersOf,
  receiptCodes,
  receiptVendors,
  saveReceiptCode,
  saveReceiptVendor,
} from '#lib/server/clearance/receipt-codes.ts';
import { RECOMPUTED_STEPS_MAX, recomputeFirm } from '#lib/server/clearance/recompute-receipts.ts';
import type { Actions, PageServerLoad } from './$types';

const PROBLEM = {
  missing: 'receipts.problem.missing',
  too_long: 'receipts.problem.too_long',
  not_a_name: 'receipts.problem.not_a_name',
  not_an_event: 'receipts.problem.not_an_event',
} satisfies Record<ReceiptFormProblem, TextKey>;

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, actor, language } = locals;
  const firm = actor?.firm_scopes.includes('clearance:read') ? actor.firm : null;
  if (!firm && !actor?.operator_scopes.includes('clearance:read'))
    error(403, textsOf(language)('baselines.not_allowed'));
  const vendors = await receiptVendors(app.db);
  const asked = url.searchParams.get('vendor');
  const vendor = vendors.find((one) => one.vendor === asked)?.vendor ?? DEFAULT_VENDOR;
  const [lines, answers] = await Promise.all([
    receiptCodes(app, { firm_id: firm?.id ?? null, vendor }),
    firm ? answersOf(app, firm.id, vendor) : [],
  ]);
  return {
    vendors,
    vendor,
    lines,
    /** Answers of the firm to codes that this table does not have. */
    further: answers.filter(({ code }) => !lines.some((line) => line.code === code)),
    code: foldCode(url.searchParams.get('code') ?? ''),
    is_saved: url.searchParams.has('saved'),
    may_answer: firm !== null && (actor?.firm_scopes.includes('clearance:write') ?? false),
    may_keep: actor?.operator_scopes.includes('clearance:write') ?? false,
  };
};

export const actions: Actions = {
  reading: async ({ locals, request }) => {
    const { app, actor, language } = locals;
    if (!actor?.firm || !actor.firm_scopes.includes('clearance:write'))
      error(403, textsOf(language)('clearance.import.not_allowed'));
    const typed = typedOf(await request.formData());
    const read = readReadingForm(typed.of);
    const vendor = await vendorOf(locals, typed.of('vendor'));
    if (!read.ok) return refused('reading', read.problems, typed.values, locals);
    const about = { firm_id: actor.firm.id, actor_id: actor.id, vendor };
    await answerReadings(app, about, new Map([[read.value.code, read.value.reading]]));
    await recomputeFirm(app.pool.pg, actor.firm.id, RECOMPUTED_STEPS_MAX);
    return back(vendor);
  },
  code: async ({ locals, request }) => {
    requireKeeper(locals);
    const typed = typedOf(await request.formData());
    const read = readCodeForm(typed.of);
    const vendor = await vendorOf(locals, typed.of('vendor'));
    if (!read.ok) return refused('code', read.problems, typed.values, locals);
    const { code, ...line } = read.value;
    await saveReceiptCode(locals.app, { vendor, code }, line);
    return back(vendor);
  },
  vendor: async ({ locals, request }) => {
    requireKeeper(locals);
    const typed = typedOf(await request.formData());
    const read = readVendorForm(typed.of);
    if (!read.ok) return refused('vendor', read.problems, typed.values, locals);
    await saveReceiptVendor(locals.app, read.value);
    return back(read.value.vendor);
  },
};

function back(vendor: string): never {
  redirect(303, `/settings/receipts?${new URLSearchParams({ vendor, saved: '1' }).toString()}`);
}

function refused(
  form: 'reading' | 'code' | 'vendor',
  problems: Readonly<Record<string, ReceiptFormProblem>>,
  values: Record<string, string>,
  { language }: App.Locals,
) {
  const text = textsOf(language);
  const errors = Object.fromEntries(
    Object.entries(problems).map(([field, problem]) => [field, text(PROBLEM[problem])]),
  );
  return fail(400, { form, errors, values });
}

/** The analyst who asks; whoever else comes here is told so. */
function requireKeeper({ actor, language }: App.Locals): void {
  if (!actor?.operator_scopes.includes('clearance:write'))
    error(403, textsOf(language)('receipts.analysts_only'));
}

async function vendorOf({ app }: App.Locals, name: string): Promise<string> {
  const known = (await receiptVendors(app.db)).find(({ vendor }) => vendor === name);
  return known?.vendor ?? error(404);
}

function typedOf(form: FormData) {
  const of = (field: string) => {
    const value = form.get(field);
    return typeof value === 'string' ? value.trim() : '';
  };
  return { of, values: Object.fromEntries([...form.keys()].map((name) => [name, of(name)])) };
}
