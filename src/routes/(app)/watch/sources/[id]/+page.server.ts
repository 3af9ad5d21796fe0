import { error, fail, redirect } from '@sveltejs/kit';
import { isUuid } from '#lib/domain/text/uuid.ts';
import type { SourceInput } from '#lib/domain/watch/source-input.ts';
import { followsDetails } from '#lib/domain/watch/source-input.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { sourceCoverage } from '#lib/server/watch/coverage.ts';
import { importSnapshot } from '#lib/server/watch/import-snapshot.ts';
import { inputOf } from '#lib/server/watch/import-opml.ts';
import { watchMeasures } from '#lib/server/watch/measures.ts';
import { newestSnapshots } from '#lib/server/watch/newest-snapshots.ts';
import { previewSource, replaySource, type Preview } from '#lib/server/watch/preview-source.ts';
import { extractionText, problemText } from '#lib/server/watch/problem-text.ts';
import { sourceRefusalText } from '#lib/server/watch/sources-api.ts';
import { readBrought } from '#lib/server/watch/read-brought.ts';
import { importRefusalText } from '#lib/server/watch/snapshots-api.ts';
import {
  addSource,
  changeSource,
  findSource,
  findSourceEver,
  removeSource,
  type Source,
} from '#lib/server/watch/sources.ts';
import { emptyForm, FORM_FIELDS, formOf, readForm, type SourceForm } from '../source-form.ts';
import type { Actions, PageServerLoad } from './$types';

const NEW = 'new';
const LEDGER_DAYS = 30;
const DAY_MS = 86_400_000;
const SNAPSHOTS_SHOWN = 10;
const ITEMS_SHOWN = 20;
const PROBLEMS_SHOWN = 20;
const NAME_CHARACTERS = 200;

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const { app, actor, language } = locals;
  const text = textsOf(language);
  if (!actor?.operator_scopes.includes('watch:read')) error(403, text('sources.operators_only'));
  const may_write = actor.operator_scopes.includes('watch:write');
  if (params.id === NEW) return { may_write, source: null, values: emptyForm(), follows: true };
  const source = await required(locals, params.id, findSourceEver);
  const to_at = source.ended_at ?? app.now();
  const earliest = Math.max(to_at.getTime() - LEDGER_DAYS * DAY_MS, source.created_at.getTime());
  // Before it was a source nobody could have looked: that is no gap.
  const range = { from_at: new Date(earliest), to_at };
  const [coverage, measures, snapshots] = await Promise.all([
    sourceCoverage(app, source, range),
    watchMeasures(app, { source_id: source.id, ...range }),
    newestSnapshots(app, source.id, SNAPSHOTS_SHOWN),
  ]);
  return {
    may_write: may_write && !source.ended_at,
    source: { ...source, problem: source.problem && problemText(source.problem, text) },
    values: formOf(inputOf(source)),
    follows: followsDetails(source.kind, source.settings),
    is_saved: url.searchParams.has('saved'),
    coverage,
    measures,
    snapshots,
  };
};

async function required({ app, language }: App.Locals, id: string, find = findSource): Promise<Source> {
  const source = isUuid(id) ? await find(app, id) : null;
  return source ?? error(404, textsOf(language)('sources.unknown'));
}

