import type { ListedOperation } from '#lib/server/http/operations.ts';
import { getSourceCoverage, getWatchMeasures } from './coverage-api.ts';
import { getSnapshotContent, getSnapshots, postSnapshot } from './snapshots-api.ts';
import { getSourcesOpml, postSourcesOpml } from './source-files-api.ts';
import {
  deleteSource,
  getSource,
  getSources,
  patchSource,
  postSource,
  postSourcePoll,
  postSourcePreview,
} from './sources-api.ts';

/** What programs do with sources, in the order in which it is read. */
export const SOURCE_OPERATIONS: readonly ListedOperation[] = [
  getSources,
  postSource,
  getSource,
  patchSource,
  deleteSource,
  postSourcePreview,
  postSourcePoll,
  postSnapshot,
  getSnapshots,
  getSnapshotContent,
  getSourceCoverage,
  getSourcesOpml,
  postSourcesOpml,
  getWatchMeasures,
];
