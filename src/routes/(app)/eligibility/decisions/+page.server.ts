import { redirect } from '@sveltejs/kit';
import { OUTCOMES } from '#lib/domain/eligibility/engine/verdict.ts';
import { decisionsOf } from '#lib/server/eligibility/decision-page.ts';
import type { PageServerLoad } from './$types';

const ROWS = 50;

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, actor } = locals;
  const firm = actor?.firm_scopes.includes('eligibility:check') ? actor.firm : null;
  if (!firm) redirect(303, '/eligibility');
  const asked = url.searchParams.get('outcome');
  const outcome = OUTCOMES.find((one) => one === asked) ?? null;
  const reference = url.searchParams.get('reference')?.trim().slice(0, 200) || null;
  const after = /^(\d{4}-\d\d-\d\d [\d:.]+[+-][\d:]+) ([0-9a-f-]{36})$/.exec(
    url.searchParams.get('after') ?? '',
  );
  const rows = await decisionsOf(
    app,
    firm,
    { outcome, reference, from: null, to: null },
    { limit: ROWS, after: after?.[1] && after[2] ? [after[1], after[2]] : null },
  );
  const last = rows[ROWS - 1];
  return {
    outcome,
    reference,
    rows: rows.slice(0, ROWS).map(({ input, ...row }) => ({ ...row, is_summary: input === null })),
    next: rows.length > ROWS && last ? `${last.decided_at_text} ${last.id}` : null,
  };
};
