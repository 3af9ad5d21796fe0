import { error, fail, redirect } from '@sveltejs/kit';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { findInstrument, findVersion, listInstruments, listVersions } from '#lib/server/rules/lists.ts';
import {
  approveMapping,
  clauseMapping,
  mappedPairs,
  mappingInput,
  saveMapping,
} from '#lib/server/rules/mapping.ts';
import { ruleSentence } from '#lib/server/rules/refusal.ts';
import { mayDecide, mayDraft, seesDrafts } from '#lib/server/rules/rule-actor.ts';
import { pairsOfValues, readPairs, unmapped } from './mapping-form.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const actor = operator(locals);
  const { app, language } = locals;
  const between = betweenOf(url);
  if (!between.from || !between.to) return choiceOf(locals, actor);
  const [from, to, pairs] = await Promise.all([
    findInstrument(app, actor, between.from),
    findInstrument(app, actor, between.to),
    clauseMapping(app, actor, between),
  ]);
  if (!from || !to) error(404, textsOf(language)('rules.reader.unknown'));
  const [from_paths, to_paths] = await Promise.all([pathsOf(locals, from.slug), pathsOf(locals, to.slug)]);
  return {
    kind: 'pair' as const,
    from: { slug: from.slug, title: from.title },
    to: { slug: to.slug, title: to.title },
    pairs,
    unmapped: {
      from: unmapped(
        from_paths,
        pairs.map(({ from_path }) => from_path),
      ),
      to: unmapped(
        to_paths,
        pairs.map(({ to_path }) => to_path),
      ),
    },
    may_draft: mayDraft(actor) === null,
    may_decide: mayDecide(actor) === null,
  };
};

export const actions: Actions = {
  save: async ({ locals, request, url }) => {
    const actor = operator(locals);
    const rows = readPairs(await request.formData());
    const parsed = mappingInput.safeParse({ ...betweenOf(url), pairs: pairsOfValues(rows) });
    if (!parsed.success) return fail(422, { rows, refused: textsOf(locals.language)('rules.form.too_much') });
    const saved = await saveMapping(locals.app, actor, parsed.data);
    if (!saved.ok) return fail(422, { rows, refused: ruleSentence(saved, locals.language) });
    redirect(303, addressOf(url));
  },
  approve: async ({ locals, url }) => {
    const approved = await approveMapping(locals.app, operator(locals), betweenOf(url));
    if (!approved.ok) return fail(422, { rows: null, refused: ruleSentence(approved, locals.language) });
    redirect(303, addressOf(url));
  },
};

function betweenOf(url: URL): { from: string; to: string } {
  return { from: url.searchParams.get('from') ?? '', to: url.searchParams.get('to') ?? '' };
}

/** More instruments than anybody chooses from. */
const CHOICE_MAX = 200;

/** What there is to choose from: nobody has to know the address of a pair. */
async function choiceOf({ app }: App.Locals, actor: Actor) {
  const [listed, mapped] = await Promise.all([
    listInstruments(app, actor, { limit: CHOICE_MAX }),
    mappedPairs(app, actor),
  ]);
  const instruments = listed.map(({ instrument: { slug, title } }) => ({ slug, title }));
  return { kind: 'choice' as const, instruments, mapped };
}

function addressOf(url: URL): string {
  return `/rules/mapping?${new URLSearchParams(betweenOf(url)).toString()}`;
}

/** The clauses of the newest published text; none while there is none. */
async function pathsOf({ app, actor }: App.Locals, slug: string): Promise<string[]> {
  const [newest] = await listVersions(app, actor, { instrument: slug, workflow: ['published'], limit: 1 });
  const version = newest ? await findVersion(app, actor, newest.id) : null;
  return version?.provisions.map(({ path }) => path) ?? [];
}

function operator({ actor, language }: App.Locals) {
  if (!actor || !seesDrafts(actor)) error(403, textsOf(language)('rules.drafts.operators_only'));
  return actor;
}