export const actions: Actions = {
  save: async ({ locals, params, request }) => {
    const read = await readPosted(locals, request);
    if (!read.ok) return read.refusal;
    const { app } = locals;
    const now = app.now();
    const saved =
      params.id === NEW
        ? await addSource(app, read.input, { now })
        : await changeSource(app, params.id, { patch: whole(read.input), now });
    if (!saved) error(404, textsOf(locals.language)('sources.unknown'));
    if (!saved.ok) {
      const message = sourceRefusalText(saved, textsOf(locals.language));
      return fail(400, { values: read.values, follows: read.follows, fields: {}, message });
    }
    redirect(303, `/watch/sources/${saved.source.id}?saved=1`);
  },
  preview: async ({ locals, request }) => {
    const read = await readPosted(locals, request, { is_named: false });
    if (!read.ok) return read.refusal;
    const preview = await previewSource(locals.app.watcher(), read.input, locals.app.now());
    return { values: read.values, follows: read.follows, preview: shown(locals, preview) };
  },
  replay: async ({ locals, params, request }) => {
    const read = await readPosted(locals, request);
    if (!read.ok) return read.refusal;
    const source = await required(locals, params.id);
    const { replayed, ...preview } = await replaySource(locals.app.watcher(), read.input, source.id);
    return { values: read.values, follows: read.follows, preview: { ...shown(locals, preview), replayed } };
  },
  bring: async ({ locals, params, request }) => {
    const text = requireWriter(locals);
    const { app, actor } = locals;
    const source = await required(locals, params.id);
    const given = await readBrought(app.watcher(), source, {
      bytes: new Uint8Array(await request.arrayBuffer()),
      media_type: 'multipart/form-data',
      content_type: request.headers.get('content-type'),
      now: app.now(),
    });
    if (!given.ok)
      return fail(400, {
        bring_problem: given.problem ? problemText(given.problem, text) : text('sources.import.nothing_sent'),
      });
    const imported = await importSnapshot(app.watcher(), source, {
      brought: { ...given.brought, actor_id: actor?.id ?? '' },
      now: app.now(),
    });
    if (!imported.ok) return fail(400, { bring_problem: importRefusalText(imported, text) });
    const count = (wanted: string) => imported.stored.filter(({ outcome }) => outcome === wanted).length;
    return { brought: { found: imported.items.length, new: count('new'), updated: count('changed') } };
  },
  remove: async ({ locals, params }) => {
    requireWriter(locals);
    await removeSource(locals.app, params.id, locals.app.now());
    redirect(303, '/watch/sources');
  },
};

/** A look needs no name yet: the address stands in for it. */
async function readPosted(locals: App.Locals, request: Request, { is_named } = { is_named: true }) {
  const text = requireWriter(locals);
  const form = await request.formData();
  const value = (name: string) => {
    const found = form.get(name);
    return typeof found === 'string' ? found.trim() : '';
  };
  const values: SourceForm = { ...emptyForm() };
  for (const name of FORM_FIELDS) values[name] = value(name);
  const follows = value('follows_details') === 'on';
  const name = is_named ? values.name : values.name || values.url.slice(0, NAME_CHARACTERS) || '-';
  const read = readForm({ ...values, name }, follows);
  if (read.ok) return { ok: true as const, values, follows, input: read.input };
  const refusal = fail(400, { values, follows, fields: read.fields, message: text('sources.form.refused') });
  return { ok: false as const, refusal };
}

/** A form says everything: what is empty in it is taken away. */
function whole(input: SourceInput): SourceInput {
  const { name_zh = null, authority = null, expected_update_days = null, charset = null } = input;
  const { selectors = null, json = null, inner = null, pages = null, page_url = null } = input;
  const { filter = null, only = null } = input;
  return {
    ...input,
    name_zh,
    authority,
    expected_update_days,
    charset,
    selectors,
    json,
    inner,
    pages,
    page_url,
    filter,
    only,
  };
}

function shown({ language }: App.Locals, { items, problems, problem }: Preview) {
  const text = textsOf(language);
  return {
    count: items.length,
    problem: problem && problemText(problem, text, { is_watched: false }),
    items: items
      .slice(0, ITEMS_SHOWN)
      .map(({ title, url, issued_on, number_row }) => ({ title, url, issued_on, number_row })),
    problems: problems.slice(0, PROBLEMS_SHOWN).map((one) => extractionText(one, text)),
  };
}

/** The analyst who asks; whoever else comes here is told so. */
function requireWriter({ actor, language }: App.Locals) {
  const text = textsOf(language);
  if (!actor?.operator_scopes.includes('watch:write')) error(403, text('sources.operators_only'));
  return text;
}
