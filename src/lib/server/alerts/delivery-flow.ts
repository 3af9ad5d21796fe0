import { sql } from 'kysely';
import type { DeliveryChannel } from '#lib/domain/alerts/delivery.ts';
import type { App } from '#lib/server/app.ts';
import { asOwner } from '#lib/server/db/tenancy.ts';
import { recipientOf, type Who } from './recipient.ts';

/** How one channel fares: what left it, what waits and since when. */
export type ChannelFlow = {
  channel: DeliveryChannel;
  delivered_last_hour: number;
  delivered_last_day: number;
  dead_last_day: number;
  waiting: number;
  oldest_waiting_at: Date | null;
};

/** A delivery is tried for three days; what ended in the last day was made within this. */
const LOOKED_BACK_DAYS = 7;

/** Channels that nothing was owed by of late, and nothing waits in, are left out. */
export async function deliveryFlow(app: App, { actor, firm }: Who): Promise<ChannelFlow[]> {
  const { rows } = await asOwner(app.db, recipientOf(actor, firm).firm_id, (tx) =>
    sql<ChannelFlow>`
      select d.channel,
             (count(*) filter (where d.state = 'delivered' and d.finished_at > now() - interval '1 hour'))::int as delivered_last_hour,
             (count(*) filter (where d.state = 'delivered' and d.finished_at > now() - interval '1 day'))::int as delivered_last_day,
             (count(*) filter (where d.state = 'dead' and d.finished_at > now() - interval '1 day'))::int as dead_last_day,
             (count(*) filter (where d.state = 'pending'))::int as waiting,
             min(d.created_at) filter (where d.state = 'pending') as oldest_waiting_at
      from delivery d
      where d.state = 'pending' or d.created_at > now() - ${LOOKED_BACK_DAYS}::int * interval '1 day'
      group by d.channel order by d.channel limit 10`.execute(tx),
  );
  return rows;
}
