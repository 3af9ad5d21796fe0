import { isUuid } from '#lib/domain/text/uuid.ts';

/** What the inbox shows: what is still to be looked at, or one state. */
export const INBOX_VIEWS = ['open', 'done', 'excluded', 'all'] as const;
export type InboxView = (typeof INBOX_VIEWS)[number];

export type InboxQuery = { view: InboxView; id: string | null };

/** Bad input is ignored: the page opens on what is open. */
export function readInboxQuery(params: URLSearchParams): InboxQuery {
  const view = INBOX_VIEWS.find((one) => one === params.get('view')) ?? 'open';
  const id = params.get('id');
  return { view, id: id !== null && isUuid(id) ? id : null };
}

/** The address of a view, with an alert opened in it; what is default is left out. */
export function inboxAddress({ view, id }: InboxQuery): string {
  const params = new URLSearchParams();
  if (view !== 'open') params.set('view', view);
  if (id !== null) params.set('id', id);
  const text = params.toString();
  return text === '' ? '/alerts' : `/alerts?${text}`;
}
