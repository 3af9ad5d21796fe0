import type { Segment, TextDiff } from './diff-text.ts';
import type { Provision, ProvisionStatus } from './version.ts';

export const PROVISION_CHANGES = ['added', 'removed', 'changed', 'moved', 'unchanged'] as const;
export type ProvisionChange = (typeof PROVISION_CHANGES)[number];

export type ProvisionDiff = {
  /** `moved`: the same or nearly the same provision under another path; its text may have changed as well. */
  change: ProvisionChange;
  /** Title, text or status differ. */
  is_changed: boolean;
  before: Provision | null;
  after: Provision | null;
  title: Segment[];
  text: TextDiff;
  /** Null when neither side has a translation. */
  translation: TextDiff | null;
  status: { before: ProvisionStatus | null; after: ProvisionStatus | null };
  /** A person said which provision became which; otherwise path or likeness did. */
  is_mapped: boolean;
};

/** Which provision of the version before became which of the one after; null is "has no counterpart". */
export type ClauseMapping = readonly { before: string | null; after: string | null }[];

export type VersionDiff = {
  /** In the order of the version after; removed ones where they stood. */
  provisions: ProvisionDiff[];
  counts: Record<ProvisionChange, number>;
  /** Paths that neither the mapping nor path nor likeness could place on the other side. */
  unmapped: { before: string[]; after: string[] };
};
