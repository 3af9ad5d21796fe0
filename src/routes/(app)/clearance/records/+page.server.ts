import { redirect } from '@sveltejs/kit';
import { correctionsOf } from '#lib/server/clearance/record-history.ts';
import { honestyOf } from '#lib/server/clearance/honesty.ts';
import { countOf } from '#lib/server/clearance/metrics.ts';
import { reachOf } from '#lib/server/clearance/reach.ts';
import { countRecords, recordsOf } from '#lib/server/clearance/records.ts';
import { categories, offices } from '#lib/server/reference/read.ts';
import { hoursQuery } from '../hours-query.ts';
import { periodOf } from '../period.ts';
import { parseClearanceQuery } from '../query.ts';
import { parseList } from '../record-list.ts';
import type { PageServerLoad } from './$types';

const PAGE_ROWS = 100;

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, actor } = locals;
  const firm = actor?.firm_scopes.includes('clearance:read') ? actor.firm : null;
  if (!firm) redirect(303, '/clearance');
  const query = parseClearanceQuery(url.searchParams);
  const list = parseList(url.searchParams);
  const reach = await reachOf(app, firm);
  const period = periodOf(query, reach);
  const asked = hoursQuery(query, period);
  const measured = { ...asked, measure: list.stage ?? asked.measure };
  const wanted = {
    ...measured,
    kind: list.kind ?? undefined,
    over_seconds: list.over_seconds ?? undefined,
    under_seconds: list.under_seconds ?? undefined,
  };
  const is_whole = list.kind === null && list.over_seconds === null && list.under_seconds === null;
  const [n, honesty, records, known_offices, known_categories] = await Promise.all([
    is_whole ? countOf(app, firm, measured) : countRecords(app, firm, wanted),
    honestyOf(app, firm, asked),
    recordsOf(app, firm, { ...wanted, order: list.order }, { limit: PAGE_ROWS, cursor: list.after }),
    offices(app.db),
    categories(app.db),
  ]);
  return {
    query,
    period,
    list,
    data_to: reach.has_records ? reach.newest : null,
    office: known_offices.find(({ code }) => code === query.office) ?? null,
    category: known_categories.find(({ slug }) => slug !== null && slug === query.category) ?? null,
    office_names: named(known_offices, records.items),
    n,
    // Those of the measure; a stage has none of its own.
    outliers: list.stage ? null : honesty.outliers,
    corrections: await correctionsOf(app, firm, records.items),
    ...records,
  };
};

type OfficeName = { code: string; name: string | null; name_zh: string | null };

/** Names of the offices of this page alone. */
function named(known: readonly OfficeName[], items: readonly { customs_office: string }[]): OfficeName[] {
  const used = new Set(items.map(({ customs_office }) => customs_office));
  return known
    .filter(({ code }) => used.has(code))
    .map(({ code, name, name_zh }) => ({ code, name, name_zh }));
}
