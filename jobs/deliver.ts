import { createApp } from '#lib/server/app.ts';
import { deliverDue } from '#lib/server/alerts/deliver.ts';
import { closePeriods } from '#lib/server/alerts/digests.ts';
import { parseConfig } from '#lib/server/config.ts';

/** What the worker does for messages, one shot: closes the digests that are due, then delivers what is due. */
const parsed = parseConfig(process.env);
if (!parsed.ok || !parsed.config.database_url) {
  const why = parsed.ok ? ['DATABASE_URL is not set.'] : parsed.problems;
  process.stderr.write(`${why.join('\n')}\n`);
  process.exit(1);
}
const app = createApp({ ...parsed.config, database_url: parsed.config.database_url }, 'worker');
try {
  const closed = await closePeriods(app);
  process.stdout.write(`${JSON.stringify({ ...closed, ...(await deliverDue(app)) })}\n`);
} finally {
  await app.close();
}
// Connections to receivers are kept open for a next message that will not come.
process.exit();
