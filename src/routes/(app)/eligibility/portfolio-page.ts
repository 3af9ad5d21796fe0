import { error } from '@sveltejs/kit';
import type { Actor, Firm } from '#lib/domain/accounts/actor.ts';
import type { IntakeProblem } from '#lib/domain/eligibility/intake-problem.ts';
import type { Language } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import type { App as Application } from '#lib/server/app.ts';
import { mayKeepLabs } from '#lib/server/eligibility/labs-api.ts';
import { intakeProblemText } from '#lib/server/eligibility/intake-report.ts';
import { authorOf, type Author } from '#lib/server/eligibility/portfolio-change.ts';

export type Reader = {
  app: Application;
  firm: Firm;
  language: Language;
  may_write: boolean;
};

/** The firm whose portfolio is shown; whoever may not read it is told so. */
export function readerOf({ app, actor, language }: App.Locals): Reader {
  const firm = actor?.firm;
  if (!firm || !actor.firm_scopes.includes('portfolio:read'))
    error(403, textsOf(language)('portfolio.page.not_allowed'));
  return { app, firm, language, may_write: actor.firm_scopes.includes('portfolio:write') };
}

/** The person who changes the portfolio of the firm; whoever may not is told so. */
export function writerOf(locals: App.Locals): Reader & { author: Author; actor: Actor } {
  const reader = readerOf(locals);
  const { actor, language } = locals;
  if (!actor || !reader.may_write) error(403, textsOf(language)('portfolio.page.read_only'));
  return { ...reader, actor, author: authorOf(reader.firm.id, actor) };
}

/** Whether who asks keeps the register of laboratories and the glossary; whoever may not even read it is told so. */
export function registerReader({ actor, language }: App.Locals): { keeps: boolean } {
  const keeps = mayKeepLabs(actor);
  const reads =
    keeps ||
    (actor?.firm_scopes.includes('portfolio:read') ?? false) ||
    (actor?.operator_scopes.includes('rules:read') ?? false);
  if (!reads) error(403, textsOf(language)('portfolio.page.not_allowed'));
  return { keeps };
}

export type Typed = Record<string, string>;

/** The fields of a form as they were typed; files are left out. */
export function typedFields(form: FormData): Typed {
  return Object.fromEntries(
    [...form.entries()].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}

/** For each field the sentences of what is wrong with it; `form` holds what belongs to none. */
export function fieldErrors(problems: readonly IntakeProblem[], language: Language): Typed {
  const errors: Typed = {};
  for (const problem of problems) errors[problem.field ?? 'form'] ??= intakeProblemText(problem, language);
  return errors;
}
