import { isUuid } from '#lib/domain/text/uuid.ts';
import { SIGNAL_STATES, type SignalState } from '#lib/domain/watch/pending-item.ts';

/** The state of the inbox: which signals, of which pending item, and which one is open. */
export type InboxQuery = {
  /** `archive`: those that wait and were found in what was stored before their query. */
  view: SignalState | 'archive';
  pending: string | null;
  /** The newest first, or those that most likely mean what is awaited. */
  order: 'time' | 'score';
  at: string | null;
};

/** Reads the query; what cannot be read is ignored. */
export function parseInboxQuery(params: URLSearchParams): InboxQuery {
  const view = params.get('view');
  const pending = params.get('pending');
  const at = params.get('at');
  return {
    view: view === 'archive' ? view : (SIGNAL_STATES.find((one) => one === view) ?? 'open'),
    pending: pending && /^[a-z0-9][a-z0-9.-]{0,62}$/.test(pending) ? pending : null,
    order: params.get('order') === 'score' ? 'score' : 'time',
    at: at && isUuid(at) ? at : null,
  };
}

/** The query with its question mark; defaults are left out. */
export function inboxQuery({ view, pending, order, at }: InboxQuery): string {
  const params = new URLSearchParams();
  if (view !== 'open') params.set('view', view);
  if (pending) params.set('pending', pending);
  if (order !== 'time') params.set('order', order);
  if (at) params.set('at', at);
  return params.size > 0 ? `?${params.toString()}` : '';
}
