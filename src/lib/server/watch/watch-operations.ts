import { getItem, getItems } from './items/items-api.ts';
import {
  getPendingItem,
  getPendingItems,
  patchPendingItem,
  postBacktest,
  postPendingItem,
  postTransition,
} from './pending/pending-api.ts';
import { getSignal, getSignals, postDecision, postSignalDraft } from './signals/signals-api.ts';

/** The operations on pending items, signals and items, in the order in which they are read. */
export const WATCH_OPERATIONS = [
  getPendingItems,
  postPendingItem,
  postBacktest,
  getPendingItem,
  patchPendingItem,
  postTransition,
  getSignals,
  getSignal,
  postDecision,
  postSignalDraft,
  getItems,
  getItem,
];
