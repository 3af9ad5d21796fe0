import { askDashboard, WHOLE } from './dashboard-query.ts';
import { interleave, median, secondsOf, type Benchmark } from './benchmark.ts';

/** Dashboards of one measurement: enough that the clock's grain and a stray pause do not matter. */
const DASHBOARDS = 10;

/**
 * E3: dashboards per second with row-level security against the same without. The owner of the built-in
 * database is a superuser, whom no policy touches; everything else about the two is the same.
 */
export const policies: Benchmark = {
  run: async (bench) => {
    const { database, firm } = await bench.loaded(bench.records);
    const { app, owner } = database;
    const unwatched = { ...app, db: owner.db, pool: owner };
    const measure = async (as: typeof app) => {
      const seconds = await secondsOf(async () => {
        for (let count = 0; count < DASHBOARDS; count += 1) await askDashboard(as, firm, WHOLE);
      });
      return DASHBOARDS / seconds;
    };
    await measure(app);
    await measure(unwatched);
    const measured = await interleave(bench.pairs, {
      ours: () => measure(app),
      peer: () => measure(unwatched),
    });
    const [ours, peer] = [median(measured.ours), median(measured.peer)];
    return [
      {
        id: 'E3',
        ours: `${ours.toFixed(1)}/s`,
        peer: `${peer.toFixed(1)}/s`,
        ratio: ours / peer,
        budget: { at_least: 0.95 },
      },
    ];
  },
};
