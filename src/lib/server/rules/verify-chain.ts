import { sql } from 'kysely';
import {
  verifyChain as verifyLinks,
  type ChainLink,
  type ChainProblem,
  type LinkKind,
} from '#lib/domain/rules/chain.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { chainHead, chainLinks, type ChainHead, type StoredLink } from './chain.ts';
import { partHashes, publicationText } from './content.ts';
import { approvalText, withdrawalText } from './publish.ts';
import { sha256 } from './sha256.ts';
import { readVersion, type StoredVersion } from './version.ts';

export type ChainFault = {
  /** The link that does not hold; null for a record that has none. */
  sequence: number | null;
  kind: LinkKind | null;
  /** `not_linked`: a record without its link; `record_differs`: its moment, place or state is not the link's. */
  problem: ChainProblem | 'not_linked' | 'record_differs';
  version_id: string | null;
  instrument: string | null;
  label: string | null;
  /** The provisions that differ from what was published, or are missing or new; empty where it is another part. */
  provisions: string[];
};

export type ChainCheck =
  { ok: true; links: number; head: ChainHead } | { ok: false; links: number; faults: ChainFault[] };

/**
 * Checks the chain from its first link to its head against the records as they are stored now, and names what
 * was changed. One state of the database is looked at, however long it takes.
 */
export function verifyChain(app: Pick<App, 'db'>): Promise<ChainCheck> {
  return app.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      await sql`select set_config('app.is_operator', 'on', true)`.execute(tx);
      return checkChain(tx);
    });
}

async function checkChain(tx: Tx): Promise<ChainCheck> {
  const head = await chainHead(tx);
  const last: { link: StoredLink | null } = { link: null };
  const verdict = await verifyLinks(watched(tx, last), (link) => storedContent(tx, link), {
    sha256,
    ...(head.sequence > 0 ? { head } : {}),
  });
  const links = last.link?.sequence ?? 0;
  const faults: ChainFault[] = await unlinked(tx);
  if (!verdict.ok) faults.unshift(await faultOf(tx, verdict, last.link));
  else if (verdict.length !== head.sequence)
    faults.unshift({ ...NOWHERE, sequence: verdict.length, problem: 'head_differs' });
  return faults.length > 0 ? { ok: false, links, faults } : { ok: true, links, head };
}

/** More would not be read: one fault is reason enough to stop. */
const FAULTS_MAX = 100;
const NOWHERE = { kind: null, version_id: null, instrument: null, label: null, provisions: [] };

/** The links, with the last one that was looked at kept for the report. */
async function* watched(tx: Tx, last: { link: StoredLink | null }): AsyncGenerator<ChainLink> {
  for await (const link of chainLinks(tx)) {
    last.link = link;
    const { parts: _, ...plain } = link;
    yield plain;
  }
}

/** What a link was made of, as it is stored now; null when it is gone. */
async function storedContent(tx: Tx, link: ChainLink): Promise<string | null> {
  const version = await readVersion(tx, link.version_id);
  return version && contentOfLink(version, link.kind);
}

/** The text behind a link of this version. */
export function contentOfLink(version: StoredVersion, kind: LinkKind): string | null {
  switch (kind) {
    case 'publication':
      return publicationText(version);
    case 'approval': {
      const approval = version.acts.findLast(({ act }) => act === 'approved');
      return approval ? approvalText(version.id, approval) : null;
    }
    case 'withdrawal': {
      const withdrawal = version.acts.find(({ act }) => act === 'withdrawn');
      return withdrawal ? withdrawalText(version.id, withdrawal) : null;
    }
    default:
      return kind satisfies never;
  }
}

async function faultOf(
  tx: Tx,
  verdict: { sequence: number; version_id: string | null; kind: LinkKind | null; problem: ChainProblem },
  link: StoredLink | null,
): Promise<ChainFault> {
  const version = verdict.version_id === null ? null : await readVersion(tx, verdict.version_id);
  return {
    sequence: verdict.sequence,
    kind: verdict.kind,
    problem: verdict.problem,
    version_id: verdict.version_id,
    instrument: version?.instrument.slug ?? null,
    label: version?.label ?? null,
    provisions: version && link?.kind === 'publication' ? changedParts(version, link.parts) : [],
  };
}

function changedParts(version: StoredVersion, parts: Record<string, string>): string[] {
  const now = partHashes(version);
  return [...new Set([...Object.keys(parts), ...Object.keys(now)])].filter(
    (path) => parts[path] !== now[path],
  );
}

/** Records that were put in past the chain, and those that no longer stand where their link says. */
async function unlinked(tx: Tx): Promise<ChainFault[]> {
  const { rows } = await sql<{
    id: string;
    slug: string;
    label: string;
    kind: LinkKind;
    sequence: string | null;
  }>`
    select v.id, i.slug, v.label, needed.kind, l.sequence
    from rule_version v join instrument i on i.id = v.instrument_id
    cross join unnest(array['approval', 'publication', 'withdrawal']) needed(kind)
    left join rule_act w on w.version_id = v.id and w.act = 'withdrawn'
    left join rule_chain_link l on l.version_id = v.id and l.kind = needed.kind
    where case when l.sequence is null
            then v.state = 'published' and (needed.kind <> 'withdrawal' or w.at is not null)
            else v.state <> 'published' or v.recorded_at is null
              or (l.kind = 'publication' and (v.sequence <> l.sequence or v.recorded_at <> l.recorded_at))
              or (l.kind = 'withdrawal' and w.at is distinct from l.recorded_at)
          end
    order by v.recorded_at, v.id, needed.kind limit ${FAULTS_MAX}`.execute(tx);
  return rows.map(({ id, slug, label, kind, sequence }) => ({
    sequence: sequence === null ? null : Number(sequence),
    kind,
    problem: sequence === null ? 'not_linked' : 'record_differs',
    version_id: id,
    instrument: slug,
    label,
    provisions: [],
  }));
}
