import { redirect } from '@sveltejs/kit';
import { metricsOf } from '#lib/server/clearance/metrics.ts';
import { correctionsOf } from '#lib/server/clearance/record-history.ts';
import { honestyOf } from '#lib/server/clearance/honesty.ts';
import { newestDayOf } from '#lib/server/clearance/overview.ts';
import { countRecords, recordsOf } from '#lib/server/clearance/records.ts';
import { categories, offices } from '#lib/server/reference/read.ts';
import { dayOfInstant, dayToText } from '#lib/domain/clearance/period.ts';
import { parseClearanceQuery } from '../query.ts';
import { periodOf } from '../period.ts';
import { parseList } from '../record-list.ts';
import type { PageServerLoad } from './$types';

const PAGE_ROWS = 100;

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, actor } = locals;
  const firm = actor?.firm_scopes.includes('clearance:read') ? actor.firm : null;
  if (!firm) redirect(303, '/clearance');
  const query = parseClearanceQuery(url.searchParams);
  const list = parseList(url.searchParams);
  const data_to = await newestDayOf(app, firm);
  const period = periodOf(query, data_to ?? dayToText(dayOfInstant(app.now().getTime())));
  const filters = {
    ...period,
    measure: query.measure,
    direction: query.direction,
    customs_office: query.office ?? undefined,
    category: query.category ?? undefined,
    channel: query.channel ?? undefined,
    district: list.district ?? undefined,
  };
  const wanted = { ...filters, kind: list.kind ?? undefined, over_seconds: list.over_seconds ?? undefined };
  const is_whole = !wanted.kind && wanted.over_seconds === undefined;
  const [total, n, honesty, records, known_offices, known_categories] = await Promise.all([
    metricsOf(app, firm, { ...filters, group_by: [] }),
    is_whole ? null : countRecords(app, firm, wanted),
    honestyOf(app, firm, filters),
    recordsOf(app, firm, { ...wanted, order: list.order }, { limit: PAGE_ROWS, cursor: list.after }),
    offices(app.db),
    categories(app.db),
  ]);
  return {
    query,
    period,
    list,
    data_to,
    office: known_offices.find(({ code }) => code === query.office) ?? null,
    category: known_categories.find(({ slug }) => slug !== null && slug === query.category) ?? null,
    office_names: named(known_offices, records.items),
    n: n ?? total.rows[0]?.n ?? 0,
    outliers: honesty.outliers,
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
