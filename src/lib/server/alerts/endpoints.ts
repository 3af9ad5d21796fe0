import { sql } from 'kysely';
import type { Actor, Firm } from '#lib/domain/accounts/actor.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { asOwner } from '#lib/server/db/tenancy.ts';
import { isUrlAllowed } from '#lib/server/net/url-allowed.ts';
import { ENDPOINTS_MAX, type EndpointState, type Format } from './endpoint.ts';
import { recipientOf } from './recipient.ts';
import { alertRefusal, type AlertRefusal } from './refusal.ts';
import { sealOf } from '#lib/server/seal.ts';
import { newSecret, newSigningKey } from './sign.ts';

export type EndpointInput = {
  url: string;
  format: Format;
  description: string | null;
  /** What the robot's owner gave out: DingTalk's `SEC…`, Feishu's; else one is made. */
  secret: string | null;
  /** Signs with Ed25519 too (`v1a`), for receivers that are to hold no secret. */
  is_asymmetric: boolean;
};

export type StoredEndpoint = {
  id: string;
  url: string;
  format: Format;
  description: string | null;
  state: EndpointState;
  state_reason: 'gone' | 'failed_for_days' | 'by_hand' | null;
  state_since: Date;
  failing_since: Date | null;
  last_success_at: Date | null;
  signing_public_key: string | null;
  secret_before_until: Date | null;
  created_at: Date;
};

/** How long the secret before keeps signing after a rotation, unless said otherwise. */
export const OVERLAP_HOURS_DEFAULT = 24;

type Who = { actor: Actor; firm: Firm | null };
type Found = { ok: true; endpoint: StoredEndpoint };
type FoundWithSecret = Found & { secret: string };

