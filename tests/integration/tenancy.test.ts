import { randomUUID } from 'node:crypto';
import { text as readAll } from 'node:stream/consumers';
import { CompiledQuery } from 'kysely';
import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Db } from '#lib/server/db/connect.ts';
import { asOperator, asOwner, inFirm } from '#lib/server/db/tenancy.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm } from '../support/factories.ts';
import { TABLES_WITHOUT_POLICY } from '../support/tables-without-policy.ts';
import { insertion, insertMinimalRow, minimalRow, quotedTable } from '../support/tenant-rows.ts';

/**
 * Every tenant table × every verb × every way of standing to its rows, from the catalogue, so that a table
 * that a later migration adds is in the matrix without anybody thinking of it.
 */
const database = useDatabase();

const VERBS = ['select', 'insert', 'update', 'delete', 'copy', 'function'] as const;
type Verb = (typeof VERBS)[number];
/** `reached`: rows were read, written, or refused by a rule of their own. `empty`: none was there to see. */
type Outcome = 'reached' | 'empty' | 'refused';
/** A trigger or a foreign key refused a row that it first had to see. */
const REFUSED_BY_A_RULE = ['P0001', '23503', '23001'];

let firm_a = '';
let firm_b = '';

beforeAll(async () => {
  const { owner } = database.current;
  // What a function does, it does with the rights of whoever calls it.
  await owner.pg
    .query(`create function matrix_count(name text, firm uuid) returns bigint language plpgsql as $$
    declare n bigint; begin execute format('select count(*) from %s where firm_id = $1', name) into n using firm; return n; end $$`);
  firm_a = (await createFirm(owner)).id;
  firm_b = (await createFirm(owner)).id;
});

