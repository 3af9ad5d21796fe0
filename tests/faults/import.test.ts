import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { createKey } from '#lib/server/accounts/keys.ts';
import { createApp } from '#lib/server/app.ts';
import { parseConfig } from '#lib/server/config.ts';
import { connect, type Pool } from '#lib/server/db/connect.ts';
import { startEmbedded, stopEmbedded } from '#lib/server/db/embedded.ts';
import { migrate } from '#lib/server/db/migrate.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { writeClearanceFile } from '../bench/clearance-file.ts';
import { clearanceContents } from '../support/clearance-contents.ts';
import { seeded } from '../support/clearance-file.ts';
import { createFirm } from '../support/factories.ts';
import { ROOT } from '../support/run-tool.ts';
import { freePort, until } from '../support/start.ts';

/** More than two batches, so that a kill meets an import in the middle of its transactions. */
const ROWS = 120_000;
const KILLS = process.env.LONG ? 20 : 4;
/** A file that corrects one declaration in so many, and is killed as well. */
const CORRECTED_EVERY = 7;
const TIMEOUT_MS = process.env.LONG ? 1_800_000 : 300_000;

let folder: string;
let port: number;
let url: string;
let owner: Pool;
let files: { first: string; correction: string };
const linesOf: Record<string, number> = {};
/** What the tables hold after both files were imported by a process that nobody killed, and how long that took. */
let clean: { contents: Awaited<ReturnType<typeof clearanceContents>>; import_ms: number };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlane-import-'));
  await chmod(folder, 0o755);
  await startDatabase();
  const migrated = await migrate(url);
  if (!migrated.ok) throw new Error(migrated.problem);
  await loadReference(owner.db);
  files = await writeFiles();
  const firm = await createFirm(owner);
  const since = Date.now();
  const imported = await importedBy(firm, files.first);
  const import_ms = Date.now() - since;
  expect(imported.code, imported.output).toBe(0);
  expect(JSON.parse(imported.output)).toMatchObject({ rejected: 2 });
  expect((await importedBy(firm, files.correction)).code).toBe(0);
  clean = { contents: await clearanceContents(owner.pg, firm.id), import_ms };
  expect(clean.contents.clearance_revision?.rows).toBeGreaterThan(1000);
}, TIMEOUT_MS);

afterAll(async () => {
  await owner.end();
  await stopEmbedded(join(folder, 'data'), { force: true });
  await rm(folder, { recursive: true, force: true });
});

async function startDatabase(): Promise<number> {
  const started = await startEmbedded(join(folder, 'data'), { port: port || undefined });
  if (!started.ok) throw new Error(started.problem);
  ({ url, port } = started.database);
  owner = connect(url, 'owner', { size: 2, name: 'greenlane test' });
  return started.database.pid;
}

/** Both files end with a line that contradicts one far above it; the first has a bad row besides. */
async function writeFiles(): Promise<typeof files> {
  const [first, correction] = [join(folder, 'first.csv'), join(folder, 'correction.csv')];
  await writeClearanceFile(first, ROWS);
  const [header = '', ...lines] = (await readFile(first, 'utf8')).trimEnd().split('\n');
  const later = (line: string, hours: number) =>
    line.replace(/(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),(\w+)$/, (_, released: string, uscc: string) => {
      const moved = new Date(Date.parse(`${released.replace(' ', 'T')}Z`) + hours * 3_600_000);
      return `${moved.toISOString().slice(0, 19).replace('T', ' ')},${uscc}`;
    });
  const bad = (lines[7] ?? '').replace(/^\d{18}/, '3.10420260000742E+17');
  await writeFile(first, [header, ...lines, bad, later(lines[4] ?? '', 1)].join('\n'));
  const changed = lines.filter((_, index) => index % CORRECTED_EVERY === 0).map((line) => later(line, 2));
  await writeFile(correction, [header, ...changed, later(changed[3] ?? '', 5)].join('\n'));
  linesOf[first] = lines.length + 2;
  linesOf[correction] = changed.length + 1;
  return { first, correction };
}

