import { error } from '@sveltejs/kit';
import { diffText } from '#lib/domain/rules/diff-text.ts';
import { isUuid } from '#lib/domain/text/uuid.ts';
import { parseQuery } from '#lib/domain/watch/parse-query.ts';
import { compileQueries, type MatchSpan } from '#lib/domain/watch/query-set.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { findItem, type Item } from '#lib/server/watch/items/item.ts';
import { itemSources } from '#lib/server/watch/items/items.ts';
import { namedIn } from '#lib/i18n/watch-names.ts';
import { filedProblemText, problemText } from '#lib/server/watch/problem-text.ts';
import { seesWatch } from '#lib/server/watch/watch-actor.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const { app, actor, language } = locals;
  const item = isUuid(params.id) ? await findItem(app, actor, params.id) : null;
  if (!item) error(404, textsOf(language)('watch.error.item_unknown'));
  const { revisions, attachments, sightings, ...rest } = item;
  const sources = await itemSources(app, actor);
  const names = new Map(sources.map(({ id, name, name_zh }) => [id, namedIn(language, name, name_zh)]));
  const text = textsOf(language);
  const at = Number(url.searchParams.get('version') ?? item.revision_no);
  const shown = revisions.find(({ revision_no }) => revision_no === at) ?? revisions[0] ?? null;
  const before =
    revisions.find(({ revision_no }) => shown !== null && revision_no === shown.revision_no - 1) ?? null;
  return {
    item: {
      ...rest,
      sightings: sightings.map((one) => ({ ...one, source: names.get(one.source_id) ?? one.source })),
    },
    attachments: attachments.map(({ fetch_problem, ...file }) => ({
      ...file,
      problem:
        file.problem !== null
          ? filedProblemText(file.problem, text)
          : fetch_problem && problemText(fetch_problem, text),
    })),
    shown,
    diff: before && shown ? diffText(before.text, shown.text) : null,
    had_text: before === null || before.text.trim() !== '',
    versions: revisions.map(({ revision_no, seen_at }) => ({
      revision_no,
      seen_at,
      href: versionHref(url, revision_no),
    })),
    spans: spansOf(item, shown?.text ?? item.text, url.searchParams),
    has_original: seesWatch(actor) && shown !== null && shown.snapshot_id !== null,
    is_operator: seesWatch(actor),
  };
};

/** Another version, with what is marked in it kept. */
function versionHref(url: URL, revision_no: number): string {
  const params = new URLSearchParams(url.searchParams);
  params.set('version', String(revision_no));
  return `?${params.toString()}#versions`;
}

/** The places that are marked: of the search that led here, of one signal, else of all. */
function spansOf(item: Item, text: string, params: URLSearchParams): Pick<MatchSpan, 'start' | 'end'>[] {
  const parsed = parseQuery(params.get('q') ?? '');
  const own = item.signals.filter(({ id }) => !params.has('signal') || id === params.get('signal'));
  const found = parsed.ok
    ? (compileQueries([{ id: null, node: parsed.node }]).match([{ name: 'text', text }])[0]?.spans ?? [])
    : own.flatMap(({ spans }) => spans.filter(({ field }) => field === 'text'));
  return found.filter(({ end }) => end <= text.length).sort((a, b) => a.start - b.start);
}
