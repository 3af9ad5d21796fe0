import type { AnnexLine } from './annex.ts';
import { canonicalJson, type Json } from './canonical-json.ts';
import type { InstrumentKind, Provision, RelationKind, VersionRecord } from './version.ts';

/**
 * The hash chain over approvals, publications and withdrawals of versions. Each link holds the hash of what it
 * records and the hash of the link before it, so that one changed byte anywhere breaks every later link, and
 * whoever kept an older head can prove it. The link of an approval is appended together with the publication
 * that it permits, never before: a chain that outsiders read must not tell of drafts.
 */
export const LINK_KINDS = ['approval', 'publication', 'withdrawal'] as const;
export type LinkKind = (typeof LINK_KINDS)[number];

export type ChainLink = {
  /** From 1, without gaps. */
  sequence: number;
  kind: LinkKind;
  version_id: string;
  /** sha-256 of `approvalContent`, `publicationContent` or `withdrawalContent`, in lower-case hex. */
  content_sha256: string;
  /** ISO 8601 in UTC with milliseconds. */
  recorded_at: string;
  /** The hash of the link before; that of the first is `CHAIN_START`. */
  previous_sha256: string;
  /** sha-256 of `linkText` of all the above, lower-case hex. */
  sha256: string;
};

export const CHAIN_START = '0'.repeat(64);

/** sha-256 of the UTF-8 of a text, in lower-case hex; injected, because Node and browsers spell it differently. */
export type Sha256 = (text: string) => string | Promise<string>;

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

/** The text whose hash is the link's own. */
export function linkText(link: Omit<ChainLink, 'sha256'>): string {
  const { sequence, kind, version_id, content_sha256, recorded_at, previous_sha256 } = link;
  return canonicalJson({ sequence, kind, version_id, content_sha256, recorded_at, previous_sha256 });
}

/** The link that follows `previous` (null for the first). */
export async function nextLink(
  previous: Pick<ChainLink, 'sequence' | 'sha256'> | null,
  entry: { kind: LinkKind; version_id: string; content: string; recorded_at: string },
  sha256: Sha256,
): Promise<ChainLink> {
  const link = {
    sequence: (previous?.sequence ?? 0) + 1,
    kind: entry.kind,
    version_id: entry.version_id,
    content_sha256: await sha256(entry.content),
    recorded_at: entry.recorded_at,
    previous_sha256: previous?.sha256 ?? CHAIN_START,
  };
  return { ...link, sha256: await sha256(linkText(link)) };
}

export type ChainProblem =
  /** The stored content no longer has the hash of its link. */
  | 'content_changed'
  /** The content of the link is gone. */
  | 'content_missing'
  /** A field of the link itself was changed. */
  | 'link_changed'
  /** The link does not follow the one before: one was taken out, put in or replaced. */
  | 'link_missing'
  /** The chain is shorter than, or differs from, the head that was kept elsewhere. */
  | 'head_differs';

export type ChainVerdict =
  | { ok: true; length: number; head_sha256: string }
  | { ok: false; sequence: number; version_id: string | null; kind: LinkKind | null; problem: ChainProblem };

/**
 * Verifies a chain from its first link and names the first broken one. `contentOf` gives the content as it is
 * stored now, null when it is gone, and undefined when it is not at hand and only the link is to be checked
 * (a proof carries one version's content). `head` is what a witness kept, if there is one.
 */
export async function verifyChain(
  links: Iterable<ChainLink> | AsyncIterable<ChainLink>,
  contentOf: (link: ChainLink) => string | null | undefined | Promise<string | null | undefined>,
  options: { sha256: Sha256; head?: { sequence: number; sha256: string } },
): Promise<ChainVerdict> {
  let previous: ChainLink | null = null;
  let head_seen = options.head === undefined;
  for await (const link of links) {
    const problem = await problemOf(link, previous, { contentOf, sha256: options.sha256 });
    if (problem) return broken(link, problem);
    if (options.head?.sequence === link.sequence) {
      if (options.head.sha256 !== link.sha256) return broken(link, 'head_differs');
      head_seen = true;
    }
    previous = link;
  }
  if (!head_seen && options.head)
    return {
      ok: false,
      sequence: options.head.sequence,
      version_id: null,
      kind: null,
      problem: 'head_differs',
    };
  return { ok: true, length: previous?.sequence ?? 0, head_sha256: previous?.sha256 ?? CHAIN_START };
}

function broken(link: ChainLink, problem: ChainProblem): ChainVerdict {
  return { ok: false, sequence: link.sequence, version_id: link.version_id, kind: link.kind, problem };
}

async function problemOf(
  link: ChainLink,
  previous: ChainLink | null,
  means: { contentOf: Parameters<typeof verifyChain>[1]; sha256: Sha256 },
): Promise<ChainProblem | null> {
  if (link.sequence !== (previous?.sequence ?? 0) + 1) return 'link_missing';
  const { sha256, ...fields } = link;
  if ((await means.sha256(linkText(fields))) !== sha256) return 'link_changed';
  if (link.previous_sha256 !== (previous?.sha256 ?? CHAIN_START)) return 'link_missing';
  const content = await means.contentOf(link);
  if (content === undefined) return null;
  if (content === null) return 'content_missing';
  return (await means.sha256(content)) === link.content_sha256 ? null : 'content_changed';
}
