import { error, redirect } from '@sveltejs/kit';
import { whoseOf, type Whose } from '#lib/domain/accounts/whose.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import type { AuditQuery } from './query.ts';

/** Whose log is shown; whoever keeps none is told so. */
export function whoseLog({ actor, language, request_id }: App.Locals, of: AuditQuery['of']): Whose {
  if (!actor) redirect(303, '/login?next=/settings/audit');
  const whose = whoseOf(actor, of);
  if (!whose) error(403, { message: textsOf(language)('accounts.request.not_allowed'), request_id });
  return whose;
}
