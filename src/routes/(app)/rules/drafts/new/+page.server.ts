import { error, fail, redirect } from '@sveltejs/kit';
import { INSTRUMENT_KINDS } from '#lib/domain/rules/version.ts';
import { isUuid } from '#lib/domain/text/uuid.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { refusalText } from '#lib/server/documents/problem-text.ts';
import { storeDocument } from '#lib/server/documents/store.ts';
import { createDraft } from '#lib/server/rules/draft.ts';
import { createInstrument, instrumentInput } from '#lib/server/rules/instruments.ts';
import { listInstruments, listVersions } from '#lib/server/rules/lists.ts';
import { ruleSentence, type RuleRefusal } from '#lib/server/rules/refusal.ts';
import { mayDraft } from '#lib/server/rules/rule-actor.ts';
import { previewSplit, type SplitInput, type SplitPreview } from '#lib/server/rules/split.ts';
import type { Actions, PageServerLoad } from './$types';

const CHOICES_MAX = 500;
/** The name under which what stands before the first number is kept as a clause. */
const FOREWORD = 'foreword';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, language } = locals;
  const actor = drafter(locals);
  const slug = url.searchParams.get('instrument');
  const document_id = url.searchParams.get('document');
  const [instruments, versions, split] = await Promise.all([
    listInstruments(app, actor, { limit: CHOICES_MAX }),
    slug ? listVersions(app, actor, { instrument: slug, limit: CHOICES_MAX }) : [],
    document_id && isUuid(document_id) ? previewSplit(app, actor, { document_id }) : null,
  ]);
  return {
    kinds: INSTRUMENT_KINDS,
    instruments: instruments.map(({ instrument }) => ({ slug: instrument.slug, title: instrument.title })),
    chosen: instruments.find(({ instrument }) => instrument.slug === slug)?.instrument ?? null,
    versions: versions.map(({ id, label, valid_from }) => ({ id, label, valid_from })),
    values: {
      label: url.searchParams.get('label') ?? '',
      based_on: url.searchParams.get('based_on') ?? '',
      text: '',
      document_id: document_id ?? '',
    },
    split: split?.ok ? shown(split.preview) : null,
    waits: split?.ok === false && split.code === 'document_waits',
    refused: split?.ok === false ? ruleSentence(split, language) : null,
  };
};

export const actions: Actions = {
  begin: async ({ locals, request, url }) => {
    const { app, language } = locals;
    const actor = drafter(locals);
    const form = await request.formData();
    const values = valuesOf(form);
    const slug = url.searchParams.get('instrument') ?? '';
    const file = form.get('file');
    if (file instanceof File && file.size > 0) {
      const stored = await storeDocument(app, {
        firm_id: null,
        actor_id: actor.id,
        file_name: file.name,
        declared_media_type: file.type || null,
        bytes: new Uint8Array(await file.arrayBuffer()),
      });
      if (!stored.ok)
        return fail(422, { values, split: null, refused: refusalText(stored.problem, textsOf(language)) });
      const { label, based_on } = values;
      const query = new URLSearchParams({ instrument: slug, label, based_on, document: stored.document.id });
      redirect(303, `/rules/drafts/new?${query.toString()}`);
    }
    if (values.text === '') {
      if (values.label === '') return refusedLabel(values, language);
      return made(await createDraft(app, actor, slug, inputOf(values)), { values, language });
    }
    const split = await previewSplit(app, actor, { text: values.text });
    if (!split.ok) return refusedBy(split, { values, language });
    return { values, split: shown(split.preview), refused: null };
  },
  save: async ({ locals, request, url }) => {
    const { app, language } = locals;
    const actor = drafter(locals);
    const form = await request.formData();
    const values = valuesOf(form);
    const source: SplitInput =
      values.text === '' ? { document_id: values.document_id } : { text: values.text };
    const split = await previewSplit(app, actor, source);
    if (!split.ok) return refusedBy(split, { values, language });
    if (values.label === '')
      return fail(422, { ...refusedLabel(values, language).data, split: shown(split.preview) });
    const { preview } = split;
    const foreword =
      form.get('keep_foreword') === 'on' ? [{ path: FOREWORD, text: preview.preamble.text }] : [];
    const provisions = preview.provisions.map(({ path, title, text }) => ({ path, title, text }));
    const created = await createDraft(app, actor, url.searchParams.get('instrument') ?? '', {
      ...inputOf(values),
      provisions: [...foreword, ...provisions],
      without_text: false,
      ...(preview.document ? { document_id: preview.document.id } : {}),
    });
    return made(created, { values, language, split: shown(preview) });
  },
  instrument: async ({ locals, request }) => {
    const { app, language } = locals;
    const actor = drafter(locals);
    const form = await request.formData();
    const given = Object.fromEntries(INSTRUMENT_FIELDS.map((name) => [name, textOf(form, name)] as const));
    const parsed = instrumentInput.safeParse(
      Object.fromEntries(Object.entries(given).filter(([, value]) => value !== '')),
    );
    const text = textsOf(language);
    if (!parsed.success) {
      const errors = Object.fromEntries(
        parsed.error.issues.map(({ path: [name] }) => [
          String(name),
          text(name === 'slug' ? 'rules.new.slug_hint' : 'rules.form.fill'),
        ]),
      );
      return fail(422, { instrument: given, errors });
    }
    const created = await createInstrument(app, actor, parsed.data);
    if (!created.ok)
      return fail(422, {
        instrument: given,
        errors: { [created.field ?? 'slug']: ruleSentence(created, language) },
      });
    redirect(303, `/rules/drafts/new?instrument=${created.instrument.slug}`);
  },
};

const INSTRUMENT_FIELDS = [
  'slug',
  'title',
  'title_translation',
  'kind',
  'authority',
  'language',
  'document_no',
] as const;

type Values = { label: string; based_on: string; text: string; document_id: string };

function valuesOf(form: FormData): Values {
  return {
    label: textOf(form, 'label'),
    based_on: textOf(form, 'based_on'),
    text: textOf(form, 'text'),
    document_id: textOf(form, 'document_id'),
  };
}

function inputOf({ label, based_on }: Values) {
  return { label, ...(isUuid(based_on) ? { based_on } : {}) };
}

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}

type Again = { values: Values; language: App.Locals['language']; split?: ReturnType<typeof shown> | null };

function refusedBy(refused: RuleRefusal, { values, language, split = null }: Again) {
  return fail(422, { values, split, refused: ruleSentence(refused, language) });
}

function refusedLabel(values: Values, language: App.Locals['language']) {
  return fail(422, { values, split: null, refused: textsOf(language)('rules.new.label_missing') });
}

/** Leads to the editor of what was made, or says why it was not. */
function made(created: Awaited<ReturnType<typeof createDraft>>, again: Again) {
  if (!created.ok) return refusedBy(created, again);
  redirect(303, `/rules/drafts/${created.version.id}`);
}

function shown({ preamble, provisions, problems, document }: SplitPreview) {
  return {
    preamble: preamble.text.trim(),
    provisions: provisions.map(({ path, title, text, level, line }) => ({ path, title, text, level, line })),
    problems,
    document: document && { file_name: document.file_name, is_truncated: document.is_truncated },
  };
}

/** Whoever may draft; others are told so. */
function drafter({ actor, language }: App.Locals) {
  const refused = actor ? mayDraft(actor) : null;
  if (!actor) error(403, textsOf(language)('rules.drafts.operators_only'));
  if (refused) error(403, ruleSentence(refused, language));
  return actor;
}
