import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import type { Days } from '#lib/domain/clearance/time-range.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import type { Taken } from '#lib/server/clearance/export-about.ts';
import { reachOf } from '#lib/server/clearance/reach.ts';
import { hoursQuery } from './hours-query.ts';
import { periodOf } from './period.ts';
import { clearanceQuery, parseClearanceQuery, type ClearanceQuery } from './query.ts';

/** What is taken out, and the page as its address asks for it. */
export type TakenFromPage = Taken & {
  asked: ClearanceQuery & Days;
  reach: Awaited<ReturnType<typeof reachOf>>;
};

/** Whose numbers an address of the clearance page takes out, and which. Whoever may not read them gets nothing. */
export async function takenOf(
  { locals, url }: Pick<RequestEvent, 'locals' | 'url'>,
  /** The page that shows the same. */
  pageOf: (query: ClearanceQuery) => string = (query) => `/clearance${clearanceQuery(query)}`,
): Promise<TakenFromPage> {
  const { app, actor, language } = locals;
  if (!actor) redirect(303, `/login?next=${encodeURIComponent(`/clearance${url.search}`)}`);
  const { firm } = actor;
  if (!firm || !actor.firm_scopes.includes('clearance:read'))
    error(403, { message: textsOf(language)('clearance.page.no_firm'), request_id: locals.request_id });
  const query = parseClearanceQuery(url.searchParams);
  const reach = await reachOf(app, firm);
  const days = periodOf(query, reach);
  const asked = { ...query, ...days };
  return {
    firm,
    language,
    now: app.now(),
    page_url: `${url.origin}${pageOf(asked)}`,
    query: hoursQuery(query, days),
    comparison: query.comparison,
    asked,
    reach,
  };
}
