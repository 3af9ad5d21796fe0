import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import { findDeliveryFaults } from '#lib/server/alerts/check-deliveries.ts';
import { deliverDue } from '#lib/server/alerts/deliver.ts';
import { deliveryFlow } from '#lib/server/alerts/delivery-flow.ts';
import { deliveryHealth } from '#lib/server/alerts/delivery-health.ts';
import { endpointHealth } from '#lib/server/alerts/endpoint-health.ts';
import { asOwner } from '#lib/server/db/tenancy.ts';
import { useDataDir } from '../support/accounts.ts';
import { aFirm, anEndpoint, happens, subscribe, useReceiver } from '../support/alerts.ts';
import { useDatabase } from '../support/database.ts';

const receiver = useReceiver({
  broken: (_request, response) => response.writeHead(500).end('secret detail'),
});
const database = useDatabase({ DATA_DIR: useDataDir(), ALLOW_PRIVATE_ADDRESSES: '127.0.0.0/8' });
const deliver = () => deliverDue(database.current.worker, { clock: async () => new Date() });

beforeEach(async () => {
  await sql`truncate alert, subscription, endpoint cascade`.execute(database.current.owner.db);
  await sql`update auth.firm set suspended_at = null`.execute(database.current.owner.db);
});

/** Firms with one endpoint each that answers by this path, subscribed to everything. */
async function firmsAt(path: string, count: number) {
  const { app, owner } = database.current;
  const made = [];
  for (let n = 0; n < count; n += 1) {
    const who = await aFirm(owner);
    const { id } = await anEndpoint(app, who.actor, { url: `${receiver.url}/${path}` });
    await subscribe(app, who.actor, { channels: [{ kind: 'webhook', endpoint_id: id }] });
    made.push({ ...who, endpoint_id: id });
  }
  return made;
}

describe('the operator', () => {
  const asked = () => ({ hours: 24 as const, channel: null, now: new Date() });

  test('sees what left and what waits over all firms, and problems with counts from five firms on', async () => {
    await firmsAt('fine', 3);
    await firmsAt('broken', 4);
    await happens(database.current.app);
    await deliver();
    const few = await deliveryHealth(database.current.app, asked());
    expect(few.channels).toMatchObject([
      { channel: 'webhook', delivered: 3, delivered_last_hour: 3, waiting: 4, dead: 0, overdue: 0 },
    ]);
    expect(few.channels[0]?.oldest_waiting_at).toBeInstanceOf(Date);
    expect(few.problems).toEqual([
      { channel: 'webhook', problem: 'server_error', attempts: null, firms: null },
    ]);
    await firmsAt('broken', 1);
    await happens(database.current.app);
    await deliver();
    const { problems } = await deliveryHealth(database.current.app, asked());
    expect(problems).toMatchObject([{ problem: 'server_error', firms: 5 }]);
    expect((await deliveryHealth(database.current.app, { ...asked(), channel: 'email' })).channels).toEqual(
      [],
    );
  });

  test('alone sees it: in a firm the same functions answer nothing', async () => {
    const [who] = await firmsAt('fine', 1);
    await happens(database.current.app);
    const rows = await asOwner(database.current.app.db, who?.firm.id ?? '', async (tx) => [
      ...(await sql`select * from delivery_health('2000-01-01')`.execute(tx)).rows,
      ...(await sql`select * from delivery_problems('2000-01-01')`.execute(tx)).rows,
    ]);
    expect(rows).toEqual([]);
  });
});

describe('a firm', () => {
  test('sees how its own endpoints and channels fare, and nothing of another firm', async () => {
    const [fine, broken] = [await firmsAt('fine', 1), await firmsAt('broken', 1)].map(([one]) => one);
    if (!fine || !broken) throw new Error('two firms were made');
    await happens(database.current.app);
    await deliver();
    const { app } = database.current;
    expect(await endpointHealth(app, fine)).toEqual(
      new Map([[fine.endpoint_id, { delivered: 1, waiting: 0, dead: 0, last_problem: null }]]),
    );
    expect(await endpointHealth(app, broken)).toEqual(
      new Map([[broken.endpoint_id, { delivered: 0, waiting: 1, dead: 0, last_problem: 'server_error' }]]),
    );
    expect(await deliveryFlow(app, fine)).toMatchObject([
      { channel: 'webhook', delivered_last_hour: 1, waiting: 0, oldest_waiting_at: null },
    ]);
    const [flow] = await deliveryFlow(app, broken);
    expect(flow).toMatchObject({ delivered_last_day: 0, waiting: 1 });
    expect(flow?.oldest_waiting_at).toBeInstanceOf(Date);
  });
});

describe('the check', () => {
  async function findings() {
    const { app, worker } = database.current;
    const found = [];
    for await (const one of findDeliveryFaults({ app, worker, now: new Date() })) found.push(one);
    return found;
  }

  test('finds nothing wrong with what was told and delivered, or waits for its next attempt', async () => {
    await firmsAt('fine', 1);
    await firmsAt('broken', 1);
    await happens(database.current.app);
    await deliver();
    expect(await findings()).toEqual([]);
  });

  test('reports an event without its alert, and deliveries without endpoint, held for ever or overdue, and mends two', async () => {
    const { owner, app } = database.current;
    const [gone, held, late, untold] = await firmsAt('fine', 4);
    await happens(app);
    await sql`update endpoint set state = 'disabled' where id = ${gone?.endpoint_id}`.execute(owner.db);
    await sql`
      update delivery set lease_token = gen_random_uuid(), leased_until = now() + interval '1 day'
      where endpoint_id = ${held?.endpoint_id}`.execute(owner.db);
    await sql`
      update delivery set next_attempt_at = now() - interval '1 hour' where endpoint_id = ${late?.endpoint_id}`.execute(
      owner.db,
    );
    await sql`delete from alert where firm_id = ${untold?.firm.id}`.execute(owner.db);
    const found = await findings();
    expect(found.map(({ sentence }) => sentence)).toEqual([
      expect.stringContaining(`Firm ${untold?.firm.id} is subscribed to event`),
      expect.stringContaining('waits for an endpoint that was deleted or switched off'),
      expect.stringContaining('longer than any lease lasts'),
      expect.stringContaining('1 deliveries are due'),
    ]);
    for (const { mend } of found) await mend?.run();
    expect(await findings()).toHaveLength(2);
    expect(await deliver()).toMatchObject({ delivered: 2 });
  });
});
