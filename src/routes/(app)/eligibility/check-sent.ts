import { error } from '@sveltejs/kit';
import type { Actor, Firm } from '#lib/domain/accounts/actor.ts';
import {
  readCheckFields,
  readPastedItems,
  rowsFor,
  type CheckFields,
} from '#lib/domain/eligibility/check-form.ts';
import { textsOf } from '#lib/i18n/texts.ts';

/** What a check was asked with, typed and pasted; whoever may not check is told so. */
export async function sent(
  locals: App.Locals,
  request: Request,
): Promise<{ firm: Firm; actor: Actor; fields: CheckFields; pasted: CheckFields['items'] }> {
  const { firm, actor, values } = await sentBy(locals, request);
  return { firm, actor, fields: readCheckFields(values), pasted: readPastedItems(values('pasted')[0] ?? '') };
}

export async function sentBy(
  { actor, language }: App.Locals,
  request: Request,
): Promise<{ firm: Firm; actor: Actor; values: (name: string) => string[] }> {
  const firm = checkerOf(actor);
  if (!firm || !actor) error(403, textsOf(language)('decisions.not_allowed'));
  const form = await request.formData();
  const values = (name: string) => form.getAll(name).filter((value) => typeof value === 'string');
  return { firm, actor, values };
}

/** Pasted rows go where their clause stands, before what was typed there. */
export function rowsOf({ items }: CheckFields, pasted: CheckFields['items']): CheckFields['items'] {
  const typed = items.filter(({ verdict }) => verdict !== '');
  const slots = items.map(({ clause }) => ({ clause, topic: null }));
  return rowsFor(slots, [
    ...pasted,
    ...typed.filter((one) => !pasted.some(({ clause }) => clause === one.clause)),
  ]);
}

/** The firm for which this person or key checks. */
export function checkerOf(actor: Actor | null): Firm | null {
  return actor?.firm_scopes.includes('eligibility:check') ? actor.firm : null;
}