/** The command line as a process of its own. */
function startImport(firm: Firm, file: string): ChildProcess {
  return spawn(
    process.execPath,
    [join(ROOT, 'src/cli.ts'), 'import', 'clearance', '--firm', firm.slug, file],
    {
      cwd: ROOT,
      env: { ...process.env, DATABASE_URL: url, LOG_LEVEL: 'silent' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
}

async function importedBy(
  firm: Firm,
  file: string,
): Promise<{ code: number | null; output: string; errors: string }> {
  const child = startImport(firm, file);
  let output = '';
  let errors = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const code = await new Promise<number | null>((done) => child.once('close', (status) => done(status)));
  return { code, output, errors };
}

/** Kills the process at a moment of its work that the seed chooses. */
async function killedDuring(child: ChildProcess, fraction: number): Promise<void> {
  const ended = once(child, 'exit');
  await sleep(clean.import_ms * fraction);
  child.kill('SIGKILL');
  await ended;
}

/** The same tables with the same content, and no month left stale. */
async function expectAsClean(firm: Firm): Promise<void> {
  expect(await clearanceContents(owner.pg, firm.id)).toEqual(clean.contents);
}

describe('an import', () => {
  it(
    'ends as an undisturbed one when it is killed at any moment and run again, from the command line',
    async () => {
      const random = seeded(9);
      const firm = await createFirm(owner);
      for (const file of [files.first, files.correction]) {
        for (let kill = 0; kill < KILLS; kill += 1)
          await killedDuring(startImport(firm, file), 0.1 + 0.9 * random());
        expect((await importedBy(firm, file)).code).toBe(0);
      }
      await expectAsClean(firm);
    },
    TIMEOUT_MS,
  );

  it(
    'ends as an undisturbed one when the web process is killed and the file is sent again',
    async () => {
      const random = seeded(10);
      const firm = await createFirm(owner);
      const secret = await keyOf(firm);
      for (const file of [files.first, files.correction]) {
        for (let kill = 0; kill < KILLS / 2; kill += 1) {
          const web = await startWeb();
          const sent = send(web.origin, secret, file).catch(() => null);
          await killedDuring(web.child, 0.1 + 0.9 * random());
          await sent;
        }
        const web = await startWeb();
        const sent = await send(web.origin, secret, file);
        expect(sent).toMatchObject({ status: 200, report: { received: linesOf[file] } });
        web.child.kill('SIGKILL');
      }
      await expectAsClean(firm);
    },
    TIMEOUT_MS,
  );

  it(
    'says that the database was lost, keeps what was stored, and is completed by another run',
    async () => {
      const firm = await createFirm(owner);
      const running = importedBy(firm, files.first);
      await until('a batch is stored', 120_000, async () => {
        const { rows } = await owner.pg.query('select from clearance where firm_id = $1 limit 1', [firm.id]);
        return rows.length > 0;
      });
      const pid = Number(
        (await readFile(join(folder, 'data', 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0],
      );
      process.kill(pid, 'SIGKILL');
      const lost = await running;
      expect(lost.code).toBe(1);
      expect(lost.errors).toContain('The database was lost while the file was imported.');
      expect(lost.errors).not.toMatch(/\n\s+at /);
      await owner.end();
      await startDatabase();
      const stored = await clearanceContents(owner.pg, firm.id);
      expect(stored.clearance?.rows).toBeGreaterThan(0);
      for (const file of [files.first, files.correction]) expect((await importedBy(firm, file)).code).toBe(0);
      await expectAsClean(firm);
    },
    TIMEOUT_MS,
  );
});

async function keyOf(firm: Firm): Promise<string> {
  const parsed = parseConfig({ DATABASE_URL: url, DATA_DIR: join(folder, 'web'), LOG_LEVEL: 'silent' });
  if (!parsed.ok) throw new Error(parsed.problems.join(' '));
  const app = createApp({ ...parsed.config, database_url: url }, 'test');
  const key = await createKey(app, { firm_slug: firm.slug, scopes: ['clearance:write'] });
  await app.close();
  if (!key.ok) throw new Error(key.problem);
  return key.secret;
}

async function startWeb(): Promise<{ child: ChildProcess; origin: string }> {
  const web_port = String(await freePort());
  const child = spawn(process.execPath, [join(ROOT, 'src/web.ts')], {
    cwd: ROOT,
    env: {
      ...process.env,
      DATABASE_URL: url,
      DATA_DIR: join(folder, 'web'),
      PORT: web_port,
      LOG_LEVEL: 'silent',
      NODE_ENV: 'production',
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const origin = `http://127.0.0.1:${web_port}`;
  await until('the web process answers', 60_000, () =>
    fetch(`${origin}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  return { child, origin };
}

async function send(
  origin: string,
  secret: string,
  file: string,
): Promise<{ status: number; report: unknown }> {
  const { statusCode, body } = await request(`${origin}/api/v1/clearance/imports`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'text/csv' },
    body: createReadStream(file),
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return { status: statusCode, report: await body.json() };
}
