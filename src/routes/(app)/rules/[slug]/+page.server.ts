import { error } from '@sveltejs/kit';
import { dayInChina } from '#lib/domain/text/calendar-day.ts';
import type { RelationKind } from '#lib/domain/rules/version.ts';
import type { VersionRow } from '#lib/server/rules/version.ts';
import { eligibilityParametersSchema } from '#lib/domain/rules/parameters.ts';
import type { Language } from '#lib/i18n/text.ts';
import { formats } from '#lib/i18n/format.ts';
import { parameterRows, type ParameterRow } from '#lib/i18n/parameter-text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { referenceText } from '#lib/server/reference/pending-data.ts';
import { readNames } from '#lib/server/reference/read-names.ts';
import { compareVersions, type Comparison } from '#lib/server/rules/compare.ts';
import { instrumentNames } from '#lib/server/rules/instrument-names.ts';
import { knownVersions, lawOn, lawTimeline, type Law } from '#lib/server/rules/law.ts';
import { findInstrument, listVersions } from '#lib/server/rules/lists.ts';
import { ruleSentence } from '#lib/server/rules/refusal.ts';
import { mayDraft, seesDrafts } from '#lib/server/rules/rule-actor.ts';
import { parseReaderQuery } from '../query.ts';
import { layoutTimeline } from './timeline.ts';
import type { PageServerLoad } from './$types';

const VERSIONS_SHOWN_MAX = 200;
const REPLACING: readonly RelationKind[] = ['replaces', 'partly_replaces'];

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const { app, actor, language } = locals;
  const query = parseReaderQuery(url.searchParams);
  const today = dayInChina(app.now());
  const [law, timeline, versions] = await Promise.all([
    lawOn(app, params.slug, query),
    lawTimeline(app, params.slug, query.known_at),
    listVersions(app, null, { instrument: params.slug, limit: VERSIONS_SHOWN_MAX }),
  ]);
  const sees_drafts = seesDrafts(actor);
  const may_draft = actor !== null && mayDraft(actor) === null;
  if (!law || !timeline)
    return { sees_drafts, may_draft, reader: null, bare: await bareOf(locals, params.slug, query.known_at) };
  const comparison =
    query.from && query.to
      ? await compareVersions(app, actor, { slug: params.slug, from: query.from, to: query.to })
      : null;
  const listed = knownVersions(versions, law.known_at).map(choiceOf);
  const reader = {
    query,
    today,
    law: lawShown(law, await rowsShown(locals, law), language),
    /** What it replaces and refers to, by their slugs. */
    names: await instrumentNames(app, actor, { slugs: namedBy(law, comparison), language }),
    timeline: layoutTimeline(timeline.intervals, { today, as_of: law.as_of }),
    versions: [...missingFrom(listed, params.slug, comparison), ...listed],
    /** What it replaces can be compared with it too. */
    replaced: knownVersions(await replacedVersions(app, law), law.known_at).map(choiceOf),
    comparison: comparison?.ok ? comparisonShown(comparison.comparison, language) : null,
    refused: comparison && !comparison.ok ? ruleSentence(comparison, language) : null,
  };
  return { sees_drafts, may_draft, reader, bare: null };
};

function choiceOf({ id, label, valid_from, instrument_slug }: VersionRow) {
  return { id, label, valid_from, slug: instrument_slug };
}

/** The compared ones that the list lacks, such as a draft: the choice must show what is compared. */
function missingFrom(
  listed: readonly { id: string }[],
  slug: string,
  compared: Awaited<ReturnType<typeof compareVersions>> | null,
) {
  if (!compared?.ok) return [];
  const { before, after } = compared.comparison;
  return [after, before]
    .filter((side, index, sides) => sides.findIndex(({ id }) => id === side.id) === index)
    .filter(({ id, instrument_slug }) => instrument_slug === slug && !listed.some((one) => one.id === id))
    .map(choiceOf);
}

function namedBy({ version }: Law, compared: Awaited<ReturnType<typeof compareVersions>> | null): string[] {
  const sides = compared?.ok ? [compared.comparison.before, compared.comparison.after] : [];
  return [
    ...(version?.relations ?? []).map(({ to_slug }) => to_slug),
    ...sides.map(({ instrument_slug }) => instrument_slug),
  ];
}

async function replacedVersions(app: App.Locals['app'], { version }: Law): Promise<VersionRow[]> {
  const replaced = (version?.relations ?? []).filter(({ kind }) => REPLACING.includes(kind));
  const listed = await Promise.all(
    replaced.map(({ to_slug }) =>
      listVersions(app, null, { instrument: to_slug, limit: VERSIONS_SHOWN_MAX }),
    ),
  );
  return listed.flat();
}

/** An instrument without a version that the reader may know of; 404 where there is none at all. */
async function bareOf({ app, actor, language }: App.Locals, slug: string, known_at: Date | null) {
  const instrument = await findInstrument(app, actor, slug);
  if (!instrument) error(404, textsOf(language)('rules.reader.unknown'));
  const unpublished = await listVersions(app, actor, {
    instrument: slug,
    workflow: ['draft', 'approved'],
    limit: VERSIONS_SHOWN_MAX,
  });
  return { instrument, is_asked_at_a_moment: known_at !== null, unpublished: unpublished.length };
}

/** The parameters in the reader's words; null where a rule has none, or none that fit the schema any more. */
async function rowsShown({ app, language }: App.Locals, { version, as_of }: Law) {
  const { data: parameters } = eligibilityParametersSchema.safeParse(version?.parameters);
  if (!parameters) return null;
  const view = { text: textsOf(language), language, format: formats(language, Number(as_of.slice(0, 4))) };
  return parameterRows(parameters, await readNames(app), view);
}

/** What the page shows of the law: plain data, nothing that only the server needs. */
function lawShown(
  { instrument, version, upcoming, still_applicable, ...law }: Law,
  parameters: ParameterRow[] | null,
  language: Language,
) {
  return {
    ...law,
    instrument,
    upcoming: upcoming.map(({ id, label, valid_from }) => ({ id, label, valid_from })),
    still_applicable: still_applicable && {
      label: still_applicable.label,
      until: version?.transition_until ?? null,
      valid_from: still_applicable.valid_from,
    },
    version: version && {
      id: version.id,
      label: version.label,
      title: version.title,
      title_translation: version.title_translation,
      valid_from: version.valid_from,
      valid_to: version.valid_to,
      recorded_at: version.recorded_at,
      sequence: version.sequence,
      content_sha256: version.content_sha256,
      source_url: version.source_url,
      source_title: referenceText(version.source_title, language),
      document_id: version.document_id,
      document_sha256: version.document_sha256,
      confirmed: version.confirmed,
      without_text: version.without_text,
      note: version.note,
      note_zh: version.note_zh,
      topics: version.topics,
      relations: version.relations,
      annex: version.annex,
      acts: version.acts,
      provisions: version.provisions,
      parameters,
    },
  };
}

function comparisonShown({ before, after, diff, parameters, other_changes }: Comparison, language: Language) {
  const side = ({ id, label, valid_from, source_url, source_title, instrument }: Comparison['before']) => ({
    id,
    label,
    valid_from,
    source_url,
    source_title: referenceText(source_title, language),
    instrument: { slug: instrument.slug, title: instrument.title },
  });
  return { before: side(before), after: side(after), ...diff, parameters, other_changes };
}
