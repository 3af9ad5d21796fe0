import { sql } from 'kysely';
import type { Db } from '#lib/server/db/connect.ts';

/** By what right something long is open: a key, or a person with a session, for a firm or (null) the operator. */
export type Holder = {
  kind: 'person' | 'key';
  id: string;
  session_id: string | null;
  firm_id: string | null;
};

/**
 * Which of these may still hear what happens, in one question for all streams of a process: the same rules as
 * those by which a request is let in, which asks for one actor at a time.
 */
export async function standing(
  db: Db,
  holders: readonly Holder[],
  now: Date,
): Promise<(holder: Holder) => boolean> {
  const asked = [...new Map(holders.map((holder) => [nameOf(holder), holder])).values()];
  if (asked.length === 0) return () => false;
  const { rows } = await sql<{ n: string }>`
    with asked as (
      select * from unnest(${asked.map(({ kind }) => kind)}::text[], ${asked.map(({ id }) => id)}::uuid[],
        ${asked.map(({ session_id }) => session_id)}::uuid[], ${asked.map(({ firm_id }) => firm_id)}::uuid[])
        with ordinality as a (kind, id, session_id, firm_id, n)),
    place as (
      select m.user_id, m.firm_id as home_id, m.firm_id from auth.member m
      union all
      select m.user_id, m.firm_id, g.firm_id from auth.member m
        join auth.firm_grant g on g.grantee_firm_id = m.firm_id and g.revoked_at is null)
    select a.n from asked a
    where a.kind = 'key' and exists (
        select from auth.api_key k left join auth.firm home on home.id = k.firm_id
          left join auth.firm f on f.id = a.firm_id
        where k.id = a.id and k.revoked_at is null and k.expires_at > ${now} and 'alerts:read' = any (k.scopes)
          and home.suspended_at is null and f.suspended_at is null
          and (k.firm_id is not distinct from a.firm_id or exists (
            select from auth.firm_grant g where g.firm_id = a.firm_id and g.grantee_firm_id = k.firm_id and g.revoked_at is null)))
      or a.kind = 'person'
        and exists (select from auth.session s where s.id = a.session_id and s.user_id = a.id and s.expires_at > ${now})
        and case when a.firm_id is null
          then exists (select from auth.operator_member o where o.user_id = a.id)
          else exists (
            select from place p join auth.firm home on home.id = p.home_id join auth.firm f on f.id = p.firm_id
              join auth."user" u on u.id = p.user_id
            where p.user_id = a.id and p.firm_id = a.firm_id and home.suspended_at is null and f.suspended_at is null
              and (u.two_factor_enabled or not (home.requires_second_factor or f.requires_second_factor)))
          or exists (
            select from auth.support_access s join auth.operator_member o on o.user_id = a.id and o.role = 'admin'
              join auth.firm f on f.id = s.firm_id
            where s.firm_id = a.firm_id and s.revoked_at is null and s.expires_at > ${now} and f.suspended_at is null)
        end`.execute(db);
  const held = new Set(rows.flatMap(({ n }) => asked[Number(n) - 1] ?? []).map(nameOf));
  return (holder) => held.has(nameOf(holder));
}

function nameOf({ kind, id, session_id, firm_id }: Holder): string {
  return [kind, id, session_id, firm_id].join(' ');
}
