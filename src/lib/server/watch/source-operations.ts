import type { ListedOperation } from '#lib/server/http/operations.ts';
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
];
