import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { formatOfFile } from '#lib/domain/clearance/file-format.ts';
import { firmBySlug } from '#lib/server/accounts/firms.ts';
import { importClearance as importRecords } from '#lib/server/clearance/import.ts';
import { firstProblems } from '#lib/server/clearance/import-problems.ts';
import { problemText } from '#lib/server/clearance/problem-text.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { sql } from 'kysely';
import type { App } from '#lib/server/app.ts';
import { misused, print, say, textOf, withApp, type Command } from './command.ts';

const PROBLEMS_SHOWN = 100;

/** Imports a file for a firm and prints what became of its rows as one line of JSON. */
export const importClearance: Command = {
  usage: '[--firm S] [--charset C] FILE',
  options: { firm: { type: 'string' }, charset: { type: 'string' } },
  positionals: 1,
  run: async ({ values, positionals, config }) => {
    const [path = ''] = positionals;
    const format = formatOfFile(path);
    if (!format) return misused(`${path} is no file of records: .csv, .xlsx, .ndjson and .json are read.`);
    const info = await stat(path).catch(() => null);
    if (!info?.isFile()) return misused(`There is no file ${path}.`);
    return withApp(config, async (app) => {
      const slug = textOf(values, 'firm') || (await onlyFirm(app));
      const firm = slug ? await firmBySlug(app, slug) : null;
      if (!firm) return misused(slug ? `There is no firm ${slug}.` : 'Say whose records they are: --firm S.');
      const report = await importRecords(app, {
        firm,
        actor_id: null,
        format,
        charset: textOf(values, 'charset') || null,
        file_name: basename(path),
        bytes: createReadStream(path),
        on_progress: ({ received }) => {
          if (process.stderr.isTTY) process.stderr.write(`\r${received.toLocaleString('en')} rows read`);
        },
      });
      if (process.stderr.isTTY) process.stderr.write('\n');
      const problems = await inFirm(app.db, firm.id, (tx) =>
        firstProblems(tx, report.import_id, 'en', PROBLEMS_SHOWN),
      );
      for (const { line, field, message } of problems)
        say(`line ${line}${field ? `, ${field}` : ''}: ${message}`);
      const { problem, ...counts } = report;
      if (problem) say(problemText(problem, 'en'));
      print(JSON.stringify({ ...counts, errors: problems }));
      return problem ? 1 : 0;
    });
  },
};

/** The slug of the firm where there is only one. */
async function onlyFirm(app: App): Promise<string | null> {
  const { rows } = await sql<{
    slug: string;
  }>`select slug from auth.firm where not is_sample order by slug limit 2`.execute(app.db);
  return rows.length === 1 ? (rows[0]?.slug ?? null) : null;
}
