import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { getAlerts } from '#lib/server/alerts/alerts-api.ts';
import {
  getMetricAlert,
  getMetricAlerts,
  patchMetricAlert,
  postMetricAlert,
  postMetricDryRun,
  removeMetricAlert,
} from '#lib/server/alerts/metric-alerts-api.ts';
import { watchHours } from '#lib/server/alerts/watch-hours.ts';
import type { App } from '#lib/server/app.ts';
import { importClearance } from '#lib/server/clearance/import.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { subscribe } from '../support/alerts.ts';
import { ask } from '../support/ask.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm, firmActor } from '../support/factories.ts';

const database = useDatabase();
const stored = z.looseObject({ id: z.string(), state: z.string() });
const told = z.object({ items: z.array(z.looseObject({ title: z.string(), what_changed: z.string() })) });
/** Noon of a day in October 2026, in China. */
const on = (app: App, day: number): App => ({ ...app, now: () => new Date(Date.UTC(2026, 9, day, 4)) });

let firm: Firm;
let serial = 0;

beforeAll(async () => {
  const { owner, app } = database.current;
  await loadReference(app.db);
  firm = await createFirm(owner);
  await subscribe(app, actor(), { topic: { kinds: ['clearance.threshold'] } });
  await shipments(1, 5);
  await shipments(2, 9);
  await shipments(3, 9.5);
});

const actor = (of = firm) => firmActor(of, ['alerts:read', 'alerts:write']);

/** Three declarations of cribs at Beilun on that day, each released after so many hours. */
async function shipments(day: number, hours: number): Promise<void> {
  const lines = Array.from({ length: 3 }, () => {
    const declared = Date.UTC(2026, 9, day, 1);
    const at = (plus: number) => new Date(declared + plus * 3_600_000).toISOString();
    return `310420260${String((serial += 1)).padStart(9, '0')},3104,crib,${at(0)},${at(hours)}`;
  });
  const body = ['declaration_no,customs_office,category,declared_at,released_at', ...lines].join('\n');
  const report = await importClearance(database.current.app, {
    firm,
    actor_id: null,
    format: 'csv',
    charset: null,
    file_name: null,
    bytes: Readable.from([Buffer.from(body)]),
  });
  expect(report).toMatchObject({ rejected: 0, problem: null });
}

const DAILY = {
  name: 'Cribs at Beilun',
  customs_office: '3104',
  category: 'crib',
  grain: 'day',
  fire_above: 8,
  recover_at: 6,
  pending_periods: 2,
  min_n: 3,
};

async function create(changes: object = {}): Promise<string> {
  const { status, json } = await ask(database.current.app, postMetricAlert, {
    actor: actor(),
    body: { ...DAILY, ...changes },
  });
  expect(status).toBe(201);
  return stored.parse(json).id;
}
async function standing(id: string) {
  return (await ask(database.current.app, getMetricAlert, { actor: actor(), params: { id } })).json;
}
async function inbox(language = 'en') {
  const { json } = await ask(database.current.app, getAlerts, { actor: actor(), query: { language } });
  return told.parse(json).items.map(({ title, what_changed }) => `${title} | ${what_changed}`);
}
/** As if a quarter of an hour had passed. */
async function judgeAgain(day: number) {
  await sql`update metric_alert set evaluated_at = null`.execute(database.current.owner.db);
  return watchHours(on(database.current.worker, day));
}

describe('an alert on hours', () => {
  it('is tried on history before it is saved, and stores and tells nothing then', async () => {
    const { app } = database.current;
    const { json } = await ask(on(app, 5), postMetricDryRun, { actor: actor(), body: DAILY });
    const { fired, periods } = z
      .object({ fired: z.number(), periods: z.array(z.looseObject({ period: z.string() })) })
      .parse(json);
    expect(fired).toBe(1);
    expect(periods).toHaveLength(60);
    expect(periods.slice(-4)).toMatchObject([
      { period: '2026-10-01', n: 3, hours: 5, state: 'ok', told: null },
      { period: '2026-10-02', n: 3, hours: 9, state: 'pending', told: null },
      { period: '2026-10-03', n: 3, hours: 9.5, state: 'firing', told: 'fired' },
      { period: '2026-10-04', n: 0, hours: null, state: 'firing', is_no_data: true },
    ]);
    expect(await inbox()).toEqual([]);
    expect((await ask(app, getMetricAlerts, { actor: actor() })).json).toMatchObject({ items: [] });
  });

  it('waits, tells once, keeps its state without data, says so, and tells of the recovery', async () => {
    const id = await create();
    expect(await judgeAgain(3)).toEqual({ judged: 1, told: 0 });
    expect(await standing(id)).toMatchObject({ state: 'pending', last_period: '2026-10-02', last_value: 9 });
    expect(await judgeAgain(4)).toEqual({ judged: 1, told: 1 });
    expect(await judgeAgain(4)).toEqual({ judged: 1, told: 0 });
    const fired = 'Clearance hours passed your threshold: Cribs at Beilun';
    expect(await inbox()).toEqual([`${fired} | 3104, crib: 9.5 h in 2026-10-03 (3 records), limit 8.0 h`]);
    expect((await inbox('zh-CN'))[0]).toContain('2026-10-03为9.5小时（3条记录），限值8.0小时');
    expect(await judgeAgain(7)).toEqual({ judged: 1, told: 0 });
    expect(await standing(id)).toMatchObject({
      state: 'firing',
      state_since: '2026-10-03',
      last_period: '2026-10-03',
      no_data_since: '2026-10-04',
    });
    await shipments(7, 6);
    expect(await judgeAgain(8)).toEqual({ judged: 1, told: 1 });
    expect((await inbox())[0]).toContain('back within your limit: Cribs at Beilun');
    expect(await standing(id)).toMatchObject({ state: 'ok', no_data_since: null });
  });

  it('is not told on muted days, begins anew when it is changed, and is gone when it is deleted', async () => {
    const { app } = database.current;
    const id = await create({
      name: 'Muted',
      pending_periods: 1,
      recover_at: 8,
      mutes: [{ from: '2026-10-02', to: '2026-10-04' }],
    });
    await judgeAgain(4);
    expect(await standing(id)).toMatchObject({ state: 'firing' });
    expect((await inbox()).filter((said) => said.includes('Muted'))).toEqual([]);
    const change = { fire_above: 20, recover_at: 20 };
    const changed = await ask(app, patchMetricAlert, { actor: actor(), params: { id }, body: change });
    expect(changed.json).toMatchObject({ state: 'ok', name: 'Muted', pending_periods: 1, fire_above: 20 });
    const bad = await ask(app, patchMetricAlert, {
      actor: actor(),
      params: { id },
      body: { recover_at: 21 },
    });
    expect(bad.status).toBe(422);
    expect((await ask(app, removeMetricAlert, { actor: actor(), params: { id } })).status).toBe(204);
    expect((await ask(app, getMetricAlert, { actor: actor(), params: { id } })).status).toBe(404);
  });

  it('belongs to its firm alone', async () => {
    const { owner, app } = database.current;
    const id = await create({ name: 'Ours' });
    const other = actor(await createFirm(owner));
    expect((await ask(app, getMetricAlert, { actor: other, params: { id } })).status).toBe(404);
    expect((await ask(app, removeMetricAlert, { actor: other, params: { id } })).status).toBe(404);
    expect((await ask(app, getMetricAlerts, { actor: other })).json).toMatchObject({ items: [] });
  });
});
