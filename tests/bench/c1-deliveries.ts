import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { Pool } from 'undici';
import { deliverDue } from '#lib/server/alerts/deliver.ts';
import { newSecret } from '#lib/server/alerts/sign.ts';
import { createGuardedAgent } from '#lib/server/net/guarded-agent.ts';
import { forgetAlerts, publishOnce, subscribedFirms, workerOf } from './alert-firms.ts';
import { interleave, median, secondsOf, type Benchmark } from './benchmark.ts';
import { startSink } from './sink.ts';

const LOOPBACK = '127.0.0.0/8';
/** As many connections as a loop by hand would open. */
const PEER_AT_ONCE = 64;

/** C1: signed deliveries per second (lease, sign, POST, attempt row) against a loop that signs and posts. */
export const deliveries: Benchmark = {
  run: async (bench) => {
    const count = bench.size(5_000, 1_000);
    const sink = await startSink('http');
    const url = `http://127.0.0.1:${sink.port}/hook`;
    const database = await (await bench.server()).database('deliveries');
    await subscribedFirms(database, { firms: count, channel: 'webhook', url });
    const worker = workerOf(database);
    const agent = createGuardedAgent([LOOPBACK]);
    const ours = async () => {
      await forgetAlerts(database);
      await publishOnce(database.app);
      let delivered = 0;
      const seconds = await secondsOf(async () => {
        ({ delivered } = await deliverDue(worker, { agent }));
      });
      if (delivered !== count) throw new Error(`${delivered} of ${count} were delivered`);
      return count / seconds;
    };
    const pool = new Pool(`http://127.0.0.1:${sink.port}`, { connections: PEER_AT_ONCE });
    const body = JSON.stringify({ type: 'pending_item.moved', timestamp: new Date(), data: 'x'.repeat(700) });
    const webhook = new Webhook(newSecret());
    const peer = async () => {
      let next = 0;
      const post = async () => {
        while (next < count) {
          next += 1;
          const [id, at] = [randomUUID(), new Date()];
          const response = await pool.request({
            path: '/hook',
            method: 'POST',
            headers: {
              'content-type': 'application/json',
              'webhook-id': id,
              'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
              'webhook-signature': webhook.sign(id, at, body),
            },
            body,
          });
          await response.body.dump();
        }
      };
      const seconds = await secondsOf(() => Promise.all(Array.from({ length: PEER_AT_ONCE }, post)));
      return count / seconds;
    };
    try {
      await ours();
      await peer();
      const measured = await interleave(bench.pairs, { ours, peer });
      const [our, their] = [median(measured.ours), median(measured.peer)];
      return [
        {
          id: 'C1',
          ours: `${our.toFixed(0)}/s`,
          peer: `${their.toFixed(0)}/s`,
          ratio: our / their,
          budget: { at_least: 0.6 },
        },
      ];
    } finally {
      sink.stop();
      await Promise.all([agent.destroy(), pool.destroy(), worker.close()]);
      await database.drop();
    }
  },
};
