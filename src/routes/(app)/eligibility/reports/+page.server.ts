import { inPortfolio } from '#lib/server/eligibility/portfolio.ts';
import { listReports } from '#lib/server/eligibility/reports.ts';
import { readerOf } from '../portfolio-page.ts';
import type { PageServerLoad } from './$types';

const SHOWN_MAX = 200;

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, firm, may_write } = readerOf(locals);
  const q = url.searchParams.get('q')?.trim().slice(0, 200) || null;
  const wanted = url.searchParams.get('state');
  const state = wanted === 'draft' || wanted === 'confirmed' ? wanted : null;
  const page = await inPortfolio(app, firm.id, (tx) =>
    listReports(tx, { q, state, product_id: null, limit: SHOWN_MAX, after: null }),
  );
  return {
    q,
    state,
    may_write,
    has_more: page.next_cursor !== null,
    reports: page.items.map((report) => ({
      id: report.id,
      report_no: report.report_no,
      state: report.state,
      product_code: report.product_code,
      cnas_id: report.lab.cnas_id,
      issued_on: report.issued_on,
      standard: report.standard,
      tests: report.items.length,
      replaced_by: report.replaced_by,
    })),
  };
};
