import { sql } from 'kysely';
import type { Actor, Firm } from '#lib/domain/accounts/actor.ts';
import type { Topic } from '#lib/domain/alerts/topic.ts';
import type { Language } from '#lib/i18n/text.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { asOwner } from '#lib/server/db/tenancy.ts';
import { ENDPOINTS_MAX } from './endpoint.ts';
import { recipientOf, type Recipient } from './recipient.ts';
import { holdSearches } from './searches/saved-searches.ts';
import { alertRefusal, type AlertRefusal } from './refusal.ts';

export const CHANNEL_KINDS = ['inbox', 'email', 'webhook', 'push'] as const;
export const MODES = ['immediate', 'hourly', 'daily', 'weekly'] as const;
export type Channel =
  { kind: 'inbox' | 'email' | 'push' } | { kind: 'webhook'; endpoint_id?: string | undefined };
export type Mode = (typeof MODES)[number];

export type SubscriptionInput = {
  topic: Topic;
  channels: Channel[];
  mode: Mode;
  language: Language;
  /** `HH:MM` in the time zone of the firm; they may pass midnight. */
  quiet_hours: { from: string; to: string } | null;
};

export type StoredSubscription = SubscriptionInput & {
  id: string;
  /** Whose it is: somebody's own, or that of the firm (or of the operator) as a whole. */
  of: 'person' | 'firm';
  created_at: Date;
  updated_at: Date;
};

/** Nobody follows more by hand; every event is held against all of them. */
const SUBSCRIPTIONS_MAX = 500;

type Who = { actor: Actor; firm: Firm | null };

/** One's own subscriptions and those of the firm, the newest first. */
export async function listSubscriptions(
  app: App,
  { actor, firm }: Who,
  page: { limit: number; after?: readonly [string, string] | undefined },
): Promise<(StoredSubscription & { key: string })[]> {
  const recipient = recipientOf(actor, firm);
  return asOwner(app.db, recipient.firm_id, (tx) =>
    rowsWhere(
      tx,
      sql`${visibleTo(recipient)} and ${page.after ? sql`(s.created_at, s.id) < (${page.after[0]}::timestamptz, ${page.after[1]}::uuid)` : sql`true`}`,
      page.limit + 1,
    ),
  );
}

export async function findSubscription(
  app: App,
  { actor, firm }: Who,
  id: string,
): Promise<{ ok: true; subscription: StoredSubscription } | AlertRefusal> {
  const recipient = recipientOf(actor, firm);
  return asOwner(app.db, recipient.firm_id, (tx) => found(tx, recipient, id));
}

export async function createSubscription(
  app: App,
  { actor, firm }: Who,
  input: SubscriptionInput,
): Promise<{ ok: true; subscription: StoredSubscription } | AlertRefusal> {
  const recipient = recipientOf(actor, firm);
  return asOwner(app.db, recipient.firm_id, async (tx) => {
    if (!(await holdSearches(tx, input.topic.saved_searches ?? [])))
      return alertRefusal('searches_not_yours', 'topic.saved_searches');
    const placed = await placeOf(tx, recipient, input.channels);
    if (!placed.ok) return placed;
    const { count } = await tx
      .selectFrom('subscription')
      .select(({ fn }) => fn.countAll<string>().as('count'))
      .executeTakeFirstOrThrow();
    if (Number(count) >= SUBSCRIPTIONS_MAX)
      return alertRefusal('subscriptions_many', undefined, { max: SUBSCRIPTIONS_MAX });
    const { id } = await tx
      .insertInto('subscription')
      .values({ ...placed.owner, ...columnsOf(input, placed.endpoint_ids) })
      .returning('id')
      .executeTakeFirstOrThrow();
    return found(tx, recipient, id);
  });
}

/** What is left out stays as it is. */
export async function changeSubscription(
  app: App,
  { actor, firm }: Who,
  id: string,
  change: Partial<SubscriptionInput>,
): Promise<{ ok: true; subscription: StoredSubscription } | AlertRefusal> {
  const recipient = recipientOf(actor, firm);
  return asOwner(app.db, recipient.firm_id, async (tx) => {
    const known = await found(tx, recipient, id);
    if (!known.ok) return known;
    const { topic, channels, mode, language, quiet_hours } = known.subscription;
    const next = { topic, channels, mode, language, quiet_hours, ...change };
    if (!(await holdSearches(tx, next.topic.saved_searches ?? [])))
      return alertRefusal('searches_not_yours', 'topic.saved_searches');
    const placed = await placeOf(tx, recipient, next.channels);
    if (!placed.ok) return placed;
    await tx
      .updateTable('subscription')
      .set({ ...placed.owner, ...columnsOf(next, placed.endpoint_ids), updated_at: sql<Date>`now()` })
      .where('id', '=', id)
      .execute();
    return found(tx, recipient, id);
  });
}

export async function deleteSubscription(
  app: App,
  { actor, firm }: Who,
  id: string,
): Promise<{ ok: true } | AlertRefusal> {
  const recipient = recipientOf(actor, firm);
  return asOwner(app.db, recipient.firm_id, async (tx) => {
    const known = await found(tx, recipient, id);
    if (!known.ok) return known;
    await tx.deleteFrom('subscription').where('id', '=', id).execute();
    return { ok: true };
  });
}

