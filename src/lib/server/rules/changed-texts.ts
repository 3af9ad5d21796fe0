import type { MatchField } from '#lib/domain/watch/query-set.ts';
import type { Comparison } from './compare.ts';
import type { StoredProvision, StoredVersion } from './version.ts';

/**
 * What saved searches find a publication by: its titles, and each clause that it adds, changes, moves or removes,
 * original and translation apart. The text of a removed clause only where it was public itself.
 */
export function changedTexts(version: StoredVersion, comparison: Comparison | null): MatchField[] {
  const { instrument } = version;
  const titles = [
    ...new Set([version.title, version.title_translation, instrument.title, instrument.title_translation]),
  ].filter((title) => title !== null);
  return [
    ...titles.map((text, index) => ({ name: index === 0 ? 'title' : `title.${index + 1}`, text })),
    ...(instrument.document_no === null ? [] : [{ name: 'document_no', text: instrument.document_no }]),
    { name: 'label', text: version.label },
    ...changedProvisions(version, comparison).flatMap(fieldsOfProvision),
  ];
}

function changedProvisions(version: StoredVersion, comparison: Comparison | null): StoredProvision[] {
  if (!comparison) return version.provisions;
  const was_public = comparison.before.sequence !== null;
  return comparison.diff.provisions.flatMap(({ change, before, after }) => {
    if (change === 'unchanged') return [];
    const shown = after ?? (was_public ? before : null);
    return shown ? [shown] : [];
  });
}

/** With its number as texts cite it, so that `clause:4.12` finds the clause itself. */
function fieldsOfProvision({ path, title, text, language, translation }: StoredProvision): MatchField[] {
  const number = language.startsWith('zh') ? `第${path}条` : `Clause ${path}`;
  return [
    { name: path, text: [title === null ? number : `${number} ${title}`, text].join('\n') },
    ...(translation === null ? [] : [{ name: `${path}.translation`, text: translation }]),
  ];
}
