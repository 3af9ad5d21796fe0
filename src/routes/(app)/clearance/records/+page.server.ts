import { redirect } from '@sveltejs/kit';
import { metricsOf } from '#lib/server/clearance/metrics.ts';
import { newestDayOf } from '#lib/server/clearance/overview.ts';
import { RECORD_ORDERS, recordsOf } from '#lib/server/clearance/records.ts';
import { dayOfInstant, dayToText } from '#lib/domain/clearance/period.ts';
import { parseClearanceQuery, parseNarrowed } from '../query.ts';
import { periodOf } from '../period.ts';
import type { PageServerLoad } from './$types';

const PAGE_ROWS = 100;

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, actor } = locals;
  const firm = actor?.firm_scopes.includes('clearance:read') ? actor.firm : null;
  if (!firm) redirect(303, '/clearance');
  const query = parseClearanceQuery(url.searchParams);
  const order = RECORD_ORDERS.find((known) => known === url.searchParams.get('order')) ?? 'newest';
  const cursor = url.searchParams.get('after');
  const narrowed = parseNarrowed(url.searchParams);
  const data_to = await newestDayOf(app, firm);
  const period = periodOf(query, data_to ?? dayToText(dayOfInstant(app.now().getTime())));
  const wanted = {
    ...period,
    measure: query.measure,
    direction: query.direction,
    customs_office: query.office ?? undefined,
    category: query.category ?? undefined,
    channel: query.channel ?? undefined,
    district: narrowed.district,
  };
  const [total, records] = await Promise.all([
    metricsOf(app, firm, { ...wanted, group_by: [] }),
    recordsOf(
      app,
      firm,
      { ...wanted, order, over_seconds: narrowed.over_seconds },
      { limit: PAGE_ROWS, cursor },
    ),
  ]);
  return {
    query,
    period,
    narrowed,
    order,
    data_to,
    n: total.rows[0]?.n ?? 0,
    is_first: cursor === null,
    ...records,
  };
};
