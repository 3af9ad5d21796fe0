import { error, redirect } from '@sveltejs/kit';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import type { AuditQuery } from './query.ts';

export type Whose = { firm: Firm | null; has_both: boolean };

/** Whose log is shown: an owner sees the firm's, an administrator the operator's, somebody who is both chooses. */
export function whoseLog({ actor, language, request_id }: App.Locals, of: AuditQuery['of']): Whose {
  if (!actor) redirect(303, '/login?next=/settings/audit');
  const firm = actor.firm_scopes.includes('admin') ? actor.firm : null;
  const is_administrator = actor.operator_scopes.includes('admin');
  if (!firm && !is_administrator)
    error(403, { message: textsOf(language)('accounts.request.not_allowed'), request_id });
  const wants_operator = is_administrator && (of === 'operator' || !firm);
  return { firm: wants_operator ? null : firm, has_both: firm !== null && is_administrator };
}
