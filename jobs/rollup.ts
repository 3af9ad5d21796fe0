import { createApp } from '#lib/server/app.ts';
import { mergeCohorts } from '#lib/server/clearance/cohorts.ts';
import { resumeRollups } from '#lib/server/clearance/resume-rollups.ts';
import { parseConfig } from '#lib/server/config.ts';

/** What the worker does for the numbers, one shot: rolls up what is stale, then merges what is due, to the end. */
const parsed = parseConfig(process.env);
if (!parsed.ok || !parsed.config.database_url) {
  const why = parsed.ok ? ['DATABASE_URL is not set.'] : parsed.problems;
  process.stderr.write(`${why.join('\n')}\n`);
  process.exit(1);
}
const app = createApp({ ...parsed.config, database_url: parsed.config.database_url }, 'worker');
try {
  const total = { months: 0, cohort_months: 0, cohort_cells: 0 };
  for (let done = 1; done > 0;) {
    const rolled = await resumeRollups(app, app.now());
    const merged = await mergeCohorts(app, app.now());
    total.months += rolled.months;
    total.cohort_months += merged.months;
    total.cohort_cells += merged.cells;
    done = rolled.months + merged.months;
  }
  process.stdout.write(`${JSON.stringify(total)}\n`);
} finally {
  await app.close();
}
