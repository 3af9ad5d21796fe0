import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, PostgresDialect } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '#lib/server/db/connect.ts';
import { startEmbedded, stopEmbedded } from '#lib/server/db/embedded.ts';
import { migrate } from '#lib/server/db/migrate.ts';
import { up as markMonths } from '../../migrations/0055_stages-by-channel.ts';
import { administer, withDatabase } from '../support/template-database.ts';

/** A server of its own, in which the roles that keep firms apart do not exist yet. */
let folder = '';
let admin = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlane-server-'));
  await chmod(folder, 0o755);
  const started = await startEmbedded(folder);
  if (!started.ok) throw new Error(started.problem);
  admin = started.database.url;
});
afterAll(async () => {
  await stopEmbedded(folder, { force: true });
  await rm(folder, { recursive: true, force: true });
});

function as(user: string, database: string): string {
  const url = new URL(withDatabase(admin, database));
  url.username = user;
  url.password = 'pw';
  return url.href;
}

/** What a person would do who runs the statements of the sentence. */
async function obey(problem: string, database: string): Promise<void> {
  const statements = /: ((?:create|grant|alter) .*;)$/.exec(problem)?.[1] ?? '';
  expect(statements).not.toBe('');
  await administer(withDatabase(admin, database), statements);
}

async function problemOf(url: string): Promise<string> {
  const migrated = await migrate(url);
  expect(migrated.ok).toBe(false);
  return migrated.ok ? '' : migrated.problem;
}

describe('a database that somebody else runs', () => {
  test('says what to grant to a user who may do nothing, until it works', async () => {
    await administer(
      admin,
      `create role "Li Wei" login password 'pw'`,
      'create database strict',
      'revoke all on database strict from public',
      'grant connect on database strict to "Li Wei"',
    );
    await administer(withDatabase(admin, 'strict'), 'revoke all on schema public from public');
    const url = as('Li Wei', 'strict');

    const roles = await problemOf(url);
    expect(roles).toBe(
      'The database user "Li Wei" may not create or use the roles that keep firms apart. As a superuser, run: ' +
        'create role greenlane_app nologin; create role greenlane_worker nologin; grant greenlane_app, greenlane_worker to "Li Wei";',
    );
    await obey(roles, 'strict');

    const tables = await problemOf(url);
    expect(tables).toMatch(
      /^The database user "Li Wei" may not create the tables of Greenlane \(no schema has been selected/,
    );
    await obey(tables, 'strict');

    const temporary = await problemOf(url);
    expect(temporary).toBe(
      'Imports need temporary tables, which greenlane_app and greenlane_worker may not make in the database strict. ' +
        'As its owner or a superuser, run: grant temporary on database strict to greenlane_app, greenlane_worker;',
    );
    await obey(temporary, 'strict');

    expect(await migrate(url)).toMatchObject({ ok: true });
  });

  test('asks for the grant alone where the roles are there', async () => {
    await administer(
      admin,
      `create role newcomer login password 'pw'`,
      'create database newcomers owner newcomer',
    );
    const problem = await problemOf(as('newcomer', 'newcomers'));
    expect(problem).toMatch(/run: grant greenlane_app, greenlane_worker to newcomer;$/);
    await obey(problem, 'newcomers');
    expect(await migrate(as('newcomer', 'newcomers'))).toMatchObject({ ok: true });
  });

  test('says how a user who inherits nothing may change what the roles own', async () => {
    await administer(
      admin,
      `create role heirless login noinherit password 'pw'`,
      'create database heirless owner heirless',
    );
    const url = as('heirless', 'heirless');
    await obey(await problemOf(url), 'heirless');
    const inheritance = await problemOf(url);
    expect(inheritance).toMatch(/does not inherit the rights of the roles .* with inherit true;$/);
    await obey(inheritance, 'heirless');
    expect(await migrate(url)).toMatchObject({ ok: true });
  });

  test('is given the temporary tables by its owner, where everybody lost them', async () => {
    await administer(
      admin,
      `create role careful login createrole password 'pw'`,
      'grant greenlane_app, greenlane_worker to careful',
      'create database careful owner careful',
      'revoke all on database careful from public',
    );
    expect(await migrate(as('careful', 'careful'))).toMatchObject({ ok: true });
  });

  test('has every month counted anew, also when its owner is no superuser', async () => {
    await administer(
      admin,
      `do $$ begin
         if to_regrole('greenlane_app') is null then
           create role greenlane_app nologin; create role greenlane_worker nologin;
         end if;
       end $$`,
      `create role upgrader login password 'pw'`,
      'grant greenlane_app, greenlane_worker to upgrader',
      'create database upgraded owner upgrader',
    );
    const url = as('upgrader', 'upgraded');
    expect(await migrate(url)).toMatchObject({ ok: true });
    const pool = connect(url, 'owner', { size: 1 });
    try {
      await administer(
        withDatabase(admin, 'upgraded'),
        `insert into auth.firm (slug, name) values ('kept', 'Kept records')`,
        `insert into clearance_month (firm_id, direction, month, is_stale)
         select id, 'export', '2026-05-01', false from auth.firm`,
      );
      const untyped = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: pool.pg }) });
      await untyped.transaction().execute(markMonths);
      const { rows } = await pool.pg.query(
        `select is_stale, (select relforcerowsecurity from pg_class where relname = 'clearance_month') as is_forced
         from clearance_month`,
      );
      expect(rows).toEqual([{ is_stale: true, is_forced: true }]);
    } finally {
      await pool.end();
    }
  });

  test('is used in the schema public, also by a user with a schema of their own name', async () => {
    await administer(
      admin,
      `create role owner15 login superuser password 'pw'`,
      'create database schemas owner owner15',
    );
    await administer(withDatabase(admin, 'schemas'), 'create schema owner15 authorization owner15');
    expect(await migrate(as('owner15', 'schemas'))).toMatchObject({ ok: true });
    const pool = connect(as('owner15', 'schemas'), 'greenlane_app', { size: 1 });
    try {
      await expect(pool.pg.query('select from kysely_migration')).resolves.toBeDefined();
    } finally {
      await pool.end();
    }
  });

  test.each([
    [
      'a password that is wrong',
      () => as('newcomer', 'strict').replace(':pw@', ':wrong@'),
      /refused the user or password/,
    ],
    ['a user who may not connect', () => as('newcomer', 'strict'), /may not connect to that database/],
    [
      'a database that is not there',
      () => as('newcomer', 'nowhere'),
      /does not exist\. Create it \(createdb\)/,
    ],
    [
      'a port that nobody listens on',
      () => 'postgres://a:b@127.0.0.1:1/c',
      /cannot be reached \(ECONNREFUSED\)/,
    ],
    ['a host that is not there', () => 'postgres://a:b@nowhere.invalid/c', /cannot be reached \(E/],
  ])('is refused by a sentence with %s', async (_what, url, sentence) => {
    expect(await problemOf(url())).toMatch(sentence);
  });
});

