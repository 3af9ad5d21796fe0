import { redirect } from '@sveltejs/kit';
import { latestImportsOf } from '#lib/server/clearance/overview.ts';
import { reachOf } from '#lib/server/clearance/reach.ts';
import { hoursPage } from './hours-page.ts';
import { clearanceQuery, parseClearanceQuery } from './query.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, actor, language } = locals;
  const firm = actor?.firm_scopes.includes('clearance:read') ? actor.firm : null;
  // The operator has no records of its own: its hours are those of all firms.
  if (!firm && actor?.operator_scopes.includes('clearance:read')) redirect(303, '/clearance/all');
  if (!actor || !firm) return { kind: 'no_firm' as const };
  const query = parseClearanceQuery(url.searchParams);
  // A form sends every field; the address to keep and to share holds only what differs from the default.
  if (url.search !== clearanceQuery(query)) redirect(303, `/clearance${clearanceQuery(query)}`);

  const may_import = actor.firm_scopes.includes('clearance:write');
  const [reach, [latest = null]] = await Promise.all([
    reachOf(app, firm),
    latestImportsOf(app, firm, language),
  ]);
  if (!reach.has_records) return { kind: 'empty' as const, latest, may_import };
  return { kind: 'hours' as const, latest, may_import, ...(await hoursPage(locals, firm, { query, reach })) };
};
