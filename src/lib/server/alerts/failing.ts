import { sql } from 'kysely';
import type { Tx } from '#lib/server/db/connect.ts';
import { appendEvent } from '#lib/server/events/append.ts';

export type Failing = {
  /** Null for mail. */
  endpoint_id: string | null;
  firm_id: string | null;
  state: 'dead_letter' | 'paused' | 'disabled';
  name: string | null;
  /** The outage that it belongs to, so that one outage is told once. */
  since: Date;
};

/**
 * Tells the owner that messages do not arrive, by other channels than the one that fails: in the inbox, and by
 * mail to owners and managers unless it is mail that fails. Once an outage, however many messages it swallowed.
 */
export async function tellOfFailing(tx: Tx, failing: readonly Failing[], at: Date): Promise<void> {
  for (const { endpoint_id, firm_id, state, name, since } of once(failing, at)) {
    const what = endpoint_id ?? `mail:${firm_id ?? 'operator'}`;
    const told = await appendEvent(tx, {
      kind: 'endpoint.failing',
      audience: firm_id === null ? 'operator' : { firm_id },
      subject_id: endpoint_id,
      unique_key: `endpoint.failing:${what}:${state}:${since.toISOString()}`,
      data: { state, name: endpoint_id === null ? null : name },
    });
    if (!told) continue;
    await sql`
      insert into alert (firm_id, event_id, in_inbox, reasons) values (${firm_id}, ${told.id}, true, '[]')
      on conflict on constraint alert_once do update set in_inbox = true`.execute(tx);
    if (endpoint_id === null) continue;
    // Whoever follows everything would be told of it by the very endpoint that fails.
    await sql`
      delete from delivery d using alert a
      where a.event_id = ${told.id} and d.alert_id = a.id and d.endpoint_id = ${endpoint_id}`.execute(tx);
    await sql`
      insert into delivery (firm_id, alert_id, channel, language)
      select a.firm_id, a.id, 'email', coalesce((select f.language from auth.firm f where f.id = a.firm_id), 'en')
      from alert a where a.event_id = ${told.id}
      on conflict on constraint delivery_once do nothing`.execute(tx);
  }
}

/** Of mail there is no outage with a beginning: it is told once a day. */
function once(failing: readonly Failing[], at: Date): Failing[] {
  const found = new Map<string, Failing>();
  for (const one of failing) {
    const since =
      one.endpoint_id === null ? new Date(Math.floor(at.getTime() / 86_400_000) * 86_400_000) : one.since;
    found.set(`${one.endpoint_id} ${one.firm_id} ${one.state}`, { ...one, since });
  }
  return [...found.values()];
}