export async function listEndpoints(
  app: App,
  { actor, firm }: Who,
  page: { limit: number; after?: readonly [string, string] | undefined },
): Promise<(StoredEndpoint & { key: string })[]> {
  const { after } = page;
  const older = after ? sql`(created_at, id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : sql`true`;
  return asOwner(app.db, recipientOf(actor, firm).firm_id, (tx) => rowsWhere(tx, older, page.limit + 1));
}

export async function findEndpoint(
  app: App,
  { actor, firm }: Who,
  id: string,
): Promise<Found | AlertRefusal> {
  return asOwner(app.db, recipientOf(actor, firm).firm_id, (tx) => found(tx, id));
}

/** The secret is in this answer and nowhere else that can be read. */
export async function createEndpoint(
  app: App,
  { actor, firm }: Who,
  input: EndpointInput,
): Promise<FoundWithSecret | AlertRefusal> {
  const refused = await refusedAddress(app, input.url);
  if (refused) return refused;
  const seal = await sealOf(app.config);
  const secret = input.secret ?? newSecret();
  const pair = input.is_asymmetric ? newSigningKey() : null;
  const { firm_id } = recipientOf(actor, firm);
  return asOwner(app.db, firm_id, async (tx) => {
    const known = await rowsWhere(tx, sql`true`, ENDPOINTS_MAX);
    if (known.length >= ENDPOINTS_MAX)
      return alertRefusal('endpoints_many', undefined, { max: ENDPOINTS_MAX });
    const { id } = await tx
      .insertInto('endpoint')
      .values({
        firm_id,
        url: input.url,
        format: input.format,
        description: input.description,
        secret_sealed: seal.close(secret),
        signing_key_sealed: pair ? seal.close(pair.private_key) : null,
        signing_public_key: pair?.public_key ?? null,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const made = await found(tx, id);
    return made.ok ? { ...made, secret } : made;
  });
}

export async function changeEndpoint(
  app: App,
  { actor, firm }: Who,
  id: string,
  change: { url?: string; description?: string | null; state?: 'active' | 'paused' },
): Promise<Found | AlertRefusal> {
  const refused = change.url === undefined ? null : await refusedAddress(app, change.url);
  if (refused) return refused;
  return asOwner(app.db, recipientOf(actor, firm).firm_id, async (tx) => {
    const known = await found(tx, id);
    if (!known.ok) return known;
    const { state, ...rest } = change;
    const moved =
      state === undefined || state === known.endpoint.state
        ? {}
        : {
            state,
            state_reason: state === 'active' ? null : 'by_hand',
            state_since: sql<Date>`now()`,
            // Whoever switches it on again begins a new count of failing days.
            ...(state === 'active' ? { failing_since: null, is_slow: false } : {}),
          };
    await tx
      .updateTable('endpoint')
      .set({ ...rest, ...moved, updated_at: sql<Date>`now()` })
      .where('id', '=', id)
      .execute();
    return found(tx, id);
  });
}

/** What waits for it ends as cancelled; its subscriptions lose it. */
export async function deleteEndpoint(
  app: App,
  { actor, firm }: Who,
  id: string,
): Promise<{ ok: true } | AlertRefusal> {
  return asOwner(app.db, recipientOf(actor, firm).firm_id, async (tx) => {
    const known = await found(tx, id);
    if (!known.ok) return known;
    await tx
      .updateTable('endpoint')
      .set({ deleted_at: sql<Date>`now()`, state: 'disabled', state_reason: 'by_hand' })
      .where('id', '=', id)
      .execute();
    await sql`
      update delivery set state = 'cancelled', problem = 'endpoint_deleted', finished_at = now()
      where endpoint_id = ${id} and state = 'pending'`.execute(tx);
    await sql`
      delete from subscription where endpoint_ids = array[${id}::uuid] and not (to_inbox or to_email or to_push)`.execute(
      tx,
    );
    await sql`
      update subscription set endpoint_ids = array_remove(endpoint_ids, ${id}::uuid)
      where ${id}::uuid = any (endpoint_ids)`.execute(tx);
    return { ok: true };
  });
}

/** A new secret; the one before signs beside it until the overlap ends. */
export async function rotateSecret(
  app: App,
  { actor, firm }: Who,
  id: string,
  asked: { overlap_hours: number; secret: string | null },
): Promise<FoundWithSecret | AlertRefusal> {
  const seal = await sealOf(app.config);
  const secret = asked.secret ?? newSecret();
  return asOwner(app.db, recipientOf(actor, firm).firm_id, async (tx) => {
    const known = await found(tx, id);
    if (!known.ok) return known;
    const overlap = asked.overlap_hours;
    await sql`
      update endpoint set
        secret_before_sealed = case when ${overlap}::float8 > 0 then secret_sealed end,
        secret_before_until = case when ${overlap}::float8 > 0 then now() + ${overlap}::float8 * interval '1 hour' end,
        secret_sealed = ${seal.close(secret)}, updated_at = now()
      where id = ${id}`.execute(tx);
    const rotated = await found(tx, id);
    return rotated.ok ? { ...rotated, secret } : rotated;
  });
}

/** Refused at once where the address is private, so that nobody waits for messages that will never come. */
async function refusedAddress(app: App, url: string): Promise<AlertRefusal | null> {
  const allowed = await isUrlAllowed(url, app.config.allow_private_addresses);
  switch (allowed) {
    case 'allowed':
    // A name that does not resolve today may tomorrow; each attempt looks again.
    case 'name_not_found':
      return null;
    case 'bad_url':
      return alertRefusal('address_unusable', 'url');
    case 'address_not_allowed':
      return alertRefusal('address_not_allowed', 'url');
    default:
      return allowed satisfies never;
  }
}

async function found(tx: Tx, id: string): Promise<Found | AlertRefusal> {
  const [row] = await rowsWhere(tx, sql`id = ${id}`, 1);
  if (!row) return alertRefusal('endpoint_unknown');
  const { key: _, ...endpoint } = row;
  return { ok: true, endpoint };
}

async function rowsWhere(
  tx: Tx,
  condition: ReturnType<typeof sql>,
  limit: number,
): Promise<(StoredEndpoint & { key: string })[]> {
  const { rows } = await sql<StoredEndpoint & { key: string }>`
    select id, url, format, description, state, state_reason, state_since, failing_since, last_success_at,
           signing_public_key, secret_before_until, created_at, created_at::text as key
    from endpoint where deleted_at is null and ${condition}
    order by created_at desc, id desc limit ${limit}`.execute(tx);
  return rows;
}
