import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { formatOfFile, type FileFormat } from '#lib/domain/tables/file-format.ts';
import { firmBySlug } from '#lib/server/accounts/firms.ts';
import { importClearance as importRecords, type ImportRequest } from '#lib/server/clearance/import.ts';
import { clientsByCode } from '#lib/server/clearance/import-clients.ts';
import type { ImportProgress } from '#lib/server/clearance/import-entry.ts';
import { importReceipts } from '#lib/server/clearance/import-receipts.ts';
import { firstProblems } from '#lib/server/clearance/import-problems.ts';
import { problemText } from '#lib/server/clearance/problem-text.ts';
import { isDatabaseLost } from '#lib/server/db/lost-database.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { sql } from 'kysely';
import type { App } from '#lib/server/app.ts';
import { misused, print, say, textOf, withApp, type Command } from './command.ts';

const PROBLEMS_SHOWN = 100;

const DATABASE_LOST =
  'The database was lost while the file was imported. What was stored before is kept. When the database runs again, import the file again: nothing is stored twice.';

/** The name under which a program is piped in. */
const STDIN = '-';

/**
 * Imports files for a firm, one after the other, and prints what became of the rows of each as one line of
 * JSON. `-` is the standard input; a file may be packed with gzip (.csv.gz).
 */
export const importClearance: Command = {
  usage: '[--firm S] [--format records|receipts] [--vendor V] [--charset C] FILE… (or - for stdin)',
  options: {
    firm: { type: 'string' },
    charset: { type: 'string' },
    format: { type: 'string' },
    vendor: { type: 'string' },
  },
  positionals: 1,
  takes_more: true,
  run: async ({ values, positionals, config }) => {
    const kind = textOf(values, 'format') || 'records';
    if (kind !== 'records' && kind !== 'receipts') return misused('--format is records or receipts.');
    for (const path of positionals) {
      if (path === STDIN) continue;
      if (!formatOf(path))
        return misused(`${path} is no file of records: .csv, .xlsx, .ndjson and .json are read.`);
      const info = await stat(path).catch(() => null);
      if (!info?.isFile()) return misused(`There is no file ${path}.`);
    }
    return withApp(config, async (app) => {
      const slug = textOf(values, 'firm') || (await onlyFirm(app));
      const firm = slug ? await firmBySlug(app, slug) : null;
      if (!firm) return misused(slug ? `There is no firm ${slug}.` : 'Say whose records they are: --firm S.');
      const clients = await clientsByCode(app, firm.id);
      let failed = 0;
      for (const path of positionals) {
        const about = { firm, clients, charset: textOf(values, 'charset') || null };
        const vendor = textOf(values, 'vendor') || undefined;
        try {
          if (!(await importOne(app, path, { ...about, kind, vendor }))) failed += 1;
        } catch (cause) {
          if (!isDatabaseLost(cause)) throw cause;
          say(DATABASE_LOST);
          return 1;
        }
      }
      return failed > 0 ? 1 : 0;
    });
  },
};

/** What comes by the standard input is CSV; a packed file has the format of the name before its ending. */
function formatOf(path: string): FileFormat | null {
  return path === STDIN ? 'csv' : formatOfFile(path.replace(/\.gz$/i, ''));
}

type About = Pick<ImportRequest, 'firm' | 'clients' | 'charset'> & {
  kind: 'records' | 'receipts';
  vendor: string | undefined;
};

/** False when the file could not be read to its end. */
async function importOne(app: App, path: string, about: About): Promise<boolean> {
  const { kind, vendor, ...whose } = about;
  const name = path === STDIN ? 'stdin' : basename(path);
  const file = {
    ...whose,
    actor_id: null,
    format: formatOf(path) ?? 'csv',
    file_name: name,
    bytes: path === STDIN ? process.stdin : createReadStream(path),
    bytes_total: path === STDIN ? null : (await stat(path)).size,
    on_progress: ({ received }: ImportProgress) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${name}: ${received.toLocaleString('en')} rows read`);
    },
  };
  const report =
    kind === 'receipts' ? await importReceipts(app, { ...file, vendor }) : await importRecords(app, file);
  if (process.stderr.isTTY) process.stderr.write('\n');
  const problems = await inFirm(app.db, whose.firm.id, (tx) =>
    firstProblems(tx, report.import_id, 'en', PROBLEMS_SHOWN),
  );
  for (const { line, field, message } of problems)
    say(`${name}, line ${line}${field ? `, ${field}` : ''}: ${message}`);
  const { problem, ...counts } = report;
  if (problem) say(`${name}: ${problemText(problem, 'en')}`);
  print(JSON.stringify({ ...counts, errors: problems }));
  return problem === null;
}

/** The slug of the firm where there is only one. */
async function onlyFirm(app: App): Promise<string | null> {
  const { rows } = await sql<{
    slug: string;
  }>`select slug from auth.firm where not is_sample order by slug limit 2`.execute(app.db);
  return rows.length === 1 ? (rows[0]?.slug ?? null) : null;
}
