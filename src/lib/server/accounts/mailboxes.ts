import { sql } from 'kysely';
import type { FirmRole } from '#lib/domain/accounts/actor.ts';
import type { Db } from '#lib/server/db/connect.ts';

/** A person in a firm, or of the operator (no firm). */
export type Seat = { firm_id: string | null; user_id: string };
export type Mailbox = Seat & { email: string; name: string };

/** Of a firm, and of the operator, those who are written to when nobody in particular is. */
const SEATS_MAX = 200;

/** The mailboxes of those people who still have their seat: who left a firm gets none of its mail. */
export async function mailboxesOf(db: Db, seats: readonly Seat[]): Promise<Mailbox[]> {
  if (seats.length === 0) return [];
  const { rows } = await sql<Mailbox>`
    select s.firm_id, u.id as user_id, u.email, u.name
    from unnest(${seats.map(({ firm_id }) => firm_id)}::uuid[], ${seats.map(({ user_id }) => user_id)}::uuid[])
      as s (firm_id, user_id)
    join auth."user" u on u.id = s.user_id
    left join auth.firm f on f.id = s.firm_id
    where (s.firm_id is not null and f.suspended_at is null and (
             exists (select from auth.member m where m.firm_id = s.firm_id and m.user_id = s.user_id)
             or exists (select from auth.firm_grant g join auth.member m on m.firm_id = g.grantee_firm_id
                        where g.firm_id = s.firm_id and g.revoked_at is null and m.user_id = s.user_id)))
       or (s.firm_id is null and exists (select from auth.operator_member o where o.user_id = s.user_id))
    limit ${seats.length}`.execute(db);
  return rows;
}

/** Those of a firm who have a role. */
export async function peopleInRole(db: Db, firm_id: string, role: FirmRole): Promise<string[]> {
  const { rows } = await sql<{ user_id: string }>`
    select user_id from auth.member where firm_id = ${firm_id} and role = ${role}
    order by user_id limit ${SEATS_MAX}`.execute(db);
  return rows.map(({ user_id }) => user_id);
}

/** Owners and compliance managers of a firm; for null, everybody of the operator. */
export async function responsiblePeople(db: Db, firm_id: string | null): Promise<string[]> {
  const { rows } =
    firm_id === null
      ? await sql<{ user_id: string }>`
          select distinct user_id from auth.operator_member order by user_id limit ${SEATS_MAX}`.execute(db)
      : await sql<{ user_id: string }>`
          select user_id from auth.member
          where firm_id = ${firm_id} and role in ('owner', 'compliance_manager')
          order by user_id limit ${SEATS_MAX}`.execute(db);
  return rows.map(({ user_id }) => user_id);
}
