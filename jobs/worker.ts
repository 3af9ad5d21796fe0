import cron from 'node-cron';
import { createApp } from '#lib/server/app.ts';
import { parseConfig } from '#lib/server/config.ts';
import { asSupervisedChild } from '#lib/server/supervisor/child.ts';
import { schedule } from './schedule.ts';

/** The worker process: ticks, and drains on SIGTERM. Run as many as you like against one database. */
const DRAIN_MS = 1_000;

const parsed = parseConfig(process.env);
if (!parsed.ok || !parsed.config.database_url) {
  const why = parsed.ok
    ? ['DATABASE_URL is not set; npm start sets it for its own database.']
    : parsed.problems;
  process.stderr.write(`${why.join('\n')}\n`);
  process.exit(1);
}
const app = createApp({ ...parsed.config, database_url: parsed.config.database_url }, 'worker');
const running = new Set<Promise<void>>();

const tasks = schedule.map(({ name, cron: expression, run }) =>
  cron.schedule(
    expression,
    async () => {
      const started_at = performance.now();
      const work = run(app).then(
        (counts) => {
          const is_idle = Object.values(counts).every((count) => count === 0);
          app.log[is_idle ? 'debug' : 'info'](
            { job: name, ms: Math.round(performance.now() - started_at), ...counts },
            'job ran',
          );
        },
        (cause: unknown) =>
          app.log.error({ job: name, err: cause }, 'job failed; it is tried again at its next tick'),
      );
      running.add(work);
      await work;
      running.delete(work);
    },
    { name, noOverlap: true, timezone: 'Asia/Shanghai' },
  ),
);

const child = asSupervisedChild(async () => {
  app.watcher().stop();
  for (const task of tasks) await task.destroy();
  await Promise.race([Promise.all(running), new Promise((done) => setTimeout(done, DRAIN_MS))]);
  await app.close();
});
child.ready();
