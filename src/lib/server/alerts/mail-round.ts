import { sql } from 'kysely';
import { mailboxesOf, responsiblePeople, type Mailbox } from '#lib/server/accounts/mailboxes.ts';
import type { App } from '#lib/server/app.ts';
import type { Claimed } from './claim.ts';

/**
 * Mail that is owed to a firm as a whole becomes one delivery for each of its owners and managers, so that each
 * has attempts and a way out of their own; who has theirs by a subscription already gets no second one. The
 * delivery that stood for them is gone. Gives back those that were a person's already.
 */
export async function splitByPerson(app: App, claimed: readonly Claimed[]): Promise<Claimed[]> {
  const people = new Map<string | null, string[]>();
  const personal: Claimed[] = [];
  for (const delivery of claimed) {
    if (delivery.channel !== 'email' || delivery.user_id !== null) {
      personal.push(delivery);
      continue;
    }
    const { firm_id, id, lease_token } = delivery;
    const known = people.get(firm_id) ?? (await responsiblePeople(app.firm_pool.db, firm_id));
    people.set(firm_id, known);
    await app.db.transaction().execute(async (tx) => {
      if (known.length === 0) {
        await sql`
          update delivery set state = 'cancelled', problem = 'nobody_to_write_to', finished_at = now(), lease_token = null, leased_until = null
          where id = ${id} and lease_token = ${lease_token}`.execute(tx);
        return;
      }
      if (delivery.digest_id !== null) await splitDigest(tx, delivery, known);
      else
        await sql`
          insert into delivery (firm_id, alert_id, user_id, channel, language, next_attempt_at)
          select d.firm_id, d.alert_id, u.id, d.channel, d.language, d.next_attempt_at
          from delivery d, unnest(${known}::uuid[]) as u (id)
          where d.id = ${id} and d.lease_token = ${lease_token}
          on conflict on constraint delivery_once do nothing`.execute(tx);
      await sql`delete from delivery where id = ${id} and lease_token = ${lease_token}`.execute(tx);
    });
  }
  return personal;
}

/** A digest is one recipient's: each person gets one of their own, with the same entries. */
async function splitDigest(tx: App['db'], delivery: Claimed, people: readonly string[]): Promise<void> {
  await sql`
    with made as (
      insert into digest (firm_id, user_id, channel, mode, period_end)
      select g.firm_id, u.id, g.channel, g.mode, g.period_end
      from digest g, unnest(${people}::uuid[]) as u (id) where g.id = ${delivery.digest_id}
      on conflict on constraint digest_once do nothing
      returning id, firm_id, user_id
    ), entries as (
      insert into digest_entry (firm_id, user_id, alert_id, channel, mode, language, period_end, digest_id)
      select n.firm_id, m.user_id, n.alert_id, n.channel, n.mode, n.language, n.period_end, m.id
      from digest_entry n, made m where n.digest_id = ${delivery.digest_id}
      on conflict on constraint digest_entry_once do nothing
    )
    insert into delivery (firm_id, digest_id, user_id, channel, language, next_attempt_at)
    select m.firm_id, m.id, m.user_id, d.channel, d.language, d.next_attempt_at
    from made m, delivery d where d.id = ${delivery.id}`.execute(tx);
}

/** Where each person's mail goes now; null for who left the firm or wants no mail. */
export async function mailboxes(app: App, claimed: readonly Claimed[]): Promise<Map<string, Mailbox>> {
  const seats = claimed.flatMap(({ channel, firm_id, user_id }) =>
    channel === 'email' && user_id !== null ? [{ firm_id, user_id }] : [],
  );
  if (seats.length === 0) return new Map();
  const [found, stopped] = await Promise.all([
    mailboxesOf(app.firm_pool.db, seats),
    sql<{ firm_id: string | null; user_id: string }>`
      select m.firm_id, m.user_id from mail_stop m
      where m.user_id = any (${seats.map(({ user_id }) => user_id)}::uuid[])`.execute(app.db),
  ]);
  const stops = new Set(stopped.rows.map(seatKey));
  return new Map(
    found.filter((mailbox) => !stops.has(seatKey(mailbox))).map((mailbox) => [seatKey(mailbox), mailbox]),
  );
}

export function seatKey({ firm_id, user_id }: { firm_id: string | null; user_id: string | null }): string {
  return `${firm_id} ${user_id}`;
}
