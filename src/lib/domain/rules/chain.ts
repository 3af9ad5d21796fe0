import { canonicalJson } from './canonical-json.ts';

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
