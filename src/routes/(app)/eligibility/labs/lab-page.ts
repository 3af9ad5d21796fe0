import { error } from '@sveltejs/kit';
import { textsOf } from '#lib/i18n/texts.ts';
import { mayKeepLabs } from '#lib/server/eligibility/labs-api.ts';

/** Whether who asks keeps the register; whoever may not even read it is told so. */
export function registerReader({ actor, language }: App.Locals): { keeps: boolean } {
  const keeps = mayKeepLabs(actor);
  const reads =
    keeps ||
    (actor?.firm_scopes.includes('portfolio:read') ?? false) ||
    (actor?.operator_scopes.includes('rules:read') ?? false);
  if (!reads) error(403, textsOf(language)('portfolio.page.not_allowed'));
  return { keeps };
}
