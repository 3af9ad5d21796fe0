import { mkdtemp, chmod, rm, writeFile, readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { connect } from '#lib/server/db/connect.ts';
import { describeSchema } from '#lib/server/db/describe-schema.ts';
import { startEmbedded, stopEmbedded } from '#lib/server/db/embedded.ts';
import { migrate, migrationNames, MIGRATIONS_DIR } from '#lib/server/db/migrate.ts';
import { databaseTypes } from './database-types.ts';

/** `npm run schema`: writes migrations/schema.sql, migrations/checksums and the database types. */
const folder = await mkdtemp(join(tmpdir(), 'greenlane-schema-'));
await chmod(folder, 0o755);
try {
  const started = await startEmbedded(folder);
  if (!started.ok) throw new Error(started.problem);
  const migrated = await migrate(started.database.url);
  if (!migrated.ok) throw new Error(migrated.problem);
  const pool = connect(started.database.url, 'owner');
  await writeFile(join(MIGRATIONS_DIR, 'schema.sql'), await describeSchema(pool.db));
  await writeFile(
    resolve(import.meta.dirname, '../../src/lib/server/db/types.ts'),
    await databaseTypes(pool.db),
  );
  await pool.end();
  await writeChecksums();
} finally {
  await stopEmbedded(folder, { force: true });
  await rm(folder, { recursive: true, force: true });
}

/** Adds a line for each new migration and leaves the lines of landed ones alone: an edit is then found. */
async function writeChecksums(): Promise<void> {
  const file = join(MIGRATIONS_DIR, 'checksums');
  const known = new Map(
    (await readFile(file, 'utf8').catch(() => ''))
      .split('\n')
      .filter(Boolean)
      .map((line) => [line.slice(66), line] as const),
  );
  for (const name of await migrationNames(MIGRATIONS_DIR)) {
    const hash = createHash('sha256')
      .update(await readFile(join(MIGRATIONS_DIR, `${name}.ts`)))
      .digest('hex');
    if (!known.has(name)) known.set(name, `${hash}  ${name}`);
    else if (!known.get(name)?.startsWith(hash))
      console.error(
        `${name} differs from its recorded checksum: a landed migration is never edited; add a new one.`,
      );
  }
  await writeFile(file, `${[...known.values()].join('\n')}\n`);
}
