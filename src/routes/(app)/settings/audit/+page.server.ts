import { auditEntries } from '#lib/server/audit/list.ts';
import { auditAddress, parseAuditQuery } from './query.ts';
import { whoseLog } from './whose.ts';
import type { PageServerLoad } from './$types';

const PAGE_ROWS = 100;

export const load: PageServerLoad = async ({ locals, url }) => {
  const query = parseAuditQuery(url.searchParams);
  const { firm, has_both } = whoseLog(locals, query.of);
  const { items, next } = await auditEntries(locals.app, firm?.id ?? null, { ...query, limit: PAGE_ROWS });
  return {
    query,
    whose: firm?.name ?? null,
    has_both,
    is_filtered: auditAddress(query, { of: null, after: null }) !== '',
    items,
    newest: query.after && auditAddress(query, { after: null }),
    older: next && auditAddress(query, { after: next }),
    export_query: auditAddress(query, { after: null }),
  };
};
