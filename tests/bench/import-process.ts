import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createApp } from '#lib/server/app.ts';
import { firmBySlug } from '#lib/server/accounts/firms.ts';
import { importClearance } from '#lib/server/clearance/import.ts';
import { parseConfig } from '#lib/server/config.ts';

/**
 * Imports one CSV file in a process of its own, as the command line does, and prints how long it took and
 * the most memory that the process ever held: `node import-process.ts FIRM FILE` with DATABASE_URL.
 */
const [slug = '', path = ''] = process.argv.slice(2);
const parsed = parseConfig({ ...process.env, LOG_LEVEL: 'silent' });
if (!parsed.ok || !parsed.config.database_url) throw new Error('DATABASE_URL is missing');
const app = createApp({ ...parsed.config, database_url: parsed.config.database_url }, 'bench');
const firm = await firmBySlug(app, slug);
if (!firm) throw new Error(`there is no firm ${slug}`);

const since = performance.now();
const report = await importClearance(app, {
  firm,
  actor_id: null,
  format: 'csv',
  charset: null,
  file_name: 'records.csv',
  bytes: createReadStream(path),
});
const seconds = (performance.now() - since) / 1000;
await app.close();
console.log(JSON.stringify({ ...report, seconds, peak_mb: await peakMegabytes() }));

/** The high-water mark of resident memory; Linux counts it anew for a new program, getrusage does not. */
async function peakMegabytes(): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1];
  return Number(kilobytes ?? process.resourceUsage().maxRSS) / 1024;
}
