import { Readable } from 'node:stream';
import { sql } from 'kysely';
import pg from 'pg';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { scopesOfFirmRole, type Firm } from '#lib/domain/accounts/actor.ts';
import { importClearance } from '#lib/server/clearance/import.ts';
import { OVERVIEW_TABLES, overviewVersion } from '#lib/server/clearance/overview-version.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm, firmActor } from '../support/factories.ts';

const database = useDatabase();
let firm: Firm;
let other: Firm;

beforeAll(async () => {
  await loadReference(database.current.app.db);
  firm = await createFirm(database.current.owner);
  other = await createFirm(database.current.owner);
  await add(firm, 1, 4);
});

async function add(to: Firm, serial: number, hours: number): Promise<void> {
  const released = new Date(Date.parse('2026-06-01T01:00:00Z') + hours * 3_600_000).toISOString();
  const number = `310420260${String(serial).padStart(9, '0')}`;
  await importClearance(database.current.app, {
    firm: to,
    actor_id: null,
    format: 'csv',
    charset: null,
    file_name: 'one.csv',
    bytes: Readable.from([
      Buffer.from(
        `declaration_no,product_name,declared_at,released_at\n${number},crib,2026-06-01T01:00:00Z,${released}\n`,
      ),
    ]),
  });
}

const version = (of: Firm) => overviewVersion(database.current.app.pool.pg, of.id);

/** What the page itself loads, as the framework calls it; only what `load` takes of an event is there. */
async function loadPage(): Promise<{ kind: string; may_keep: boolean }> {
  const scopes = scopesOfFirmRole('owner');
  const locals = {
    app: database.current.app,
    actor: {
      ...firmActor(firm, [...scopes]),
      kind: 'person',
      role: 'owner',
      operator_roles: [],
      memberships: [],
    },
    language: 'en',
    request_id: 'R-TESTTEST',
    may_keep_page: false,
  };
  const route = { id: '/(app)/overview' };
  const event = { locals, route, url: new URL('http://127.0.0.1:3000/overview') };
  for (const module of [
    await import('../../src/routes/+layout.server.ts'),
    await import('../../src/routes/(app)/+layout.server.ts'),
  ])
    await loadOf(module)(event);
  const { kind } = await loadOf(await import('../../src/routes/(app)/overview/+page.server.ts'))(event);
  return { kind, may_keep: locals.may_keep_page };
}

function loadOf(module: unknown): Load {
  return z.object({ load: z.custom<Load>((value) => typeof value === 'function') }).parse(module).load;
}
type Load = (event: object) => Promise<{ kind: string }>;

describe('the version of an overview', () => {
  it('stays while nothing is written, and is another after an import, a correction and a failed file', async () => {
    const seen = [await version(firm)];
    expect(await version(firm)).toBe(seen[0]);
    await add(firm, 2, 5);
    seen.push(await version(firm));
    await add(firm, 2, 6);
    seen.push(await version(firm));
    await add(firm, 3, -6);
    seen.push(await version(firm));
    expect(new Set(seen).size).toBe(4);
  });

  it('says nothing about what other firms import', async () => {
    const before = await version(firm);
    await add(other, 9, 4);
    expect(await version(firm)).toBe(before);
  });

  it.each([
    ['the least n', sql`update clearance_setting set min_n = min_n + 1`],
    ['a baseline', sql`update baseline set definition_confirmed = not definition_confirmed`],
    ['the name of a category', sql`update category set name = 'Cot' where slug is not null`],
    ['the name of an office', sql`update customs_office set name = 'Office'`],
    ['a programme', sql`update programme set name = 'Fast lane'`],
  ])('is another after %s changed', async (_, change) => {
    const before = await version(firm);
    await change.execute(database.current.owner.db);
    expect(await version(firm)).not.toBe(before);
  });

  it('watches every table that an overview is made of, while months are made anew too', async () => {
    expect(await loadPage()).toEqual({ kind: 'firm', may_keep: true });
    const fresh = await tablesRead(loadPage);
    await sql`update clearance_month set is_stale = true`.execute(database.current.owner.db);
    const stale = await tablesRead(loadPage);
    expect(fresh).toContain('clearance_cell');
    expect(stale).toContain('clearance');
    const known = new Set(OVERVIEW_TABLES);
    expect([...fresh, ...stale].filter((table) => !known.has(table))).toEqual([]);
  });
});

/** The tables that the statements of some work name. */
async function tablesRead(work: () => Promise<unknown>): Promise<string[]> {
  const sent: string[] = [];
  const query = vi.spyOn(pg.Client.prototype, 'query');
  await work();
  for (const [statement] of query.mock.calls) sent.push(textOf(statement));
  query.mockRestore();
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class where relkind in ('r', 'p', 'v') and relnamespace = 'public'::regnamespace`.execute(
    database.current.owner.db,
  );
  const words = new Set(sent.flatMap((text) => text.match(/\w+/g) ?? []));
  return rows.map(({ name }) => name).filter((name) => words.has(name));
}

/** Copies are sent as objects that carry their statement. */
function textOf(statement: unknown): string {
  if (typeof statement === 'string') return statement;
  const { text } = z.object({ text: z.string() }).parse(statement);
  return text;
}
