import { sql } from 'kysely';
import type { App } from '#lib/server/app.ts';
import { asOwner } from '#lib/server/db/tenancy.ts';
import { ENDPOINTS_MAX } from './endpoint.ts';
import { recipientOf, type Who } from './recipient.ts';

/** What came of the deliveries to an endpoint that were made lately. */
export type EndpointHealth = {
  delivered: number;
  waiting: number;
  dead: number;
  /** Why the newest one that failed did. */
  last_problem: string | null;
};

/** Older failures say nothing of how a receiver fares today. */
const HEALTH_DAYS = 30;

/** By the id of the endpoint; one that nothing was sent to is absent. */
export async function endpointHealth(app: App, { actor, firm }: Who): Promise<Map<string, EndpointHealth>> {
  const { rows } = await asOwner(app.db, recipientOf(actor, firm).firm_id, (tx) =>
    sql<EndpointHealth & { endpoint_id: string }>`
      select d.endpoint_id,
             (count(*) filter (where d.state = 'delivered'))::int as delivered,
             (count(*) filter (where d.state = 'pending'))::int as waiting,
             (count(*) filter (where d.state = 'dead'))::int as dead,
             (array_agg(d.problem order by d.created_at desc) filter (where d.problem is not null))[1] as last_problem
      from delivery d join endpoint p on p.id = d.endpoint_id
      where p.deleted_at is null and d.created_at > now() - ${HEALTH_DAYS}::int * interval '1 day'
      group by d.endpoint_id limit ${ENDPOINTS_MAX}`.execute(tx),
  );
  return new Map(rows.map(({ endpoint_id, ...health }) => [endpoint_id, health]));
}
