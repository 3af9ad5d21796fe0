import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { createApp, type App } from '#lib/server/app.ts';
import { clearanceDashboard, type DashboardQuery } from '#lib/server/clearance/dashboard.ts';
import { getMetrics } from '#lib/server/clearance/hours-api.ts';
import { importClearance } from '#lib/server/clearance/import.ts';
import { replicaProblem } from '#lib/server/db/replica.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { openDatabase } from '#lib/server/supervisor/database.ts';
import { ask } from '../support/ask.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm, firmActor } from '../support/factories.ts';
import { administer, TEMPLATE, withDatabase } from '../support/template-database.ts';

const database = useDatabase();
const ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

/** A database that was copied before the firm had records, as a replica that has not heard of them. */
async function copyOf(template: string): Promise<string> {
  const { url } = database.current;
  const name = `copy_${randomBytes(6).toString('hex')}`;
  await administer(withDatabase(url, 'postgres'), `create database ${name} template ${template}`);
  ending.push(() => administer(withDatabase(url, 'postgres'), `drop database ${name} with (force)`));
  return withDatabase(url, name);
}

function appReading(database_read_url: string): App {
  const { app, url } = database.current;
  const made = createApp({ ...app.config, database_url: url, database_read_url }, 'test');
  ending.push(made.close);
  return made;
}

const EVERYTHING: DashboardQuery = {
  from: '2026-06-01',
  to: '2026-06-30',
  measure: 'declared_to_released',
  direction: 'export',
  grain: 'month',
  comparison: { kind: 'none' },
};

async function firmWithRecord(): Promise<Firm> {
  const { app, owner } = database.current;
  await loadReference(app.db);
  const firm = await createFirm(owner);
  const lines =
    'declaration_no,customs_office,category,channel,declared_at,released_at\n310420260000000018,3104,crib,green,2026-06-01 10:00,2026-06-01 21:03\n';
  const report = await importClearance(app, {
    firm,
    actor_id: null,
    format: 'csv',
    charset: null,
    file_name: null,
    bytes: Readable.from([Buffer.from(lines)]),
  });
  expect(report).toMatchObject({ rejected: 0, problem: null });
  return firm;
}

test('dashboards and metrics are read where DATABASE_READ_URL says', async () => {
  const firm = await firmWithRecord();
  const actor = firmActor(firm, ['clearance:read']);
  const metrics = async (app: App) => (await ask(app, getMetrics, { actor, query: {} })).json;
  const total = async (app: App) =>
    (await clearanceDashboard(app.reading(), firm, EVERYTHING, 'req-0001')).total;
  const same = database.current.app;
  const behind = appReading(await copyOf(TEMPLATE));

  expect(await metrics(same)).toMatchObject({ rows: [{ n: 1 }] });
  expect(await total(same)).toMatchObject({ value: { now: { n: 1 } } });
  expect(await metrics(behind)).toMatchObject({ rows: [] });
  expect(await total(behind)).toMatchObject({ value: { now: null } });
});

test('a start says why dashboards could not be read', async () => {
  const { app, url } = database.current;
  const opened = (database_read_url: string) =>
    openDatabase({ ...app.config, database_url: url, database_read_url });

  expect(await opened(await copyOf(TEMPLATE))).toMatchObject({ ok: true });
  expect(await opened(withDatabase(url, 'nowhere'))).toEqual({
    ok: false,
    problem:
      'The database of DATABASE_READ_URL cannot be read (database "nowhere" does not exist). Start it, correct the address, or leave DATABASE_READ_URL empty.',
  });
  const late = await copyOf(TEMPLATE);
  await administer(late, `delete from kysely_migration where name > '0070'`);
  expect(await replicaProblem(late, 0)).toMatch(
    /^The database of DATABASE_READ_URL does not follow the one of DATABASE_URL: it lacks \d+ migrations\./,
  );
});
