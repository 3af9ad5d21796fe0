import { fail } from '@sveltejs/kit';
import { dayFromText, dayOfInstant, dayToText } from '#lib/domain/clearance/period.ts';
import { importClearance, type ImportFormat } from '#lib/server/clearance/import.ts';
import { metricsOf } from '#lib/server/clearance/metrics.ts';
import { clearanceOverview, newestDayOf } from '#lib/server/clearance/overview.ts';
import { problemText } from '#lib/server/clearance/problem-text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { parseClearanceQuery } from './query.ts';
import { mediaTypeOf } from './upload.ts';
import type { Actions, PageServerLoad } from './$types';

/** Without a period in the address, twelve weeks up to the newest day on file. */
const DAYS_DEFAULT = 84;

const FORMATS: Record<string, ImportFormat | undefined> = {
  'text/csv': 'csv',
  'application/x-ndjson': 'ndjson',
  'application/json': 'json',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
};

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, actor, language } = locals;
  const firm = actor?.firm_scopes.includes('clearance:read') ? actor.firm : null;
  if (!actor || !firm) return { hours: null };
  const query = parseClearanceQuery(url.searchParams);
  const newest = dayFromText((await newestDayOf(app, firm)) ?? '') ?? dayOfInstant(app.now().getTime());
  const to = query.to ?? dayToText(newest);
  const from = query.from ?? dayToText((dayFromText(to) ?? newest) - DAYS_DEFAULT + 1);
  const metrics = await metricsOf(app, firm, {
    from: from <= to ? from : to,
    to,
    measure: query.measure,
    direction: query.direction,
    group_by: ['customs_office', 'channel'],
    customs_office: query.office ?? undefined,
    category: query.category ?? undefined,
    channel: query.channel ?? undefined,
  });
  const { latest_imports, not_comparable } = await clearanceOverview(app, firm, { from: to, to, language });
  return {
    hours: metrics,
    query: { ...query, from: metrics.from, to },
    latest: latest_imports[0] ?? null,
    not_comparable: not_comparable[0] ?? null,
    may_import: actor.firm_scopes.includes('clearance:write'),
  };
};

export const actions: Actions = {
  import: async ({ locals, request }) => {
    const { app, actor, language } = locals;
    const text = textsOf(language);
    if (!actor?.firm || !actor.firm_scopes.includes('clearance:write'))
      return fail(403, { refused: text('clearance.import.not_allowed') });
    const file = (await request.formData()).get('file');
    if (!(file instanceof File) || file.size === 0)
      return fail(400, { refused: text('clearance.import.no_file') });
    const format = FORMATS[mediaTypeOf(file.name) ?? ''];
    if (!format) return fail(400, { refused: text('clearance.import.wrong_kind', { name: file.name }) });
    const report = await importClearance(app, {
      firm: actor.firm,
      actor_id: actor.id,
      format,
      charset: null,
      file_name: file.name,
      bytes: chunksOf(file),
    });
    if (report.problem) return fail(422, { refused: problemText(report.problem, language) });
    return { refused: null };
  },
};

async function* chunksOf(file: File): AsyncGenerator<Uint8Array> {
  for await (const chunk of file.stream()) yield chunk;
}
