import { sql } from 'kysely';
import type { Language } from '#lib/i18n/text.ts';
import type { Db } from '#lib/server/db/connect.ts';
import type { EndpointState, Format } from './endpoint.ts';

/** A delivery that somebody works on, with all that its message and its endpoint need. */
export type Claimed = {
  id: string;
  lease_token: string;
  firm_id: string | null;
  alert_id: string | null;
  digest_id: string | null;
  user_id: string | null;
  endpoint_id: string | null;
  channel: 'email' | 'webhook' | 'push';
  language: Language;
  attempts: number;
  event_id: string | null;
  kind: string | null;
  occurred_at: Date | null;
  subject_id: string | null;
  data: unknown;
  reasons: unknown;
  impact: unknown;
  url: string | null;
  format: Format | null;
  endpoint_state: EndpointState | null;
  secret_sealed: Buffer | null;
  secret_before_sealed: Buffer | null;
  signing_key_sealed: Buffer | null;
  failing_since: Date | null;
  is_slow: boolean | null;
  last_success_at: Date | null;
};

/** Whoever holds a lease renews it; after a crash another takes the work up when it has run out. */
export const LEASE_SECONDS = 30;
/** At once to one endpoint: enough to keep it busy. A slow one is not to hold what others could use. */
const PER_ENDPOINT_MAX = 32;
const PER_SLOW_ENDPOINT_MAX = 2;
/** Candidates looked at for each one taken, so that a crowd for one endpoint does not hide the others. */
const LOOKED_AT = 4;

/**
 * Takes up to `limit` deliveries that are due, the longest due first, and no endpoint's more than it may have at
 * once. What another worker holds is skipped, not waited for. It is written so that every step goes by an index:
 * right after a fan-out the statistics are those of an empty table, and joins planned by them took five times as long.
 */
export async function claimDue(
  db: Db,
  asked: {
    at: Date;
    limit: number;
    /** Mail and posts have places of their own. */
    is_mail: boolean;
    lease_token: string;
    /** How many of each endpoint are in flight here. */
    in_flight: ReadonlyMap<string, number>;
  },
): Promise<Claimed[]> {
  const { at, limit, is_mail, lease_token, in_flight } = asked;
  const { rows } = await sql<Claimed>`
    with candidate as (
      select d.id, d.endpoint_id, d.next_attempt_at from due_deliveries(${is_mail}, ${at}, ${limit * LOOKED_AT}) d
    ), ranked as (
      select c.id, c.next_attempt_at,
             case when c.endpoint_id is null then 0
               else row_number() over (partition by c.endpoint_id order by c.next_attempt_at) + coalesce(f.count, 0)
                    - case when (select p.is_slow from endpoint p where p.id = c.endpoint_id) then ${PER_SLOW_ENDPOINT_MAX}::int else ${PER_ENDPOINT_MAX}::int end
             end as beyond
      from candidate c
      left join unnest(${[...in_flight.keys()]}::uuid[], ${[...in_flight.values()]}::int[]) as f (endpoint_id, count)
        on f.endpoint_id = c.endpoint_id
    ), taken as (
      select d.id from delivery d
      where d.id = any (array(select r.id from ranked r where r.beyond <= 0 order by r.next_attempt_at limit ${limit}))
        -- In this form it is no condition of the index of what is due, so that rows are looked up by their ids.
        and d.state is not distinct from 'pending' and d.next_attempt_at <= ${at} and (d.leased_until is null or d.leased_until < ${at})
      for update skip locked
    ), claimed as (
      update delivery d
      set lease_token = ${lease_token}::uuid, leased_until = ${at}::timestamptz + ${LEASE_SECONDS} * interval '1 second'
      where d.id = any (array(select t.id from taken t))
      returning d.id, d.lease_token, d.firm_id, d.alert_id, d.digest_id, d.user_id, d.endpoint_id, d.channel, d.language, d.attempts
    )
    select c.*, e.id as event_id, e.kind, e.occurred_at, e.subject_id, e.data, a.reasons, a.impact, p.url, p.format,
           p.state as endpoint_state, p.secret_sealed,
           case when p.secret_before_until > ${at} then p.secret_before_sealed end as secret_before_sealed,
           p.signing_key_sealed, p.failing_since, p.is_slow, p.last_success_at
    from claimed c
    left join lateral (select * from alert a where a.id = c.alert_id limit 1) a on true
    left join lateral (select * from event e where e.id = a.event_id limit 1) e on true
    left join lateral (select * from endpoint p where p.id = c.endpoint_id limit 1) p on true`.execute(db);
  return rows;
}

/** Keeps what is still worked on. What was lost meanwhile is not taken back. */
export async function renewLeases(
  db: Db,
  held: { at: Date; ids: readonly string[]; tokens: readonly string[] },
): Promise<void> {
  await sql`
    update delivery d set leased_until = ${held.at}::timestamptz + ${LEASE_SECONDS} * interval '1 second'
    from unnest(${held.ids}::uuid[], ${held.tokens}::uuid[]) as h (id, token)
    where d.id = h.id and d.lease_token = h.token`.execute(db);
}
