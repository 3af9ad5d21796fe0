import type { App } from '#lib/server/app.ts';
import { extractPending } from '#lib/server/documents/extract-pending.ts';
import { sweep } from '#lib/server/supervisor/sweep.ts';

/** What a job did, in counts; one log line a run. */
export type JobCounts = Record<string, number>;
export type Job = { name: string; cron: string; run: (app: App) => Promise<JobCounts> };

/**
 * The only file that knows cron strings (with seconds, in Asia/Shanghai). A tick is only a hint: each job
 * asks the database what is due.
 */
export const schedule: readonly Job[] = [
  { name: 'extract', cron: '*/5 * * * * *', run: (app) => extractPending(app, app.now()) },
  { name: 'sweep', cron: '0 17 * * * *', run: sweep },
];
