import { error, fail } from '@sveltejs/kit';
import { textsOf } from '#lib/i18n/texts.ts';
import { membersOf } from '#lib/server/accounts/members.ts';
import { readEscalation, resetEscalation, setEscalation } from '#lib/server/alerts/escalation-setting.ts';
import { readerOf, writerOf } from '#lib/server/alerts/recipient.ts';
import { alertSentence } from '#lib/server/alerts/refusal.ts';
import { readEscalationForm } from './escalation-form.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
  const { app, actor, language } = locals;
  const firm = readerOf(actor)?.firm;
  if (!firm) error(403, textsOf(language)('escalation.no_firm'));
  const [escalation, members] = await Promise.all([readEscalation(app, { firm }), membersOf(app, firm.id)]);
  return {
    escalation,
    people: members.map(({ user_id, name }) => ({ id: user_id, name })),
    executives: members.filter(({ role }) => role === 'executive').map(({ name }) => name),
    may_write: Boolean(writerOf(actor)?.firm),
  };
};

export const actions: Actions = {
  save: async ({ locals, request }) => {
    const { app, actor, language } = locals;
    const firm = writerOf(actor)?.firm;
    if (!firm) return fail(403, { message: textsOf(language)('escalation.no_firm') });
    const asked = readEscalationForm(await request.formData());
    if (!asked) return fail(422, { message: textsOf(language)('escalation.bad_number') });
    const result = await setEscalation(app, { firm }, asked);
    return result.ok ? { message: null } : fail(422, { message: alertSentence(result, language) });
  },
  reset: async ({ locals }) => {
    const { app, actor, language } = locals;
    const firm = writerOf(actor)?.firm;
    if (!firm) return fail(403, { message: textsOf(language)('escalation.no_firm') });
    await resetEscalation(app, { firm });
    return { message: null };
  },
};
