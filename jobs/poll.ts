import { createApp } from '#lib/server/app.ts';
import { parseConfig } from '#lib/server/config.ts';
import { sweep } from '#lib/server/watch/sweep.ts';

/** What the worker does for the sources, one shot: checks those that are due, and prints what came of it. */
const parsed = parseConfig(process.env);
if (!parsed.ok || !parsed.config.database_url) {
  const why = parsed.ok ? ['DATABASE_URL is not set.'] : parsed.problems;
  process.stderr.write(`${why.join('\n')}\n`);
  process.exit(1);
}
const app = createApp({ ...parsed.config, database_url: parsed.config.database_url }, 'worker');
const watcher = app.watcher();
process.on('SIGTERM', watcher.stop);
process.on('SIGINT', watcher.stop);
try {
  process.stdout.write(`${JSON.stringify(await sweep(watcher, app.now()))}\n`);
} finally {
  await app.close();
}
