import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import { textsOf } from '#lib/i18n/texts.ts';
import type { Taken } from '#lib/server/clearance/export-about.ts';
import { reachOf } from '#lib/server/clearance/reach.ts';
import { hoursQuery } from './hours-query.ts';
import { periodOf } from './period.ts';
import { clearanceQuery, parseClearanceQuery, type ClearanceQuery } from './query.ts';

/** Whose numbers an address of the clearance page takes out, and which. Whoever may not read them gets nothing. */
export async function takenOf(
  { locals, url }: Pick<RequestEvent, 'locals' | 'url'>,
  /** The page that shows the same. */
  pageOf: (query: ClearanceQuery) => string = (query) => `/clearance${clearanceQuery(query)}`,
): Promise<Taken> {
  const { app, actor, language } = locals;
  if (!actor) redirect(303, `/login?next=${encodeURIComponent(`/clearance${url.search}`)}`);
  const { firm } = actor;
  if (!firm || !actor.firm_scopes.includes('clearance:read'))
    error(403, { message: textsOf(language)('clearance.page.no_firm'), request_id: locals.request_id });
  const query = parseClearanceQuery(url.searchParams);
  const days = periodOf(query, await reachOf(app, firm));
  return {
    firm,
    language,
    now: app.now(),
    page_url: `${url.origin}${pageOf({ ...query, ...days })}`,
    query: hoursQuery(query, days),
  };
}
