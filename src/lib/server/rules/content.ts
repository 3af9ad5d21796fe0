import {
  provisionContent,
  publicationContent,
  versionContent,
  type ActContent,
  type VersionContent,
} from '#lib/domain/rules/chain-content.ts';
import { sha256 } from './sha256.ts';
import type { Act, StoredInstrument, StoredVersion } from './version.ts';

/** What an approval covers, of a stored version or of one that is about to be stored. */
export type Approvable = Omit<VersionContent, 'instrument' | 'source'> & {
  instrument: Omit<StoredInstrument, 'id' | 'source' | 'confirmed'>;
  source_url: string | null;
  source_title: string | null;
  document_id: string | null;
  document_sha256: string | null;
  snapshot_id: string | null;
};

/** The hash that an approval is given for. */
export function contentSha256(version: Approvable): string {
  return sha256(versionContent(contentOf(version)));
}

/**
 * The text that the link of a publication is made of: the version and everything that was done with it. A
 * withdrawal comes later and has a link of its own.
 */
export function publicationText(version: StoredVersion): string {
  const acts = version.acts.filter(({ act }) => act !== 'withdrawn');
  return publicationContent(contentOf(version), acts.map(actContent));
}

/** Hashes of the provisions by path, which name the one that was changed. */
export function partHashes(version: Pick<StoredVersion, 'provisions'>): Record<string, string> {
  return Object.fromEntries(
    version.provisions.map((provision) => [provision.path, sha256(provisionContent(provision))]),
  );
}

function contentOf(version: Approvable): VersionContent {
  const { instrument, source_url, source_title, document_id, document_sha256, snapshot_id } = version;
  return {
    ...version,
    instrument: { ...instrument, authorities: instrument.authorities.map(({ slug }) => slug) },
    source: { url: source_url, title: source_title, document_id, document_sha256, snapshot_id },
  };
}

function actContent({ actor, at, ...rest }: Act): ActContent {
  return {
    ...rest,
    actor_kind: actor.kind,
    actor_id: actor.id,
    actor_name: actor.name,
    at: at.toISOString(),
  };
}
