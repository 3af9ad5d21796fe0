import { error, fail, redirect } from '@sveltejs/kit';
import { TERM_KINDS, type TermKind } from '#lib/domain/eligibility/glossary.ts';
import { createTermReader, TERM_COLUMNS } from '#lib/domain/eligibility/glossary-row.ts';
import { isUuid } from '#lib/domain/text/uuid.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { mayKeepGlossary } from '#lib/server/eligibility/glossary-api.ts';
import {
  retireTerm,
  saveTerm,
  termsInUse,
  termsWith,
  type StoredTerm,
} from '#lib/server/eligibility/glossary.ts';
import { inRegister } from '#lib/server/eligibility/portfolio.ts';
import { fieldErrors, registerReader, typedFields, type Typed } from '../portfolio-page.ts';
import type { Actions, PageServerLoad } from './$types';

const SHOWN_MAX = 1_000;

export const load: PageServerLoad = async ({ locals, url }) => {
  const { keeps } = registerReader(locals);
  const q = url.searchParams.get('q')?.trim().slice(0, 200) || null;
  const kind = kindOf(url.searchParams.get('kind'));
  const all = await locals.app.db.transaction().execute(termsInUse);
  const found = (q === null ? all : termsWith(all, q)).filter((term) => kind === null || term.kind === kind);
  const edited = keeps ? (all.find(({ id }) => id === url.searchParams.get('edit')) ?? null) : null;
  // Names of tests are what a report is about; headings come last.
  const terms = TERM_KINDS.flatMap((one) => found.filter((term) => term.kind === one)).slice(0, SHOWN_MAX);
  const typed = edited ? typedOf(edited) : {};
  return { q, kind, keeps, count: all.length, terms, has_more: found.length > SHOWN_MAX, edited, typed };
};

export const actions: Actions = {
  save: async ({ locals, request }) => {
    const { app, language } = keeperOf(locals);
    const typed = typedFields(await request.formData());
    const { fields } = TERM_COLUMNS;
    const read = createTermReader(fields, 0)(fields.map((field) => typed[field] ?? ''));
    if (!read.ok) return fail(400, { typed, errors: fieldErrors(read.problems, language) });
    const id = typed.id && isUuid(typed.id) ? typed.id : null;
    const saved = await inRegister(app, (tx) => saveTerm(tx, read.row, id));
    if (!saved.ok && saved.problem === 'gone') error(404, textsOf(language)('portfolio.not_found'));
    if (!saved.ok) return fail(409, { typed, errors: fieldErrors([saved.problem], language) });
    const { term, before } = saved;
    locals.audit = {
      subject: term.id,
      detail: { ...(before && { before: told(before) }), term: told(term) },
    };
    redirect(303, `/eligibility/glossary?kind=${term.kind}&done=${term.id}`);
  },
  retire: async ({ locals, request }) => {
    const { app } = keeperOf(locals);
    const { id = '' } = typedFields(await request.formData());
    // One that is out of use already is what was wanted.
    const retired = isUuid(id) ? await inRegister(app, (tx) => retireTerm(tx, id)) : null;
    if (retired) locals.audit = { subject: id, detail: { before: told(retired) } };
    redirect(303, '/eligibility/glossary');
  },
};

function keeperOf(locals: App.Locals): App.Locals {
  if (!mayKeepGlossary(locals.actor)) error(403, textsOf(locals.language)('glossary.keepers_only'));
  return locals;
}

function kindOf(word: string | null): TermKind | null {
  return TERM_KINDS.find((kind) => kind === word) ?? null;
}

function typedOf({ id, kind, zh, en, aliases, source, confirmed }: StoredTerm): Typed {
  return { id, kind, zh, en, aliases: aliases.join('\n'), source, confirmed: confirmed ? 'yes' : '' };
}

/** A term as the audit log tells it. */
function told({ zh, en, aliases }: { zh: string; en: string; aliases: readonly string[] }): string {
  return [`${zh} = ${en}`, ...aliases].join('; ').slice(0, 500);
}
