import { Agent } from 'undici';
import { interleave, median, secondsOf, type Benchmark } from './benchmark.ts';
import { insertSources, pollingWorker, secondsToPoll, startSites, urlOf } from './watched-sources.ts';

const HOSTS = 100;
/** As many as a sweep asks at once. */
const AT_ONCE = 64;

/** Requests of one measurement: fewer sources are swept more often, and asked as often by the bare loop. */
const REQUESTS_MIN = 5_000;

/**
 * B1: sources polled per second (claim, gate, robots.txt, conditional GET, reschedule) against a bare loop, both in
 * their steady state. A worker runs for weeks: starting its processes and connections is no part of a poll, and the
 * loop keeps its connections too. Each sweep is whole, from its first claim until its last row is written.
 */
export const polling: Benchmark = {
  run: async (bench) => {
    const per_host = bench.size(50, 10);
    const count = HOSTS * per_host;
    const rounds = Math.ceil(REQUESTS_MIN / count);
    const sites = await startSites(HOSTS);
    const database = await (await bench.server()).database('polling');
    await insertSources(database, { port: sites.port, hosts: HOSTS, per_host });
    const agent = new Agent({ connections: 1, pipelining: 1 });
    const peer = async () => {
      let next = 0;
      const ask = async () => {
        while (next < rounds * count) {
          const at = next % count;
          next += 1;
          const url = urlOf(sites.port, at % HOSTS, Math.floor(at / HOSTS) + 1);
          const { origin, pathname } = new URL(url);
          const headers = { 'if-none-match': '"1"' };
          const response = await agent.request({ origin, path: pathname, method: 'GET', headers });
          await response.body.arrayBuffer();
        }
      };
      return (rounds * count) / (await secondsOf(() => Promise.all(Array.from({ length: AT_ONCE }, ask))));
    };
    // The first sweep reads robots.txt of each host and stores the pages once.
    const worker = pollingWorker(database);
    const sweepOnce = () => secondsToPoll(database, sites, { count, worker, all_answer: true });
    await sweepOnce();
    await peer();
    const measured = await interleave(bench.pairs, {
      ours: async () => {
        let seconds = 0;
        for (let round = 0; round < rounds; round += 1) seconds += await sweepOnce();
        return (rounds * count) / seconds;
      },
      peer,
    });
    await Promise.all([agent.close(), worker.close()]);
    sites.stop();
    await database.drop();
    const [ours, peers] = [median(measured.ours), median(measured.peer)];
    return [
      {
        id: 'B1',
        ours: `${ours.toFixed(0)}/s`,
        peer: `${peers.toFixed(0)}/s`,
        ratio: ours / peers,
        budget: { at_least: 0.4 },
        notes: [
          `${count} sources on ${HOSTS} hosts, 95 % answer 304; memory ${Math.round(process.memoryUsage().rss / 1e6)} MB`,
        ],
      },
    ];
  },
};
