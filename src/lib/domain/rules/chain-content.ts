import type { AnnexLine } from './annex.ts';
import { canonicalJson, type Json } from './canonical-json.ts';
import type { InstrumentKind, Provision, RelationKind, VersionRecord } from './version.ts';

/**
 * The texts whose hashes the links of the chain hold. A field that is not named here is not covered; one that
 * is renamed or reordered here would break every chain that exists.
 */

/** Everything of a version that an approval covers and that must not change after its publication. */
export type VersionContent = Pick<
  VersionRecord,
  | 'id'
  | 'stage'
  | 'valid_from'
  | 'valid_to'
  | 'is_repeal'
  | 'corrects'
  | 'transition_until'
  | 'partly_replaced_from'
> & {
  instrument: {
    slug: string;
    kind: InstrumentKind;
    title: string;
    title_translation: string | null;
    language: string;
    jurisdiction: string;
    document_no: string | null;
    work_number: string | null;
    issued_on: string | null;
    /** Slugs, the one named first on the document first. */
    authorities: readonly string[];
  };
  label: string;
  title: string;
  title_translation: string | null;
  based_on: string | null;
  comment_until: string | null;
  signed_on: string | null;
  issued_on: string | null;
  /** False where the text is known as reported only. */
  confirmed: boolean;
  /** The text is not held; what is known stands in the other fields. */
  without_text?: boolean;
  /** The lines of its annex of mandatory tests. */
  annex?: readonly AnnexLine[];
  note: string | null;
  note_zh: string | null;
  topics: readonly string[];
  provisions: readonly ProvisionContent[];
  relations: readonly {
    kind: RelationKind;
    to_slug: string;
    paths: readonly string[];
    note: string | null;
  }[];
  parameters: Json;
  source: {
    url: string | null;
    title: string | null;
    document_id: string | null;
    /** Of the stored document from which the text was taken, lower-case hex. */
    document_sha256: string | null;
    snapshot_id: string | null;
  };
};

export type ProvisionContent = Pick<
  Provision,
  'path' | 'title' | 'text' | 'language' | 'translation' | 'status'
> & {
  title_translation: string | null;
  /** sha-256 of the original that the translation was made from; null without a translation. */
  translates_sha256: string | null;
  source: string | null;
  confirmed: boolean;
};

/** What somebody did with a version: drafted, edited, approved, published it. */
export type ActContent = {
  act: string;
  actor_kind: string;
  actor_id: string;
  actor_name: string;
  /** ISO 8601 in UTC. */
  at: string;
  content_sha256: string | null;
  is_one_person: boolean;
  reason: string | null;
};

/** The text that an approval covers: canonical JSON of the version, fields named here one by one. */
export function versionContent(version: VersionContent): string {
  return canonicalJson(versionJson(version));
}

/** The text that is hashed for a publication: the version, and everything that was done with it until then. */
export function publicationContent(version: VersionContent, acts: readonly ActContent[]): string {
  return canonicalJson({ version: versionJson(version), acts: acts.map(actJson) });
}

/** The text that is hashed for one provision, to name the one that was changed. */
export function provisionContent(provision: ProvisionContent): string {
  return canonicalJson(provisionJson(provision));
}

function versionJson(version: VersionContent): Json {
  const { instrument, source } = version;
  return {
    id: version.id,
    instrument: {
      slug: instrument.slug,
      kind: instrument.kind,
      title: instrument.title,
      title_translation: instrument.title_translation,
      language: instrument.language,
      jurisdiction: instrument.jurisdiction,
      document_no: instrument.document_no,
      work_number: instrument.work_number,
      issued_on: instrument.issued_on,
      authorities: instrument.authorities,
    },
    label: version.label,
    title: version.title,
    title_translation: version.title_translation,
    stage: version.stage,
    valid_from: version.valid_from,
    valid_to: version.valid_to,
    is_repeal: version.is_repeal,
    corrects: version.corrects,
    based_on: version.based_on,
    transition_until: version.transition_until,
    partly_replaced_from: version.partly_replaced_from,
    comment_until: version.comment_until,
    signed_on: version.signed_on,
    issued_on: version.issued_on,
    confirmed: version.confirmed,
    // Left out where it does not hold: hashes of versions that were made before it was told stay what they are.
    without_text: version.without_text || undefined,
    note: version.note,
    note_zh: version.note_zh,
    topics: version.topics,
    provisions: version.provisions.map(provisionJson),
    annex: version.annex?.length ? version.annex.map(annexJson) : undefined,
    relations: version.relations.map(({ kind, to_slug, paths, note }) => ({ kind, to_slug, paths, note })),
    parameters: version.parameters,
    source: {
      url: source.url,
      title: source.title,
      document_id: source.document_id,
      document_sha256: source.document_sha256,
      snapshot_id: source.snapshot_id,
    },
  };
}

function provisionJson(provision: ProvisionContent): Json {
  const { path, title, title_translation, text, language, translation, translates_sha256 } = provision;
  const { status, source, confirmed } = provision;
  return {
    path,
    title,
    title_translation,
    text,
    language,
    translation,
    translates_sha256,
    status,
    source,
    confirmed,
  };
}

function annexJson({ line, title, clause, slot, confirmed }: AnnexLine): Json {
  return { line, title, clause, slot, confirmed };
}

function actJson(done: ActContent): Json {
  const { act, actor_kind, actor_id, actor_name, at, content_sha256, is_one_person, reason } = done;
  return { act, actor_kind, actor_id, actor_name, at, content_sha256, is_one_person, reason };
}

/** The text that is hashed for an approval: who approved which content when, and whether one person did both. */
export function approvalContent(approval: {
  version_id: string;
  version_sha256: string;
  approved_by: string;
  approved_at: string;
  is_one_person: boolean;
}): string {
  const { version_id, version_sha256, approved_by, approved_at, is_one_person } = approval;
  return canonicalJson({ version_id, version_sha256, approved_by, approved_at, is_one_person });
}

/** The text that is hashed for a withdrawal. */
export function withdrawalContent(withdrawal: {
  version_id: string;
  withdrawn_by: string;
  withdrawn_at: string;
  reason: string;
}): string {
  const { version_id, withdrawn_by, withdrawn_at, reason } = withdrawal;
  return canonicalJson({ version_id, withdrawn_by, withdrawn_at, reason });
}
