import { sql } from 'kysely';
import type { DeliveryChannel, HealthHours } from '#lib/domain/alerts/delivery.ts';
import type { App } from '#lib/server/app.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';

/** How one channel fares over all firms. */
export type ChannelHealth = {
  channel: DeliveryChannel;
  delivered: number;
  delivered_last_hour: number;
  dead: number;
  waiting: number;
  /** Due for longer than a lease lasts, and taken up by nobody: workers are down or do not keep up. */
  overdue: number;
  oldest_waiting_at: Date | null;
  /** From the event to the receipt. */
  p50_seconds: number | null;
  p95_seconds: number | null;
};
/** Why attempts failed; null where fewer than five firms have the problem. */
export type ChannelProblem = {
  channel: DeliveryChannel;
  problem: string | null;
  attempts: number | null;
  firms: number | null;
};

const ROWS_MAX = 200;

/** Deliveries of all firms together, as the operator may see them: no firm, no address and no message. */
export async function deliveryHealth(
  app: App,
  { hours, channel, now }: { hours: HealthHours; channel: DeliveryChannel | null; now: Date },
): Promise<{ channels: ChannelHealth[]; problems: ChannelProblem[] }> {
  const since = new Date(now.getTime() - hours * 3_600_000);
  const only = channel === null ? sql`true` : sql`h.channel = ${channel}`;
  return asOperator(app.db, async (tx) => {
    const channels = await sql<ChannelHealth>`
      select h.* from delivery_health(${since}) h where ${only} order by h.channel`.execute(tx);
    const problems = await sql<ChannelProblem>`
      select h.* from delivery_problems(${since}) h where ${only}
      order by h.attempts desc nulls last, h.channel, h.problem limit ${ROWS_MAX}`.execute(tx);
    return { channels: channels.rows, problems: problems.rows };
  });
}
