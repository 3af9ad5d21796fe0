import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { addDays, dayInChina } from '#lib/domain/text/calendar-day.ts';
import { getRunway } from '#lib/server/eligibility/runway-api.ts';
import { postWhatIf } from '#lib/server/eligibility/what-if-api.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { loadRules } from '#lib/server/reference/load-rules.ts';
import { ask } from '../support/ask.ts';
import { useDatabase } from '../support/database.ts';
import { parameters } from '../support/eligibility.ts';
import { createFirm, operatorActor } from '../support/factories.ts';
import { aLab, aProduct, managerOf } from '../support/portfolio.ts';

const database = useDatabase();
const answer = z.looseObject({ items: z.array(z.looseObject({ code: z.string() })) });

let firm: Firm;
let today: string;
const manager = () => managerOf(firm);

beforeAll(async () => {
  const { owner, app } = database.current;
  await loadReference(app.db);
  await loadRules(app.db, new Date());
  firm = await createFirm(owner);
  today = dayInChina(app.now());
  await aLab(app);
  for (const [code, age_days] of [
    ['FRESH', 0],
    ['SOON', 70],
    ['OLD', 91],
    ['BARE', null],
  ] as const)
    await aProduct(app, firm, { code, age_days });
});

async function runway(query: Record<string, string>) {
  const { status, json } = await ask(database.current.app, getRunway, { actor: manager(), query });
  expect(status).toBe(200);
  return answer.parse(json);
}

describe('the runway', () => {
  it('says when each product stops being green, why, and until when to book a retest', async () => {
    const { items } = await runway({ within_days: '60', lead_days: '15' });
    expect(
      items
        .map(({ code }) => code)
        .slice(0, 2)
        .sort(),
    ).toEqual(['BARE', 'OLD']);
    expect(items.find(({ code }) => code === 'OLD')).toMatchObject({
      state: 'not_green',
      ends_on: null,
      reasons: [{ code: 'report.age', result: 'fail' }],
    });
    expect(items.find(({ code }) => code === 'BARE')).toMatchObject({ state: 'no_report' });
    expect(items[2]).toMatchObject({
      code: 'SOON',
      state: 'ends',
      report_no: 'SR-SOON',
      ends_on: addDays(today, 21),
      reasons: [{ code: 'report.age' }],
      book_retest_by: addDays(today, 6),
      is_overdue: false,
    });
    expect(items[3]).toMatchObject({ code: 'FRESH', state: 'beyond', ends_on: null });
  });

  it('says that the last safe day has passed, by the lead time that is asked for or a usual one', async () => {
    const { items } = await runway({});
    expect(items.find(({ code }) => code === 'SOON')).toMatchObject({
      book_retest_by: addDays(today, -7),
      is_overdue: true,
    });
  });

  it('reaches to the last day that is asked for, and no further', async () => {
    const state = async (within_days: string) =>
      (await runway({ within_days })).items.find(({ code }) => code === 'SOON')?.state;
    expect([await state('20'), await state('21')]).toEqual(['beyond', 'ends']);
  });
});

describe('what if', () => {
  const analyst = operatorActor(['rules:read', 'rules:write']);
  const stricter = () => ({ ...parameters(), report_age_days: { value: 30, clause: null } });
  const send = async (body: object, actor = manager()) =>
    (await ask(database.current.app, postWhatIf, { actor, body })).json;

  it("lists the firm's own products that other conditions would decide otherwise", async () => {
    expect(await send({ parameters: stricter() })).toMatchObject({
      scope: 'firm',
      products: 4,
      without_report: 1,
      changes: [
        {
          code: 'SOON',
          was: 'green',
          would_be: 'manual_review',
          hours_more: null,
          open_checks: [
            { code: 'report.clause', result: 'provisional' },
            { code: 'report.age', result: 'fail' },
            { code: 'materials.declaration', result: 'missing' },
          ],
        },
      ],
    });
    expect(await send({ parameters: parameters() })).toMatchObject({ changes: [] });
  });

  it('tells the operator counts over all firms, and nothing while fewer than five stand behind them', async () => {
    expect(await send({ parameters: stricter() }, analyst)).toEqual({
      scope: 'all',
      firms: 1,
      is_cut: false,
      changed: null,
    });
    for (let n = 1; n < 5; n += 1) await createFirm(database.current.owner);
    expect(await send({ parameters: stricter() }, analyst)).toMatchObject({ firms: 5, changed: null });
    expect(await send({ parameters: parameters() }, analyst)).toMatchObject({
      firms: 5,
      changed: { firms: 0, products: 0 },
    });
  });

  it('knows no version that is not there', async () => {
    const { status } = await ask(database.current.app, postWhatIf, {
      actor: manager(),
      body: { version_id: '00000000-0000-4000-8000-0000000000aa' },
    });
    expect(status).toBe(404);
  });
});
