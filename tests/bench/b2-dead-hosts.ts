import type { BenchDatabase } from './bench-server.ts';
import { interleave, median, type Benchmark } from './benchmark.ts';
import { insertSources, pollingWorker, secondsToPoll, startSites } from './watched-sources.ts';

const LIVE_HOSTS = 80;
const DEAD_HOSTS = 20;

/** B2: sources polled per second with 20 % of the hosts not answering, against the same without them. */
export const deadHosts: Benchmark = {
  run: async (bench) => {
    const per_host = bench.size(50, 10);
    const count = LIVE_HOSTS * per_host;
    const sites = await startSites(LIVE_HOSTS);
    const server = await bench.server();
    const [with_dead, without] = [await server.database('dead_hosts'), await server.database('live_hosts')];
    for (const database of [with_dead, without])
      await insertSources(database, { port: sites.port, hosts: LIVE_HOSTS, per_host });
    await insertSources(with_dead, { port: sites.port, hosts: DEAD_HOSTS, per_host, first_host: LIVE_HOSTS });
    const poll = (database: BenchDatabase) =>
      secondsToPoll(database, sites, { count, worker: pollingWorker(database), all_answer: false });
    for (const database of [with_dead, without]) await poll(database);
    const measured = await interleave(bench.pairs, {
      ours: async () => count / (await poll(with_dead)),
      peer: async () => count / (await poll(without)),
    });
    sites.stop();
    await with_dead.drop();
    await without.drop();
    const [ours, peers] = [median(measured.ours), median(measured.peer)];
    return [
      {
        id: 'B2',
        ours: `${ours.toFixed(0)}/s`,
        peer: `${peers.toFixed(0)}/s`,
        ratio: ours / peers,
        budget: { at_least: 0.9 },
        notes: [`${count} sources on ${LIVE_HOSTS} hosts that answer, and ${DEAD_HOSTS} hosts that never do`],
      },
    ];
  },
};
