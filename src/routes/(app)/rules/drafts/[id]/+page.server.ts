import { error, fail, redirect } from '@sveltejs/kit';
import { eligibilityParametersSchema } from '#lib/domain/rules/parameters.ts';
import { isUuid } from '#lib/domain/text/uuid.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { impactSentence } from '#lib/server/alerts/impact-text.ts';
import { impactOfAll } from '#lib/server/eligibility/impact-api.ts';
import { slotsOfStandard } from '#lib/server/rules/annex-slots.ts';
import { approveVersion } from '#lib/server/rules/approve.ts';
import { draftPatch } from '#lib/server/rules/draft-input.ts';
import { editDraft } from '#lib/server/rules/draft.ts';
import { findVersion, listInstruments, listVersions } from '#lib/server/rules/lists.ts';
import { publishVersion, withdrawVersion } from '#lib/server/rules/publish.ts';
import { ruleRefusal, ruleSentence, type RuleRefusal } from '#lib/server/rules/refusal.ts';
import { mayDecide, mayDraft, seesDrafts } from '#lib/server/rules/rule-actor.ts';
import { ruleSetting } from '#lib/server/rules/setting.ts';
import { nextStep } from '../next-step.ts';
import { arranged, patchOfValues, readDraftForm, valuesOfDraft, type DraftValues } from './draft-form.ts';
import { fieldErrors } from './field-errors.ts';
import { valuesOfParameters } from './parameter-form.ts';
import { withAnnexRead } from './parts-form.ts';
import type { Actions, PageServerLoad } from './$types';

const VERSIONS_MAX = 500;

export const load: PageServerLoad = async ({ locals, params }) => {
  const { app, language } = locals;
  const actor = operator(locals);
  const version = isUuid(params.id) ? await findVersion(app, actor, params.id) : null;
  if (!version) error(404, textsOf(language)('rules.error.version_unknown'));
  const { instrument, workflow, acts } = version;
  const [versions, setting, instruments, slots, impact] = await Promise.all([
    listVersions(app, actor, { instrument: instrument.slug, limit: VERSIONS_MAX }),
    ruleSetting(app, actor),
    listInstruments(app, actor, { limit: VERSIONS_MAX }),
    slotsOfStandard(app, actor, instrument.slug),
    workflow === 'approved' ? impactOfAll(app, version.id) : null,
  ]);
  const writers = acts.filter(({ act }) => act === 'drafted' || act === 'edited');
  const me = {
    id: actor.id,
    drafts: mayDraft(actor) === null,
    decides: mayDecide(actor) === null,
    allows_one_person: setting.ok && setting.setting.allows_one_person,
  };
  const next = nextStep({ workflow, writer_ids: writers.map(({ actor: by }) => by.id) }, me);
  const published = versions.filter((one) => one.workflow === 'published' && one.id !== version.id);
  const { data: parameters = null } = eligibilityParametersSchema.safeParse(version.parameters);
  return {
    id: version.id,
    slug: instrument.slug,
    instrument_title: instrument.title,
    label: version.label,
    valid_from: version.valid_from,
    workflow,
    acts,
    impact: impact?.is_judged ? impactSentence({ of: 'all', counts: impact }, textsOf(language)) : null,
    document_sha256: version.document_sha256,
    withdrawn_reason: version.withdrawn_reason,
    me,
    next,
    why_not: next === 'other_approves' ? ruleSentence(ruleRefusal('drafter_approves'), language) : null,
    /** What it is best compared with: what it began as, else what was published last. */
    compared_with: version.based_on ?? published[0]?.id ?? null,
    published: published.map(({ id, label, valid_from }) => ({ id, label, valid_from })),
    values: valuesOfDraft(version, parameters),
    empty_parameters: valuesOfParameters(null),
    instruments: instruments
      .filter((other) => other.instrument.slug !== instrument.slug)
      .map((other) => ({ slug: other.instrument.slug, title: other.instrument.title })),
    slots,
  };
};

export const actions: Actions = {
  arrange: async ({ locals, params, request }) => {
    const actor = operator(locals);
    const form = await request.formData();
    const values = readDraftForm(form);
    const given = form.get('act');
    const act = typeof given === 'string' ? given : '';
    if (act !== 'annex') return { values: { ...values, provisions: arranged(values.provisions, act) } };
    const version = await findVersion(locals.app, actor, params.id);
    const slots = version ? await slotsOfStandard(locals.app, actor, version.instrument.slug) : [];
    return { values: { ...values, parts: withAnnexRead(values.parts, slots) } };
  },
  save: async ({ locals, params, request }) => {
    const { app, language } = locals;
    const actor = operator(locals);
    const form = await request.formData();
    const values = readDraftForm(form);
    // Whoever has seen what another person saved may put the own text over it.
    const over = Number(form.get('over')) || 0;
    const patch = draftPatch.safeParse(patchOfValues(over > 0 ? { ...values, revision: over } : values));
    if (!patch.success)
      return fail(422, {
        values,
        errors: fieldErrors(patch.error, textsOf(language)),
        refused: textsOf(language)('rules.form.some'),
      });
    const saved = await editDraft(app, actor, params.id, patch.data);
    if (!saved.ok) return refusedEdit(saved, values, language);
    redirect(303, `/rules/drafts/${params.id}?saved=${saved.version.revision}`);
  },
  approve: async ({ locals, params, request }) => {
    const revision = Number((await request.formData()).get('revision')) || null;
    return decided(await approveVersion(locals.app, operator(locals), { id: params.id, revision }), locals);
  },
  publish: async ({ locals, params }) =>
    decided(await publishVersion(locals.app, operator(locals), params.id), locals),
  withdraw: async ({ locals, params, request }) => {
    const given = (await request.formData()).get('reason');
    const reason = typeof given === 'string' ? given.trim() : '';
    return decided(
      await withdrawVersion(locals.app, operator(locals), { id: params.id, reason }),
      locals,
      reason,
    );
  },
};

/** The refusal beside everything that was typed; of a conflict also the revision that stands. */
function refusedEdit(refused: RuleRefusal, values: DraftValues, language: App.Locals['language']) {
  const sentence = ruleSentence(refused, language);
  const current = refused.code === 'revision_stale' ? Number(refused.params?.current) : null;
  return fail(current === null ? 422 : 409, {
    values,
    errors: refused.field && current === null ? { [refused.field]: sentence } : {},
    refused: sentence,
    current,
  });
}

function decided(
  result: { ok: true; version: { id: string; workflow: string } } | RuleRefusal,
  { language }: App.Locals,
  reason = '',
) {
  if (!result.ok) return fail(422, { refused: ruleSentence(result, language), reason });
  redirect(303, `/rules/drafts/${result.version.id}?now=${result.version.workflow}`);
}

/** A person of the operator who reads drafts; what may be done beyond that, each act decides. */
function operator({ actor, language }: App.Locals) {
  if (!actor || !seesDrafts(actor)) error(403, textsOf(language)('rules.drafts.operators_only'));
  return actor;
}
