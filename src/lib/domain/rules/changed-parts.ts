import type { AnnexLine } from './annex.ts';
import { canonicalJson, type Json } from './canonical-json.ts';
import type { RelationKind } from './version.ts';

/** What stands in a version beside its clauses and parameters. */
export const VERSION_PARTS = ['dates', 'repeal', 'relations', 'annex', 'topics'] as const;
export type VersionPart = (typeof VERSION_PARTS)[number];

export type PartsOfVersion = {
  valid_to: string | null;
  transition_until: string | null;
  partly_replaced_from: string | null;
  comment_until: string | null;
  is_repeal: boolean;
  relations: readonly { kind: RelationKind; to_slug: string; paths: readonly string[] }[];
  annex: readonly AnnexLine[];
  topics: readonly string[];
};

/**
 * The parts that differ, so that a comparison never says that nothing changed when the list of tests did. The
 * day of force stands in its heading, and notes are ours and change no law.
 */
export function changedParts(before: PartsOfVersion, after: PartsOfVersion): VersionPart[] {
  return VERSION_PARTS.filter((part) => partOf(part, before) !== partOf(part, after));
}

function partOf(part: VersionPart, version: PartsOfVersion): string {
  return canonicalJson(contentOf(part, version));
}

function contentOf(part: VersionPart, version: PartsOfVersion): Json {
  switch (part) {
    case 'dates': {
      const { valid_to, transition_until, partly_replaced_from, comment_until } = version;
      return [valid_to, transition_until, partly_replaced_from, comment_until];
    }
    case 'repeal':
      return version.is_repeal;
    case 'relations':
      return version.relations.map(({ kind, to_slug, paths }) => [kind, to_slug, ...paths]);
    case 'annex':
      return version.annex.map(({ title, clause, slot, confirmed }) => [title, clause, slot, confirmed]);
    case 'topics':
      return [...version.topics];
    default:
      return part satisfies never;
  }
}