/** As much of PostgreSQL as tells its version: https://www.postgresql.org/docs/current/protocol-message-formats.html */
function fakePostgres(version: string, { refusals = 0 } = {}): Promise<{ url: string; server: Server }> {
  let left = refusals;
  const message = (type: string, body: Buffer) => {
    const head = Buffer.alloc(5);
    head.write(type);
    head.writeInt32BE(body.byteLength + 4, 1);
    return Buffer.concat([head, body]);
  };
  const ready = message('Z', Buffer.from('I'));
  const starting = message(
    'E',
    Buffer.from('SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0'),
  );
  const value = Buffer.alloc(6);
  value.writeInt16BE(1);
  value.writeInt32BE(version.length, 2);
  const column = Buffer.concat([Buffer.from('\0\x01version\0'), Buffer.alloc(18)]);
  column.writeInt32BE(25, column.byteLength - 12);
  const answer = Buffer.concat([
    message('T', column),
    message('D', Buffer.concat([value, Buffer.from(version)])),
    message('C', Buffer.from('SELECT 1\0')),
    ready,
  ]);
  const server = createServer((socket: Socket) => {
    let is_known = false;
    socket.on('error', () => {});
    socket.on('data', (data) => {
      if (is_known) return data[0] === 0x51 ? void socket.write(answer) : void socket.end();
      is_known = true;
      if (left > 0) {
        left -= 1;
        socket.end(starting);
      } else socket.write(Buffer.concat([message('R', Buffer.alloc(4)), ready]));
    });
  });
  return new Promise((done) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      done({ url: `postgres://a:b@127.0.0.1:${port}/c`, server });
    }),
  );
}

describe('a server of another age', () => {
  test('that is too old is named with what to do', async () => {
    const { url, server } = await fakePostgres('140011');
    try {
      expect(await problemOf(url)).toBe(
        'The database is PostgreSQL 14; Greenlane needs 15 or newer. Upgrade it, or leave DATABASE_URL empty to use the built-in one.',
      );
    } finally {
      server.close();
    }
  });

  test('that is just starting is waited for', async () => {
    const { url, server } = await fakePostgres('140011', { refusals: 2 });
    try {
      expect(await problemOf(url)).toMatch(/^The database is PostgreSQL 14;/);
    } finally {
      server.close();
    }
  });
});
