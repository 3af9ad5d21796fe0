import { sql } from 'kysely';
import { LINK_KINDS, nextLink, type ChainLink, type LinkKind } from '#lib/domain/rules/chain.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { sha256 } from './sha256.ts';

export type ChainHead = { sequence: number; sha256: string };

/** The last link; all zeros before the first one. */
export async function chainHead(tx: Tx): Promise<ChainHead> {
  const { rows } = await sql<{ sequence: string; sha256: string }>`
    select sequence, sha256 from rule_chain_head`.execute(tx);
  return headOf(rows[0]);
}

/**
 * Locks the head until the transaction ends, and gives it with the moment to record: after every moment that
 * was recorded before, and after every whole millisecond that anybody can have asked for as already known.
 */
export async function lockChainHead(tx: Tx): Promise<{ head: ChainHead; recorded_at: Date }> {
  await sql`select from rule_chain_head for update`.execute(tx);
  const { rows } = await sql<{ sequence: string; sha256: string; recorded_at: Date }>`
    select sequence, sha256,
           greatest(date_trunc('milliseconds', clock_timestamp()), recorded_at) + interval '1 millisecond' as recorded_at
    from rule_chain_head`.execute(tx);
  const [row] = rows;
  if (!row) throw new Error('the head of the chain is missing');
  return { head: headOf(row), recorded_at: row.recorded_at };
}

/** Adds links behind the locked head, in this order, and gives the last one. */
export async function appendLinks(
  tx: Tx,
  locked: { head: ChainHead; recorded_at: Date },
  entries: readonly { kind: LinkKind; version_id: string; content: string; parts?: Record<string, string> }[],
): Promise<ChainLink> {
  const recorded_at = locked.recorded_at.toISOString();
  let link: ChainLink | null = null;
  for (const { parts, ...entry } of entries) {
    link = await nextLink(link ?? locked.head, { ...entry, recorded_at }, sha256);
    await tx
      .insertInto('rule_chain_link')
      .values({ ...link, parts: JSON.stringify(parts ?? {}) })
      .execute();
  }
  if (!link) throw new Error('nothing was to be linked');
  return link;
}

function headOf(row: { sequence: string; sha256: string } | undefined): ChainHead {
  if (!row) throw new Error('the head of the chain is missing');
  return { sequence: Number(row.sequence), sha256: row.sha256 };
}

/** Links of one page of a verification. */
const LINKS_AT_ONCE = 500;

/** All links in order, read in pages; up to `last` where it is given. */
export async function* chainLinks(tx: Tx, last = Number.MAX_SAFE_INTEGER): AsyncGenerator<StoredLink> {
  for (let after = 0; ;) {
    const page = await linksAfter(tx, { after, last, limit: LINKS_AT_ONCE });
    yield* page;
    const end = page.at(-1);
    if (!end || page.length < LINKS_AT_ONCE) return;
    after = end.sequence;
  }
}

export type StoredLink = ChainLink & { parts: Record<string, string> };

/** The links behind a sequence number, oldest first. */
export async function linksAfter(
  tx: Tx,
  { after, last, limit }: { after: number; last: number; limit: number },
): Promise<StoredLink[]> {
  const { rows } = await sql<
    Omit<StoredLink, 'sequence' | 'kind' | 'recorded_at'> & {
      sequence: string;
      kind: string;
      recorded_at: Date;
    }
  >`
    select sequence, kind, version_id, content_sha256, parts, recorded_at, previous_sha256, sha256
    from rule_chain_link where sequence > ${after} and sequence <= ${last}
    order by sequence limit ${limit}`.execute(tx);
  return rows.map(({ sequence, kind, recorded_at, ...row }) => ({
    ...row,
    sequence: Number(sequence),
    kind: kindOf(kind),
    recorded_at: recorded_at.toISOString(),
  }));
}

function kindOf(text: string): LinkKind {
  const kind = LINK_KINDS.find((one) => one === text);
  if (!kind) throw new Error(`a link of kind "${text}"`);
  return kind;
}
