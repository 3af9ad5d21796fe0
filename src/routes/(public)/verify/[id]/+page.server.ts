import { error } from '@sveltejs/kit';
import { textsOf } from '#lib/i18n/texts.ts';
import { lookUp } from '#lib/server/accounts/attempts.ts';
import { sentenceOf, tooManyGuesses } from '#lib/server/accounts/refusal.ts';
import { sharedView } from '#lib/server/eligibility/decision-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const { locals, params, setHeaders, getClientAddress } = event;
  const asked = { what: 'shared decision', address: getClientAddress() } as const;
  const { found: view, wait_seconds } = await lookUp(locals.app, asked, () =>
    sharedView(locals.app, params.id),
  );
  if (wait_seconds > 0) {
    setHeaders({ 'retry-after': String(wait_seconds) });
    error(429, sentenceOf(tooManyGuesses(wait_seconds), locals.language));
  }
  // A link that was taken away is gone at once, and says the same as one that never was.
  setHeaders({ 'cache-control': 'private, no-store', 'x-robots-tag': 'noindex' });
  if (!view) error(404, textsOf(locals.language)('decisions.not_shared'));
  const { row, computed, firm_name } = view;
  const { id, decided_at, known_at, input_sha256, verdict_sha256, outcome, declaration_date, subject } = row;
  return {
    firm_name,
    row: { id, decided_at, known_at, input_sha256, verdict_sha256, outcome, declaration_date, subject },
    // The input stays with the firm: names, models and values are its own.
    verdict: computed?.verdict ?? null,
    is_same: computed?.is_same ?? null,
  };
};
