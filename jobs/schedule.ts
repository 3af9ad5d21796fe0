import { deliverDue } from '#lib/server/alerts/deliver.ts';
import { closePeriods } from '#lib/server/alerts/digests.ts';
import { escalateDue } from '#lib/server/alerts/escalation.ts';
import { watchHours } from '#lib/server/alerts/watch-hours.ts';
import type { App } from '#lib/server/app.ts';
import { sealAudit } from '#lib/server/audit/seal.ts';
import { recomputeDue } from '#lib/server/clearance/recompute-receipts.ts';
import { mergeCohorts } from '#lib/server/clearance/cohorts.ts';
import { resumeRollups } from '#lib/server/clearance/resume-rollups.ts';
import { fillImpacts } from '#lib/server/alerts/fill-impacts.ts';
import { redecide } from '#lib/server/eligibility/redecide.ts';
import { refreshImpacts } from '#lib/server/eligibility/refresh-impacts.ts';
import { deleteDueFirms } from '#lib/server/data-rights/deletion.ts';
import { eraseOutlived } from '#lib/server/data-rights/erase-outlived.ts';
import { extractPending, requeueOutdated } from '#lib/server/documents/extract-pending.ts';
import { forgetOldAnswers } from '#lib/server/http/idempotency.ts';
import { foldFiles } from '#lib/server/watch/fold-files.ts';
import { rematchDue } from '#lib/server/watch/matching/archive.ts';
import { matchUnmatched } from '#lib/server/watch/matching/match-items.ts';
import { noteSilence } from '#lib/server/watch/note-silence.ts';
import { sweep } from '#lib/server/watch/sweep.ts';

/** What a job did, in counts; one log line a run. */
export type JobCounts = Record<string, number>;
export type Job = { name: string; cron: string; run: (app: App) => Promise<JobCounts> };

/**
 * The only file that knows cron strings (with seconds, in Asia/Shanghai). A tick is only a hint: each job
 * asks the database what is due.
 */
export const schedule: readonly Job[] = [
  { name: 'deliver', cron: '* * * * * *', run: (app) => deliverDue(app) },
  { name: 'close-periods', cron: '10 * * * * *', run: (app) => closePeriods(app) },
  { name: 'escalate', cron: '30 */5 * * * *', run: (app) => escalateDue(app) },
  { name: 'extract', cron: '*/5 * * * * *', run: (app) => extractPending(app, app.now()) },
  { name: 'requeue-outdated', cron: '15 */10 * * * *', run: (app) => requeueOutdated(app, app.now()) },
  { name: 'recompute-receipts', cron: '*/20 * * * * *', run: recomputeDue },
  { name: 'resume-rollups', cron: '*/30 * * * * *', run: (app) => resumeRollups(app, app.now()) },
  { name: 'merge-cohorts', cron: '20 * * * * *', run: (app) => mergeCohorts(app, app.now()) },
  { name: 'fold-files', cron: '*/5 * * * * *', run: foldDue },
  { name: 'poll', cron: '*/5 * * * * *', run: (app) => sweep(app.watcher(), app.now()) },
  { name: 'note-silence', cron: '50 */10 * * * *', run: (app) => noteSilence(app, app.now()) },
  { name: 'match', cron: '*/5 * * * * *', run: matchUnmatched },
  { name: 'rematch', cron: '*/10 * * * * *', run: (app) => app.db.transaction().execute(rematchDue) },
  { name: 'refresh-impacts', cron: '*/10 * * * * *', run: refreshImpacts },
  { name: 'fill-impacts', cron: '5,15,25,35,45,55 * * * * *', run: fillImpacts },
  { name: 'redecide', cron: '3,33 * * * * *', run: redecide },
  { name: 'watch-hours', cron: '25 */5 * * * *', run: watchHours },
  { name: 'seal-audit', cron: '40 * * * * *', run: (app) => sealAudit(app, app.now()) },
  { name: 'delete-firms', cron: '10 23 * * * *', run: (app) => deleteDueFirms(app, app.now()) },
  { name: 'erase-outlived', cron: '10 33 * * * *', run: (app) => eraseOutlived(app, app.now()) },
  { name: 'forget-old-answers', cron: '0 17 * * * *', run: forgetOldAnswers },
];

async function foldDue(app: App): Promise<JobCounts> {
  const { folded } = await foldFiles(app.watcher(), { now: app.now() });
  return { folded };
}
