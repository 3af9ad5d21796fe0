import { error, fail } from '@sveltejs/kit';
import { isUuid } from '#lib/domain/text/uuid.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { importOpml } from '#lib/server/watch/import-opml.ts';
import { decodeText } from '#lib/server/documents/decode-text.ts';
import { watchMeasures } from '#lib/server/watch/measures.ts';
import { pollSource } from '#lib/server/watch/poll-source.ts';
import { problemText } from '#lib/server/watch/problem-text.ts';
import { opmlProblemText } from '#lib/server/watch/source-files-api.ts';
import { countSignals } from '#lib/server/watch/signals/signals.ts';
import { endedSources, findSource, listSources } from '#lib/server/watch/sources.ts';
import type { Actions, PageServerLoad } from './$types';

/** More than anybody looks through at once; the rest is found by the API. */
const SHOWN_MAX = 500;
/** Of those that are watched no more, the last ones. */
const ENDED_SHOWN_MAX = 100;
const MEASURED_DAYS = 30;
const DAY_MS = 86_400_000;
const OPML_BYTES_MAX = 10 * 1024 * 1024;

export const load: PageServerLoad = async ({ locals }) => {
  const { app, actor, language } = locals;
  const text = textsOf(language);
  if (!actor?.operator_scopes.includes('watch:read')) error(403, text('sources.operators_only'));
  const now = app.now();
  const [rows, ended, signals, measures] = await Promise.all([
    listSources(app, { limit: SHOWN_MAX }),
    endedSources(app, ENDED_SHOWN_MAX),
    countSignals(app, actor),
    watchMeasures(app, { from_at: new Date(now.getTime() - MEASURED_DAYS * DAY_MS), to_at: now }),
  ]);
  return {
    now,
    open: signals.open,
    measures,
    may_write: actor.operator_scopes.includes('watch:write'),
    ended: ended.map(({ id, name, name_zh, kind, url, created_at, ended_at }) => ({
      id,
      name,
      name_zh,
      kind,
      url,
      created_at,
      ended_at,
    })),
    sources: rows.slice(0, SHOWN_MAX).map((source) => ({
      ...source,
      problem: source.problem && problemText(source.problem, text),
    })),
  };
};

export const actions: Actions = {
  poll: async ({ locals, request }) => {
    const { app } = locals;
    const text = requireWriter(locals);
    const id = (await request.formData()).get('id');
    const source = typeof id === 'string' && isUuid(id) ? await findSource(app, id) : null;
    if (!source) error(404);
    const { outcome, items_new, items_updated, problem } = await pollSource(app.watcher(), source, app.now());
    return {
      polled: {
        id: source.id,
        outcome,
        items_new,
        items_updated,
        problem: problem && problemText(problem, text),
      },
    };
  },
  opml: async ({ locals, request }) => {
    const { app } = locals;
    const text = requireWriter(locals);
    const file = (await request.formData()).get('file');
    if (!(file instanceof File) || file.size === 0)
      return fail(400, { opml_problem: text('sources.import.nothing_sent') });
    if (file.size > OPML_BYTES_MAX) return fail(400, { opml_problem: text('sources.opml.too_large') });
    const bytes = new Uint8Array(await file.arrayBuffer());
    const report = await importOpml(app, decodeText(bytes).text, app.now());
    if (!report) return fail(400, { opml_problem: text('sources.opml.not_opml') });
    const { problems, ...counts } = report;
    return {
      opml: {
        ...counts,
        problems: problems.map((one) => ({ line: one.line, message: opmlProblemText(one, text) })),
      },
    };
  },
};

/** The analyst who asks; whoever else comes here is told so. */
function requireWriter({ actor, language }: App.Locals) {
  const text = textsOf(language);
  if (!actor?.operator_scopes.includes('watch:write')) error(403, text('sources.operators_only'));
  return text;
}
