import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { labOnDay } from '#lib/domain/eligibility/lab.ts';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { getLab, getLabs, patchLab, postLab } from '#lib/server/eligibility/labs-api.ts';
import { labsAt } from '#lib/server/eligibility/labs.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { ask } from '../support/ask.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm, firmActor, operatorActor } from '../support/factories.ts';

const database = useDatabase();
const analyst = operatorActor(['rules:read', 'rules:write']);
let firm: Firm;

beforeAll(async () => {
  firm = await createFirm(database.current.owner);
});

const LAB = {
  name: 'Sample Laboratory',
  status: 'verified',
  valid_from: '2024-01-01',
  valid_to: '2029-12-31',
  sites: ['Ningbo', { name: 'Yuyao', is_accredited: false }],
  scope: [{ standard: 'GB31701—2026', clauses: ['第4.8条', '4.11'] }, { standard: 'GB 6675.2-2014' }],
  evidence: 'Entry of the registry, read on 2026-05-01',
  verified_at: '2026-05-01T09:00:00+08:00',
};
const lab = z.looseObject({
  id: z.string(),
  cnas_id: z.string(),
  status: z.string(),
  recorded_at: z.string(),
});
const detail = lab.extend({ status_on_day: z.string().nullable(), history: z.array(lab) });

async function record(body: object) {
  const { status, json } = await ask(database.current.app, postLab, { actor: analyst, body });
  expect(status).toBe(201);
  return lab.parse(json);
}
async function on(cnas_id: string, query: Record<string, string>) {
  const actor = firmActor(firm, ['portfolio:read']);
  return detail.parse((await ask(database.current.app, getLab, { actor, params: { cnas_id }, query })).json);
}

describe('the register of laboratories', () => {
  it('is written by the operator and read by firms, in the forms in which numbers are printed', async () => {
    const { app } = database.current;
    const made = await record({ ...LAB, cnas_id: '中国认可 国际互认 检测 TESTING CNAS L101' });
    expect(made).toMatchObject({
      cnas_id: 'CNAS L0101',
      sites: [
        { name: 'Ningbo', address: null, is_accredited: true },
        { name: 'Yuyao', address: null, is_accredited: false },
      ],
      scope: [
        { standard: 'GB 31701-2026', clauses: ['4.8', '4.11'], limitation: null },
        { standard: 'GB 6675.2-2014', clauses: null, limitation: null },
      ],
      verified_by: 'test key',
    });
    const reader = firmActor(firm, ['portfolio:read', 'portfolio:write']);
    expect(await on('L0101', {})).toMatchObject({ id: made.id, status_on_day: 'verified' });
    const listed = await ask(app, getLabs, { actor: reader, query: { q: 'l0101' } });
    expect(listed.json).toMatchObject({ items: [{ id: made.id, status_today: 'verified', records: 1 }] });
    expect((await ask(app, postLab, { actor: reader, body: { ...LAB, cnas_id: 'L0101' } })).status).toBe(403);
  });

  it.each([
    [{ cnas_id: 'CNAS IB0012' }, 'cnas_id', /not a testing laboratory/],
    [{ cnas_id: 'laboratory' }, 'cnas_id', /such as CNAS L1234/],
    [{ cnas_id: 'L0999', evidence: null }, 'evidence', /what was looked at/],
    [{ cnas_id: 'L0999', valid_to: '2023-01-01' }, 'valid_to', /before valid_from/],
    [{ cnas_id: 'L0999', scope: [{ standard: 'GB 31701-2026', clauses: ['条件'] }] }, null, /clause/],
  ])('refuses %o', async (given, field, sentence) => {
    const { app } = database.current;
    const { status, json } = await ask(app, postLab, { actor: analyst, body: { ...LAB, ...given } });
    expect(status).toBe(422);
    const told = z.object({ detail: z.string(), errors: z.array(z.looseObject({})) }).parse(json);
    expect(JSON.stringify(told)).toMatch(sentence);
    if (field) expect(told.errors[0]).toMatchObject({ field });
  });

  it('keeps every state, and answers for a day as it was known at a moment', async () => {
    const { app } = database.current;
    const first = await record({ ...LAB, cnas_id: 'L0102' });
    const before = new Date();
    await new Promise((done) => setTimeout(done, 5));
    const change = { status: 'suspended', valid_from: '2026-06-01', valid_to: '2026-06-30' };
    const patched = await ask(app, patchLab, { actor: analyst, params: { cnas_id: 'L0102' }, body: change });
    expect(patched.status).toBe(200);
    expect((await on('L0102', { on: '2026-05-31' })).status_on_day).toBe('verified');
    expect((await on('L0102', { on: '2026-06-15' })).status_on_day).toBe('suspended');
    expect((await on('L0102', { on: '2026-07-01' })).status_on_day).toBe('verified');
    expect((await on('L0102', { on: '2030-01-01' })).status_on_day).toBe('expired');
    expect((await on('L0102', {})).history).toHaveLength(2);
    const then = await on('L0102', { on: '2026-06-15', known_at: before.toISOString() });
    expect(then).toMatchObject({ status_on_day: 'verified', history: [{ id: first.id }] });
    const known = await inFirm(app.db, firm.id, (tx) => labsAt(tx, ['CNAS L0102', 'CNAS L9999'], before));
    expect([...known.keys()]).toEqual(['CNAS L0102']);
    expect(labOnDay(known.get('CNAS L0102') ?? [], '2026-06-15')?.status).toBe('verified');
  });

  it('is listed by every filter that is asked for, each laboratory on one page', async () => {
    const { app } = database.current;
    for (const [cnas_id, status] of [
      ['L0201', 'verified'],
      ['L0202', 'suspended'],
      ['L0203', 'suspended'],
    ])
      await record({ ...LAB, cnas_id, status, name: 'Listed' });
    const actor = firmActor(firm, ['portfolio:read']);
    const page = z.object({
      items: z.array(z.object({ cnas_id: z.string() })),
      next_cursor: z.string().nullable(),
    });
    const found: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null && found.length < 20) {
      const query: Record<string, string> = { q: 'listed', status: 'suspended', limit: '1' };
      const { json } = await ask(app, getLabs, { actor, query: cursor ? { ...query, cursor } : query });
      const { items, next_cursor } = page.parse(json);
      found.push(...items.map(({ cnas_id }) => cnas_id));
      cursor = next_cursor;
    }
    expect(found).toEqual(['CNAS L0203', 'CNAS L0202']);
  });

  it('tells of a change once, and of nothing when nothing changed', async () => {
    const { owner } = database.current;
    const made = await record({ ...LAB, cnas_id: 'L0103' });
    const again = await record({ ...LAB, cnas_id: 'L0103', verified_by: 'test key' });
    expect(again.id).toBe(made.id);
    await record({ ...LAB, cnas_id: 'L0103', status: 'withdrawn', valid_from: '2026-08-01' });
    const { rows } = await owner.pg.query<{ data: { status: string; changed: string[] } }>(
      `select data from event where kind = 'lab.changed' and data->>'cnas_id' = 'CNAS L0103' order by id`,
    );
    expect(rows.map(({ data }) => [data.status, data.changed])).toEqual([
      ['verified', ['new']],
      ['withdrawn', ['status', 'valid_from']],
    ]);
  });

  it('is never changed or emptied, by its owner either', async () => {
    const { owner } = database.current;
    await record({ ...LAB, cnas_id: 'L0104' });
    for (const statement of [
      `update lab_record set status = 'verified'`,
      'delete from lab_record',
      'truncate lab_record',
    ])
      await expect(owner.pg.query(statement)).rejects.toThrow('append-only');
  });
});
