import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Pool } from '#lib/server/db/connect.ts';
import { describeSchema } from '#lib/server/db/describe-schema.ts';
import { migrationNames, MIGRATIONS_DIR } from '#lib/server/db/migrate.ts';
import { useDatabase } from '../support/database.ts';
import { databaseTypes } from '../support/database-types.ts';
import { TABLES_WITHOUT_POLICY } from '../support/tables-without-policy.ts';

const database = useDatabase();

/** Tables, partitions left out, that lack forced row security or a policy. */
async function unprotected(pool: Pool): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select n.nspname || '.' || c.relname as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'auth') and c.relkind in ('r', 'p') and not c.relispartition
      and c.relname not like 'kysely_migration%'
      and not (c.relrowsecurity and c.relforcerowsecurity and exists (select from pg_policy p where p.polrelid = c.oid))
    order by 1`.execute(pool.db);
  return rows.map(({ name }) => name);
}

describe('the schema', () => {
  it('is what schema.sql and the database types say', async () => {
    const { db } = database.current.owner;
    expect(await readFile(join(MIGRATIONS_DIR, 'schema.sql'), 'utf8')).toBe(await describeSchema(db));
    const types = await readFile(resolve(import.meta.dirname, '../../src/lib/server/db/types.ts'), 'utf8');
    expect(types).toBe(await databaseTypes(db));
  });

  it('comes from migrations that nobody edited after they landed', async () => {
    const recorded = (await readFile(join(MIGRATIONS_DIR, 'checksums'), 'utf8')).trim().split('\n').sort();
    const names = await migrationNames(MIGRATIONS_DIR);
    const now = await Promise.all(
      names.map(async (name) => {
        const text = await readFile(join(MIGRATIONS_DIR, `${name}.ts`));
        return `${createHash('sha256').update(text).digest('hex')}  ${name}`;
      }),
    );
    expect(recorded).toEqual(now.sort());
    expect(names.map((name) => Number(name.slice(0, 4)))).toEqual(names.map((_, index) => index + 1));
  });

  it('protects every table by a forced policy, or names the reason in the reviewed list', async () => {
    expect(await unprotected(database.current.owner)).toEqual(Object.keys(TABLES_WITHOUT_POLICY).sort());
  });

  it('finds a table that was added without a policy', async () => {
    const { owner } = database.current;
    await sql`create table forgotten (firm_id uuid)`.execute(owner.db);
    try {
      expect(await unprotected(owner)).toContain('public.forgotten');
    } finally {
      await sql`drop table forgotten`.execute(owner.db);
    }
  });

  it('gives rights to the two roles only', async () => {
    const { rows } = await sql<{ grantee: string }>`
      select distinct grantee from information_schema.table_privileges
      where table_schema in ('public', 'auth') and grantee <> current_user order by 1`.execute(
      database.current.owner.db,
    );
    expect(rows.map(({ grantee }) => grantee)).toEqual(['greenlane_app', 'greenlane_worker']);
  });
});