/** Somebody sees their own and the firm's, and not what a colleague chose for themselves. */
function visibleTo({ user_id }: Recipient) {
  return user_id === null ? sql`s.user_id is null` : sql`(s.user_id is null or s.user_id = ${user_id})`;
}

async function found(
  tx: Tx,
  recipient: Recipient,
  id: string,
): Promise<{ ok: true; subscription: StoredSubscription } | AlertRefusal> {
  const [row] = await rowsWhere(tx, sql`s.id = ${id} and ${visibleTo(recipient)}`, 1);
  if (!row) return alertRefusal('subscription_unknown');
  const { key: _, ...subscription } = row;
  return { ok: true, subscription };
}

type Placed = { ok: true; owner: Recipient; endpoint_ids: string[] };

/**
 * Whose it is, and the endpoints that it goes to: a webhook that names none goes to all that there are. A
 * subscription with a webhook is the firm's; every other one of a person is their own.
 */
async function placeOf(tx: Tx, recipient: Recipient, channels: Channel[]): Promise<Placed | AlertRefusal> {
  const asked = channels.flatMap((one) => (one.kind === 'webhook' ? [one.endpoint_id ?? null] : []));
  // A browser is somebody's own; a firm has none.
  if (recipient.user_id === null && channels.some(({ kind }) => kind === 'push'))
    return alertRefusal('push_is_personal', 'channels');
  if (asked.length === 0) return { ok: true, owner: recipient, endpoint_ids: [] };
  if (recipient.user_id !== null && channels.some(({ kind }) => kind === 'email' || kind === 'push'))
    return alertRefusal('webhook_with_personal_channel', 'channels');
  const rows = await tx
    .selectFrom('endpoint')
    .select('id')
    .where('deleted_at', 'is', null)
    .where('state', '<>', 'disabled')
    .limit(ENDPOINTS_MAX)
    .execute();
  const known = rows.map(({ id }) => id);
  if (known.length === 0) return alertRefusal('webhook_without_endpoint', 'channels');
  const named = asked.filter((id) => id !== null);
  if (named.some((id) => !known.includes(id))) return alertRefusal('endpoint_not_yours', 'channels');
  const owner = { firm_id: recipient.firm_id, user_id: null };
  return { ok: true, owner, endpoint_ids: [...new Set(named.length < asked.length ? known : named)] };
}

function columnsOf(
  { topic, channels, mode, language, quiet_hours }: SubscriptionInput,
  endpoint_ids: string[],
) {
  const goes = (kind: Channel['kind']) => channels.some((channel) => channel.kind === kind);
  return {
    ...topic,
    to_inbox: goes('inbox'),
    to_email: goes('email'),
    to_push: goes('push'),
    endpoint_ids,
    mode,
    language,
    quiet_from: quiet_hours?.from ?? null,
    quiet_to: quiet_hours?.to ?? null,
  };
}

type Row = Topic & {
  id: string;
  user_id: string | null;
  to_inbox: boolean;
  to_email: boolean;
  to_push: boolean;
  endpoint_ids: string[];
  mode: Mode;
  language: Language;
  quiet_from: string | null;
  quiet_to: string | null;
  created_at: Date;
  updated_at: Date;
  key: string;
};

async function rowsWhere(
  tx: Tx,
  condition: ReturnType<typeof sql>,
  limit: number,
): Promise<(StoredSubscription & { key: string })[]> {
  const { rows } = await sql<Row>`
    select s.id, s.user_id, s.kinds, s.instruments, s.provisions, s.pending_items, s.categories, s.districts,
           s.saved_searches, s.only_if_affected, s.to_inbox, s.to_email, s.to_push, s.endpoint_ids, s.mode, s.language,
           to_char(s.quiet_from, 'HH24:MI') as quiet_from, to_char(s.quiet_to, 'HH24:MI') as quiet_to,
           s.created_at, s.updated_at, s.created_at::text as key
    from subscription s where ${condition}
    order by s.created_at desc, s.id desc limit ${limit}`.execute(tx);
  return rows.map((row) => ({
    id: row.id,
    of: row.user_id === null ? 'firm' : 'person',
    topic: {
      kinds: row.kinds,
      instruments: row.instruments,
      provisions: row.provisions,
      pending_items: row.pending_items,
      categories: row.categories,
      districts: row.districts,
      saved_searches: row.saved_searches,
      only_if_affected: row.only_if_affected,
    },
    channels: [
      ...(row.to_inbox ? [{ kind: 'inbox' as const }] : []),
      ...(row.to_email ? [{ kind: 'email' as const }] : []),
      ...(row.to_push ? [{ kind: 'push' as const }] : []),
      ...row.endpoint_ids.map((endpoint_id) => ({ kind: 'webhook' as const, endpoint_id })),
    ],
    mode: row.mode,
    language: row.language,
    quiet_hours: row.quiet_from && row.quiet_to ? { from: row.quiet_from, to: row.quiet_to } : null,
    created_at: row.created_at,
    updated_at: row.updated_at,
    key: row.key,
  }));
}
