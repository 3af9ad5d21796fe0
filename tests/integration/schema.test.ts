import { appendFile, cp, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeSchema } from '#lib/server/db/describe-schema.ts';
import { MIGRATIONS_DIR } from '#lib/server/db/migrate.ts';
import { useDatabase } from '../support/database.ts';
import { databaseTypes } from '../support/database-types.ts';
import { migrationProblems } from '../support/migration-order.ts';
import { DEFINER_FUNCTIONS, TABLES_WITHOUT_POLICY } from '../support/tables-without-policy.ts';

const database = useDatabase();

describe('the files beside the migrations', () => {
  test('say what a freshly migrated database is', async () => {
    const { db } = database.current.owner;
    expect(await readFile(join(MIGRATIONS_DIR, 'schema.sql'), 'utf8')).toBe(await describeSchema(db));
    const types = resolve(import.meta.dirname, '../../src/lib/server/db/types.ts');
    expect(await readFile(types, 'utf8')).toBe(await databaseTypes(db));
  });

  test('change when a table, a policy or a grant does', async () => {
    const { db } = database.current.owner;
    const before = await describeSchema(db);
    for (const change of [
      'create table extra (id int)',
      'grant select on extra to greenlane_app',
      'alter table extra enable row level security',
      'create policy everybody on extra using (true)',
    ]) {
      await database.current.owner.pg.query(change);
      expect(await describeSchema(db)).not.toBe(before);
    }
    await database.current.owner.pg.query('drop table extra');
    expect(await describeSchema(db)).toBe(before);
  });
});