async function tenantTables(): Promise<string[]> {
  const { rows } = await database.current.owner.pg.query<{ name: string }>(
    `select n.nspname || '.' || c.relname as name
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attname = 'firm_id' and not a.attisdropped
     where n.nspname in ('public', 'auth') and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
  );
  return rows.map(({ name }) => name).filter((name) => !(name in TABLES_WITHOUT_POLICY));
}

/** Whether the role of the application has this right on the table at all. */
async function isGranted(table: string, asked: Verb): Promise<boolean> {
  const verb = asked === 'copy' || asked === 'function' ? 'select' : asked;
  const { rows } = await database.current.owner.pg.query<{ is_granted: boolean }>(
    verb === 'delete'
      ? `select has_table_privilege('greenlane_app', $1, $2) as is_granted`
      : `select has_any_column_privilege('greenlane_app', $1, $2) as is_granted`,
    [quotedTable(table), verb],
  );
  return rows[0]?.is_granted ?? false;
}

/** A column that the application may change, the firm's first. */
async function updatableColumn(table: string): Promise<string> {
  const { rows } = await database.current.owner.pg.query<{ name: string }>(
    `select attname as name from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped
       and has_column_privilege('greenlane_app', attrelid, attnum, 'update')
     order by attname <> 'firm_id', attnum limit 1`,
    [quotedTable(table)],
  );
  return rows[0]?.name ?? 'firm_id';
}

function updateNothing(name: string, column: string): string {
  return `update ${name} set "${column}" = "${column}" where firm_id = $1`;
}

/** Rows of one firm in every way that a statement can touch them. The insert is of a row that fits. */
async function statement(
  table: string,
  verb: Verb,
  firm_id: string,
): Promise<{ text: string; values: unknown[] }> {
  const name = quotedTable(table);
  switch (verb) {
    case 'select':
      return { text: `select firm_id from ${name} where firm_id = $1`, values: [firm_id] };
    case 'insert':
      return insertion(table, await minimalRow(database.current.owner.pg, table, firm_id));
    case 'update':
      // Of a table that is only added to, a column or two may be changed all the same.
      return { text: updateNothing(name, await updatableColumn(table)), values: [firm_id] };
    case 'delete':
      return { text: `delete from ${name} where firm_id = $1`, values: [firm_id] };
    case 'copy':
      // COPY takes no parameters; the id is a uuid that PostgreSQL made.
      return {
        text: `copy (select firm_id from ${name} where firm_id = '${firm_id}') to stdout`,
        values: [],
      };
    case 'function':
      return { text: `select 1 where matrix_count($1, $2) > 0`, values: [name, firm_id] };
    default:
      return verb satisfies never;
  }
}

/** The setting that `inFirm` or `asOperator` makes, or none. */
type Who = { firm_id: string } | 'operator' | 'nobody';

/** Runs it in a transaction of its own that leaves nothing behind. */
async function attempt(
  client: pg.PoolClient,
  who: Who,
  { text, values }: { text: string; values: unknown[] },
): Promise<Outcome> {
  await client.query('begin');
  try {
    if (who === 'operator') await client.query(`select set_config('app.is_operator', 'on', true)`);
    else if (who !== 'nobody')
      await client.query(`select set_config('app.firm_id', $1, true)`, [who.firm_id]);
    if (text.startsWith('copy ')) return (await readAll(client.query(copyTo(text)))) ? 'reached' : 'empty';
    const { rowCount } = await client.query(text, values);
    return rowCount ? 'reached' : 'empty';
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : null;
    if (code === '42501') return 'refused';
    if (REFUSED_BY_A_RULE.some((one) => one === code)) return 'reached';
    throw cause;
  } finally {
    await client.query('rollback');
  }
}

async function withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await database.current.app.pool.pg.connect();
  try {
    return await work(client);
  } finally {
    client.release();
  }
}

/** What each way of standing to the rows of one firm comes to. */
async function outcomes(table: string, verb: Verb) {
  const { owner } = database.current;
  // A firm of its own for each try: some tables hold one row a firm.
  const firm = (await createFirm(owner)).id;
  if (verb !== 'insert') await insertMinimalRow(owner.pg, table, firm);
  const touch = await statement(table, verb, firm);
  return withClient(async (client) => {
    const own = await attempt(client, { firm_id: firm }, touch);
    const other = await attempt(client, { firm_id: firm_b }, touch);
    const operator = await attempt(client, 'operator', touch);
    const nobody = await attempt(client, 'nobody', touch);
    // The setting ends with its transaction, also on a connection that the pool hands out again.
    const again = await attempt(client, { firm_id: firm }, touch);
    const after_rollback = await attempt(client, 'nobody', touch);
    await client.query('begin');
    await client.query(`select set_config('app.firm_id', $1, true)`, [firm]);
    await client.query('commit');
    const reused = await attempt(client, 'nobody', touch);
    await client.query('begin');
    await client.query(`select set_config('app.firm_id', $1, true)`, [firm]);
    await client.query('select 1 / 0').catch(() => {});
    await client.query('rollback');
    const after_error = await attempt(client, 'nobody', touch);
    return { own, again, others: { other, operator, nobody, after_rollback, reused, after_error } };
  });
}

describe('a firm', () => {
  test('reads and writes its own rows of every tenant table, and never those of another firm', async () => {
    const tables = await tenantTables();
    expect(tables.length).toBeGreaterThan(5);
    const wrong: unknown[] = [];
    for (const table of tables)
      for (const verb of VERBS) {
        const own = (await isGranted(table, verb)) ? 'reached' : 'refused';
        const found = await outcomes(table, verb);
        const denied = (outcome: Outcome) =>
          outcome === 'refused' || (verb !== 'insert' && outcome === 'empty');
        const is_right =
          found.own === own && found.again === own && Object.values(found.others).every(denied);
        if (!is_right) wrong.push({ table, verb, should_be: own, ...found });
      }
    expect(wrong).toEqual([]);
  }, 300_000);

  test('cannot give a row of its own to another firm', async () => {
    const { owner } = database.current;
    const wrong: string[] = [];
    for (const table of await tenantTables()) {
      if (!(await isGranted(table, 'update'))) continue;
      const firm_id = (await createFirm(owner)).id;
      await insertMinimalRow(owner.pg, table, firm_id);
      const text = `update ${quotedTable(table)} set firm_id = $2 where firm_id = $1`;
      const give = { text, values: [firm_id, firm_b] };
      if ((await withClient((client) => attempt(client, { firm_id }, give))) !== 'refused') wrong.push(table);
    }
    expect(wrong).toEqual([]);
  });

  test('cannot make a row that belongs to the operator', async () => {
    const { owner } = database.current;
    const wrong: string[] = [];
    for (const table of await tenantTables()) {
      const firm_id = (await createFirm(owner)).id;
      const without = { ...(await minimalRow(owner.pg, table, firm_id)), firm_id: null };
      const outcome = await withClient((client) =>
        attempt(client, { firm_id }, insertion(table, without)),
      ).catch((cause: unknown) => {
        // A table that holds firms' rows alone has none without a firm.
        if (cause instanceof Error && 'code' in cause && cause.code === '23502') return 'refused';
        throw cause;
      });
      if (outcome !== 'refused') wrong.push(table);
    }
    expect(wrong).toEqual([]);
  });
});

describe('the matrix', () => {
  const LEAK = 'public.leaking_record';
  const make = async (policy: string) => {
    await database.current.owner.pg.query(`
      create table ${LEAK} (id uuid primary key default gen_random_uuid(), firm_id uuid not null references auth.firm (id), amount int not null check (amount >= 10));
      grant select, insert, update, delete on ${LEAK} to greenlane_app;
      alter table ${LEAK} enable row level security; alter table ${LEAK} force row level security;
      create policy leak on ${LEAK} to greenlane_app ${policy};`);
  };
  const drop = () => database.current.owner.pg.query(`drop table ${LEAK}`);

  test.each([
    ['lets everybody read', 'using (true) with check (firm_id = app_firm_id())', 'select'],
    ['lets everybody copy', 'using (true) with check (firm_id = app_firm_id())', 'copy'],
    ['lets everybody read by a function', 'using (true)', 'function'],
    ['lets everybody write', 'using (firm_id = app_firm_id()) with check (true)', 'insert'],
    ['takes no firm for every firm', `using (firm_id = coalesce(app_firm_id(), firm_id))`, 'delete'],
  ] as const)('finds a policy that %s', async (_what, policy, verb) => {
    await make(policy);
    try {
      expect(await tenantTables()).toContain(LEAK);
      const found = await outcomes(LEAK, verb);
      expect(found.own).toBe('reached');
      expect(Object.values(found.others)).toContain('reached');
    } finally {
      await drop();
    }
  });

  test('finds a policy that shuts out the firm itself', async () => {
    await make('using (false) with check (false)');
    try {
      expect(await outcomes(LEAK, 'select')).toMatchObject({ own: 'empty' });
      expect(await outcomes(LEAK, 'insert')).toMatchObject({ own: 'refused' });
    } finally {
      await drop();
    }
  });

  test('asks for a factory where it cannot make a row', async () => {
    await database.current.owner.pg.query(
      `create table public.strange (firm_id uuid not null, a int not null, b int not null, check (a * b = 7919 * 104729))`,
    );
    try {
      await expect(minimalRow(database.current.owner.pg, 'public.strange', firm_a)).rejects.toThrow(
        /public\.strange .*factory/,
      );
    } finally {
      await database.current.owner.pg.query('drop table public.strange');
    }
  });
});

describe('inFirm, asOperator and asOwner', () => {
  const current = CompiledQuery.raw('select app_firm_id() as firm, app_is_operator() as operator');
  const read = async (db: Db) => (await db.executeQuery(current)).rows[0];

  test('set what the policies read, and only within their transaction', async () => {
    const { db } = database.current.app;
    expect(await inFirm(db, firm_a, read)).toEqual({ firm: firm_a, operator: false });
    expect(await asOperator(db, read)).toEqual({ firm: null, operator: true });
    expect(await asOwner(db, firm_b, read)).toEqual({ firm: firm_b, operator: false });
    expect(await asOwner(db, null, read)).toEqual({ firm: null, operator: true });
    for (let turn = 0; turn < 20; turn += 1) expect(await read(db)).toEqual({ firm: null, operator: false });
  });

  test.each(['', 'x', `${randomUUID()}'; select 1; --`, randomUUID().toUpperCase()])(
    'refuse %j for a firm',
    (firm_id) => {
      expect(() => inFirm(database.current.app.db, firm_id, async () => null)).toThrow('lower-case uuid');
    },
  );

  test('undo the work that threw, and forget its firm', async () => {
    const { db } = database.current.app;
    await expect(inFirm(db, firm_a, () => Promise.reject(new Error('stop')))).rejects.toThrow('stop');
    expect(await read(db)).toEqual({ firm: null, operator: false });
  });
});
