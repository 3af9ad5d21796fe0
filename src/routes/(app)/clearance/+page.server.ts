import { fail, redirect } from '@sveltejs/kit';
import { formatOfFile } from '#lib/domain/clearance/file-format.ts';
import { grainFor, grainsFor } from '#lib/domain/clearance/time-range.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { clearanceDashboard } from '#lib/server/clearance/dashboard.ts';
import { importClearance } from '#lib/server/clearance/import.ts';
import { latestImportsOf } from '#lib/server/clearance/overview.ts';
import { problemText } from '#lib/server/clearance/problem-text.ts';
import { reachOf } from '#lib/server/clearance/reach.ts';
import { daysBehind } from '../stale.ts';
import { eventsOf } from './events.ts';
import { hoursQuery } from './hours-query.ts';
import { layoutPanels } from './panels.ts';
import { periodOf } from './period.ts';
import { clearanceQuery, parseClearanceQuery } from './query.ts';
import { readNames } from '#lib/server/reference/read-names.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, actor, language, request_id } = locals;
  const firm = actor?.firm_scopes.includes('clearance:read') ? actor.firm : null;
  if (!actor || !firm) return { kind: 'no_firm' as const };
  const query = parseClearanceQuery(url.searchParams);
  // A form sends every field; the address to keep and to share holds only what differs from the default.
  const is_action = [...url.searchParams.keys()].some((key) => key.startsWith('/'));
  if (!is_action && url.search !== clearanceQuery(query)) redirect(303, `/clearance${clearanceQuery(query)}`);

  const may_import = actor.firm_scopes.includes('clearance:write');
  const [reach, [latest = null]] = await Promise.all([
    reachOf(app, firm),
    latestImportsOf(app, firm, language),
  ]);
  if (!reach.has_records) return { kind: 'empty' as const, latest, may_import };
  const days = periodOf(query, reach);
  const asked = {
    ...hoursQuery(query, days),
    grain: grainFor(days, query.grain),
    comparison: query.comparison,
  };
  const [dashboard, names] = await Promise.all([
    clearanceDashboard(app, firm, asked, request_id),
    readNames(app),
  ]);
  const { total, stages, honesty, baseline, standing_aside, min_n } = dashboard;
  const panels = layoutPanels(dashboard, query, eventsOf(query, reach));
  return {
    kind: 'hours' as const,
    ...{ query, days, names, latest, may_import, min_n, baseline, panels, total, stages, honesty },
    data_to: reach.newest,
    days_behind: daysBehind(app.now(), reach.newest),
    programme_start: reach.programme_start,
    grains: grainsFor(days),
    aside: standing_aside[0] ?? null,
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
    const format = formatOfFile(file.name);
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