describe('the migrations', () => {
  test('are numbered without a gap and are the ones that landed', async () => {
    expect(await migrationProblems(MIGRATIONS_DIR)).toEqual([]);
  });

  /** A copy of the folder in which something went wrong. */
  async function problemsAfter(damage: (folder: string) => Promise<unknown>): Promise<string[]> {
    const folder = await mkdtemp(join(tmpdir(), 'greenlane-migrations-'));
    try {
      await cp(MIGRATIONS_DIR, folder, { recursive: true });
      await damage(folder);
      return await migrationProblems(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  const first = '0001_tenancy';
  test.each<[string, (folder: string) => Promise<unknown>, string[]]>([
    [
      'edited after it landed',
      (folder) => appendFile(join(folder, `${first}.ts`), '\n'),
      [`${first} differs from its checksum: a landed migration is never edited`],
    ],
    [
      'removed',
      (folder) => rm(join(folder, '0002_idempotency.ts')),
      ['0002_idempotency is recorded in checksums and missing', 'number 2 is missing before 0003_accounts'],
    ],
    [
      'renumbered',
      (folder) => rename(join(folder, '0002_idempotency.ts'), join(folder, '0001_idempotency.ts')),
      [
        '0001_idempotency has no line in checksums; run npm run schema',
        '0002_idempotency is recorded in checksums and missing',
        'number 1 is used twice, by 0001_tenancy',
        'number 2 is missing before 0003_accounts',
      ],
    ],
    [
      'misnamed, so that it would never run',
      (folder) => writeFile(join(folder, '12_oops.ts'), ''),
      ['12_oops.ts is no name of a migration (0001_name.ts)'],
    ],
  ])('are found to be wrong when one is %s', async (_what, damage, problems) => {
    expect(await problemsAfter(damage)).toEqual(problems);
  });
});

/** What is not as the house order wants it, one sentence each. */
async function tableProblems(): Promise<string[]> {
  const { rows } = await database.current.owner.pg.query<{
    name: string;
    is_partition: boolean;
    is_forced: boolean;
    owner: string;
    grantees: string[];
    without_policy: string[];
    has_firm: boolean;
  }>(`
    select n.nspname || '.' || c.relname as name, c.relispartition as is_partition,
           c.relrowsecurity and c.relforcerowsecurity as is_forced, c.relowner::regrole::text as owner,
           g.grantees,
           array(select grantee from unnest(g.grantees) grantee where not exists (
             select from pg_policy p where p.polrelid = c.oid
               and (p.polroles = '{0}' or grantee in (select role::regrole::text from unnest(p.polroles) role)))) as without_policy,
           exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'firm_id' and not a.attisdropped) as has_firm
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    cross join lateral (
      select array(
        select distinct coalesce(nullif(a.grantee, 0)::regrole::text, 'public')
        from (select c.relacl as acl union all select t.attacl from pg_attribute t where t.attrelid = c.oid) acls
        cross join lateral aclexplode(acls.acl) a where a.grantee <> c.relowner order by 1) as grantees) g
    where n.nspname in ('public', 'auth') and c.relkind in ('r', 'p') and c.relname not like 'kysely_migration%'
    order by 1`);
  return rows.flatMap((table) => {
    const { name, grantees } = table;
    const problems: string[] = [];
    for (const role of grantees)
      if (role !== 'greenlane_app' && role !== 'greenlane_worker')
        problems.push(`${name} is granted to ${role}`);
    if (table.owner === 'greenlane_app' || table.owner === 'greenlane_worker')
      problems.push(`${name} belongs to ${table.owner}, who could lift its policies`);
    // A partition has no policies of its own: asked directly, it would answer with everything.
    if (table.is_partition)
      return grantees.length > 0 ? [...problems, `${name} is a partition with grants`] : problems;
    if (name in TABLES_WITHOUT_POLICY) return problems;
    if (!table.is_forced) problems.push(`${name} has no forced row security`);
    for (const role of table.without_policy)
      problems.push(`${name} is granted to ${role} without a policy for it`);
    return problems;
  });
}

/** Ways past the policies that are no tables: views of their owner, and functions that run as their owner. */
async function detours(): Promise<string[]> {
  const { rows } = await database.current.owner.pg.query<{ problem: string }>(
    `
    select n.nspname || '.' || c.relname || ' is a view with the rights of its owner' as problem
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'auth') and c.relkind in ('v', 'm')
      and not coalesce(c.reloptions @> '{security_invoker=true}' or c.reloptions @> '{security_invoker=on}', false)
      and exists (select from aclexplode(c.relacl) a where a.grantee <> c.relowner)
    union all
    select n.nspname || '.' || p.proname || ' is a function with the rights of its owner'
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname in ('public', 'auth') and p.prosecdef and n.nspname || '.' || p.proname <> all ($1)
    order by 1`,
    [Object.keys(DEFINER_FUNCTIONS)],
  );
  return rows.map(({ problem }) => problem);
}

describe('row security', () => {
  test('is forced on every table, with a policy for each role that may touch it', async () => {
    expect(await tableProblems()).toEqual([]);
    expect(await detours()).toEqual([]);
  });

  test('is left out only where the reviewed list gives a reason, of tables that there are', async () => {
    const { rows } = await database.current.owner.pg.query<{ name: string }>(
      `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname in ('public', 'auth') and c.relkind in ('r', 'p') and not c.relrowsecurity`,
    );
    const without = new Set(rows.map(({ name }) => name));
    for (const [name, reason] of Object.entries(TABLES_WITHOUT_POLICY)) {
      expect(without).toContain(name);
      expect(reason.split(' ').length).toBeGreaterThan(3);
    }
  });

  const T = 'public.forgotten';
  const policy = (role: string) => `create policy p on ${T} to ${role} using (firm_id = app_firm_id())`;
  const force = `alter table ${T} enable row level security; alter table ${T} force row level security`;
  test.each<[string, string[], string]>([
    ['has no policy', [], `${T} has no forced row security`],
    [
      'is not forced',
      [`alter table ${T} enable row level security`, policy('greenlane_app')],
      `${T} has no forced row security`,
    ],
    [
      'lacks a policy for a role',
      [force, policy('greenlane_worker'), `grant select on ${T} to greenlane_app`],
      `${T} is granted to greenlane_app without a policy for it`,
    ],
    [
      'lacks a policy for a role that may touch one column',
      [force, `grant update (firm_id) on ${T} to greenlane_worker`],
      `${T} is granted to greenlane_worker without a policy for it`,
    ],
    [
      'is open to everybody',
      [force, policy('public'), `grant select on ${T} to public`],
      `${T} is granted to public`,
    ],
    [
      'belongs to the application',
      [force, `grant create on schema public to greenlane_app`, `alter table ${T} owner to greenlane_app`],
      `${T} belongs to greenlane_app, who could lift its policies`,
    ],
  ])('is found missing on a table that %s', async (_what, statements, problem) => {
    const { pg } = database.current.owner;
    await pg.query(`create table ${T} (firm_id uuid)`);
    try {
      for (const statement of statements) await pg.query(statement);
      expect(await tableProblems()).toContain(problem);
    } finally {
      await pg.query(`drop table ${T}; revoke create on schema public from greenlane_app`);
    }
  });

  test('is found to be bypassed by a partition, a view or a function', async () => {
    const { pg } = database.current.owner;
    await pg.query(`
      create table ${T} (firm_id uuid) partition by list (firm_id);
      create table ${T}_1 partition of ${T} default;
      grant select on ${T}_1 to greenlane_app;
      create view ${T}_view as select * from ${T};
      grant select on ${T}_view to greenlane_app;
      create view ${T}_fine with (security_invoker = true) as select * from ${T};
      grant select on ${T}_fine to greenlane_app;
      create function ${T}_count() returns bigint language sql security definer as 'select count(*) from ${T}';`);
    try {
      expect(await tableProblems()).toContain(`${T}_1 is a partition with grants`);
      expect(await detours()).toEqual([
        `${T}_count is a function with the rights of its owner`,
        `${T}_view is a view with the rights of its owner`,
      ]);
    } finally {
      await pg.query(`drop function ${T}_count; drop view ${T}_view, ${T}_fine; drop table ${T}`);
    }
  });

  test('binds both roles: neither is a superuser, bypasses it, or owns anything', async () => {
    const { rows } = await database.current.owner.pg.query(
      `select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcanlogin from pg_roles
       where rolname in ('greenlane_app', 'greenlane_worker') order by 1`,
    );
    const bound = { rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcanlogin: false };
    expect(rows).toEqual([
      { rolname: 'greenlane_app', ...bound },
      { rolname: 'greenlane_worker', ...bound },
    ]);
  });

  test('is not shaken off by a reset of the role', async () => {
    const client = await database.current.app.pool.pg.connect();
    try {
      for (const climb of [
        'reset role',
        'set role none',
        'reset all',
        'discard all',
        'reset session authorization',
      ]) {
        await client.query(climb).catch(() => null);
        const { rows } = await client.query<{ name: string }>('select current_user::text as name');
        // `set role none` does return to the login user; nothing in the program sends it, and no input reaches SQL text.
        if (climb !== 'set role none')
          expect({ climb, name: rows[0]?.name }).toEqual({ climb, name: 'greenlane_app' });
        await client.query('set role greenlane_app');
      }
    } finally {
      client.release(true);
    }
  });
});
