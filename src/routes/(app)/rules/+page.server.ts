import { listInstruments, type ListedInstrument } from '#lib/server/rules/lists.ts';
import { seesDrafts } from '#lib/server/rules/rule-actor.ts';
import { searchRules } from '#lib/server/rules/search.ts';
import { parseRulesQuery } from './query.ts';
import type { PageServerLoad } from './$types';

const INSTRUMENTS_SHOWN_MAX = 200;
const FOUND_SHOWN_MAX = 50;

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, actor } = locals;
  const query = parseRulesQuery(url.searchParams);
  const [listed, found] = await Promise.all([
    listInstruments(app, actor, { kind: query.kind, limit: INSTRUMENTS_SHOWN_MAX }),
    query.q === '' ? null : searchRules(app, actor, { typed: query.q, limit: FOUND_SHOWN_MAX }),
  ]);
  return {
    query,
    sees_drafts: seesDrafts(actor),
    instruments: listed.slice(0, INSTRUMENTS_SHOWN_MAX).map(rowOf),
    found,
  };
};

function rowOf({ instrument, legal_state, in_force, next, last_published_at, ...rest }: ListedInstrument) {
  const { slug, kind, title, title_translation, authorities, confirmed } = instrument;
  return {
    slug,
    kind,
    title,
    title_translation,
    language: instrument.language,
    authorities,
    confirmed,
    legal_state,
    since: in_force?.valid_from ?? null,
    next: next && { label: next.label, day: next.valid_from },
    last_published_at,
    unpublished: rest.unpublished,
    has_pending_interpretation: rest.has_pending_interpretation,
  };
}
