import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { z } from 'zod';
import { ROOT } from '../support/run-tool.ts';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { firmBySlug } from '#lib/server/accounts/firms.ts';
import type { Bench } from './benchmark.ts';
import type { BenchDatabase, BenchServer } from './bench-server.ts';
import { FIRM_USCC, writeClearanceFile } from './clearance-file.ts';

export const FIRM_SLUG = 'bench';

const imported = z.object({
  received: z.number(),
  accepted: z.number(),
  duplicates: z.number(),
  rejected: z.number(),
  seconds: z.number(),
  peak_mb: z.number(),
});
export type Imported = z.infer<typeof imported>;

/** The CSV file of this many records, written when first asked for. */
export async function clearanceFile(bench: Omit<Bench, 'loaded'>, records: number): Promise<string> {
  const path = join(bench.folder, `records-${records}.csv`);
  if (!existsSync(path)) {
    bench.say(`  writes a file of ${records.toLocaleString('en')} records`);
    await writeClearanceFile(path, records);
  }
  return path;
}

/** A firm, and the categories that its file names, as an analyst would have filled them in. */
export async function prepareFirm({ owner }: BenchDatabase): Promise<string> {
  const slugs = ['stroller', 'high-chair', 'feeding-bottle', 'bath-tub', 'play-mat'];
  for (const [index, slug] of slugs.entries())
    await sql`update category set slug = ${slug}, name = ${slug}, name_zh = ${slug} where slot = ${10 + index}`.execute(
      owner.db,
    );
  const { rows } = await sql<{ id: string }>`
    insert into auth.firm (slug, name, uscc, customs_office)
    values (${FIRM_SLUG}, 'Sample Infant Goods', ${FIRM_USCC}, '3104') returning id`.execute(owner.db);
  const [firm] = rows;
  if (!firm) throw new Error('the firm was not inserted');
  return firm.id;
}

const IMPORT_PROCESS = join(ROOT, 'tests/bench/import-process.ts');

/** Imports a file in a process of its own, with the flags that every process of the program is started with. */
export function importFile(database: BenchDatabase, path: string): Promise<Imported> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [...process.execArgv, IMPORT_PROCESS, FIRM_SLUG, path], {
      cwd: ROOT,
      env: { ...process.env, DATABASE_URL: database.url },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.once('error', failed);
    child.once('close', (code) => {
      if (code === 0) done(imported.parse(JSON.parse(text)));
      else failed(new Error(`the import ended with code ${code}`));
    });
  });
}

/** A firm with this many records imported, in a database of its own, and the file they came from. */
export type LoadedFirm = { database: BenchDatabase; firm: Firm; file: string };

/** Loads a firm once for all benchmarks of the run that ask for the same number of records. */
export function firmLoader(bench: Omit<Bench, 'loaded'>): (records: number) => Promise<LoadedFirm> {
  const loaded = new Map<number, Promise<LoadedFirm>>();
  return (records) => {
    let firm = loaded.get(records);
    if (!firm) loaded.set(records, (firm = load(bench, records)));
    return firm;
  };
}

async function load(bench: Omit<Bench, 'loaded'>, records: number): Promise<LoadedFirm> {
  const file = await clearanceFile(bench, records);
  const server: BenchServer = await bench.server();
  const database = await server.database(`records_${records}`);
  await prepareFirm(database);
  bench.say(`  imports ${records.toLocaleString('en')} records`);
  await importFile(database, file);
  // What autovacuum does within minutes of an import, so that no measurement runs beside it.
  await sql`vacuum analyze`.execute(database.owner.db);
  const firm = await firmBySlug(database.app, FIRM_SLUG);
  if (!firm) throw new Error('the firm is gone');
  return { database, firm, file };
}
