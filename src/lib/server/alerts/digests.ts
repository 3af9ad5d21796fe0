import { sql } from 'kysely';
import type { App } from '#lib/server/app.ts';

/** Entries of one run; the next run takes the rest. */
const ENTRIES_MAX = 20_000;

/**
 * Ends the periods that are over: what a recipient is owed of them becomes one digest with one delivery. The key
 * of a digest is (recipient, mode, period end), so a rerun makes no second one; an entry that came too late for
 * its digest, out of a transaction that committed after it, waits for the next period.
 */
export async function closePeriods(
  app: Pick<App, 'db'>,
  at?: Date,
): Promise<{ digests: number; entries: number }> {
  const { rows } = await sql<{ digests: string; entries: string }>`
    with clock as (select coalesce(${at ?? null}::timestamptz, now()) as at), due as (
      select n.id, n.firm_id, n.user_id, n.endpoint_id, n.channel, n.mode, n.language, n.period_end
      from digest_entry n
      where n.digest_id is null and n.period_end <= (select c.at from clock c)
      order by n.period_end, n.id limit ${ENTRIES_MAX}
      for update skip locked
    ), period as (
      -- What several missed periods left behind, as after a pause of the worker, is one digest too.
      select d.firm_id, d.user_id, d.endpoint_id, d.channel, d.mode, max(d.period_end) as period_end, min(d.language) as language
      from due d group by d.firm_id, d.user_id, d.endpoint_id, d.channel, d.mode
    ), made as (
      insert into digest (firm_id, user_id, endpoint_id, channel, mode, period_end)
      select p.firm_id, p.user_id, p.endpoint_id, p.channel, p.mode, p.period_end from period p
      on conflict on constraint digest_once do nothing
      returning id, firm_id, user_id, endpoint_id, channel, mode
    ), placed as (
      select d.id, m.id as digest_id from due d
      left join made m on m.firm_id is not distinct from d.firm_id and m.user_id is not distinct from d.user_id
        and m.endpoint_id is not distinct from d.endpoint_id and m.channel = d.channel and m.mode = d.mode
    ), assigned as (
      update digest_entry n set
        digest_id = p.digest_id,
        period_end = case when p.digest_id is not null then n.period_end
          else period_end(n.mode, (select c.at from clock c),
            coalesce((select f.time_zone from auth.firm f where f.id = n.firm_id), 'Asia/Shanghai')) end
      from placed p where p.id = n.id
      returning n.digest_id
    ), owed as (
      insert into delivery (firm_id, digest_id, user_id, endpoint_id, channel, language)
      select m.firm_id, m.id, m.user_id, m.endpoint_id, m.channel, p.language
      from made m
      join period p on p.firm_id is not distinct from m.firm_id and p.user_id is not distinct from m.user_id
        and p.endpoint_id is not distinct from m.endpoint_id and p.channel = m.channel and p.mode = m.mode
      returning 1
    )
    select (select count(*) from owed) as digests, (select count(*) from assigned) as entries`.execute(
    app.db,
  );
  return { digests: Number(rows[0]?.digests ?? 0), entries: Number(rows[0]?.entries ?? 0) };
}
