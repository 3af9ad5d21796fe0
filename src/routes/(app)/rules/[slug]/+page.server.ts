import { error } from '@sveltejs/kit';
import { dayInChina } from '#lib/domain/text/legal-day.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { compareVersions, type Comparison } from '#lib/server/rules/compare.ts';
import { knownVersions, lawOn, lawTimeline, type Law } from '#lib/server/rules/law.ts';
import { listVersions } from '#lib/server/rules/lists.ts';
import { ruleSentence } from '#lib/server/rules/refusal.ts';
import { parseReaderQuery } from '../query.ts';
import { layoutTimeline } from './timeline.ts';
import type { PageServerLoad } from './$types';

const VERSIONS_SHOWN_MAX = 200;

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const { app, actor, language } = locals;
  const query = parseReaderQuery(url.searchParams);
  const today = dayInChina(app.now());
  const [law, timeline, versions] = await Promise.all([
    lawOn(app, params.slug, query),
    lawTimeline(app, params.slug, query.known_at),
    listVersions(app, null, { instrument: params.slug, limit: VERSIONS_SHOWN_MAX }),
  ]);
  if (!law || !timeline) error(404, textsOf(language)('rules.reader.unknown'));
  const comparison =
    query.from && query.to
      ? await compareVersions(app, actor, { slug: params.slug, from: query.from, to: query.to })
      : null;
  return {
    query,
    today,
    law: lawShown(law),
    timeline: layoutTimeline(timeline.intervals, { today, as_of: law.as_of }),
    versions: knownVersions(versions, law.known_at).map(({ id, label, valid_from }) => ({
      id,
      label,
      valid_from,
    })),
    comparison: comparison?.ok ? comparisonShown(comparison.comparison) : null,
    refused: comparison && !comparison.ok ? ruleSentence(comparison, language) : null,
  };
};

/** What the page shows of the law: plain data, nothing that only the server needs. */
function lawShown({ instrument, version, upcoming, still_applicable, ...law }: Law) {
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
      source_title: version.source_title,
      document_id: version.document_id,
      document_sha256: version.document_sha256,
      confirmed: version.confirmed,
      without_text: version.without_text,
      note: version.note,
      note_zh: version.note_zh,
      topics: version.topics,
      relations: version.relations,
      acts: version.acts,
      provisions: version.provisions,
    },
  };
}

function comparisonShown({ before, after, diff }: Comparison) {
  const side = ({ id, label, valid_from, instrument }: Comparison['before']) => ({
    id,
    label,
    valid_from,
    instrument: { slug: instrument.slug, title: instrument.title },
  });
  return { before: side(before), after: side(after), ...diff };
}
