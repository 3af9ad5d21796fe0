import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Firm, Scope } from '#lib/domain/accounts/actor.ts';
import { addDays, dayInChina } from '#lib/domain/text/calendar-day.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { getRunway } from '#lib/server/eligibility/runway-api.ts';
import { postWhatIf } from '#lib/server/eligibility/what-if-api.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { loadRules } from '#lib/server/reference/load-rules.ts';
import { ask } from '../support/ask.ts';
import { useDatabase } from '../support/database.ts';
import { parameters } from '../support/eligibility.ts';
import { createFirm, firmActor, operatorActor } from '../support/factories.ts';
import { aLab, aProduct, managerOf } from '../support/portfolio.ts';
import { aDraft } from '../support/rules.ts';

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

  it('shows the operator what a draft would change, in counts, and no firm that there is one', async () => {
    const { app, owner } = database.current;
    const { id: version_id } = await aDraft(app, 'ningbo-customs-notice-2026-017', {
      label: 'stricter',
      valid_from: '2026-05-13',
      parameters: stricter(),
    });
    for (let n = 0; n < 4; n += 1)
      await aProduct(app, await createFirm(owner), { code: `SOON-${n}`, age_days: 70 });
    expect(await send({ version_id }, analyst)).toMatchObject({
      scope: 'all',
      changed: { firms: 5, products: 5 },
    });
    const refused = await ask(app, postWhatIf, { actor: manager(), body: { version_id } });
    expect(refused.status).toBe(404);
    const reader = operatorActor(['rules:read']);
    expect((await ask(app, postWhatIf, { actor: reader, body: { version_id } })).status).toBe(403);
  });

  it('knows no version that is not there', async () => {
    const { status } = await ask(database.current.app, postWhatIf, {
      actor: manager(),
      body: { version_id: '00000000-0000-4000-8000-0000000000aa' },
    });
    expect(status).toBe(404);
  });
});

describe('the form of a check by a registered report', () => {
  type Sent = Record<'report_id' | 'declaration_date' | 'customs_office' | 'reference', string>;
  const page = z.object({
    actions: z.object({ registered: z.custom<(event: object) => Promise<unknown>>() }),
  });

  /** What the action answers: an address that it leads to, or a status with what was refused. */
  async function send(whose: Firm, fields: Partial<Sent>, scopes: Scope[] = ['eligibility:check']) {
    const { actions } = page.parse(await import('../../src/routes/(app)/eligibility/+page.server.ts'));
    const asked = {
      report_id: '',
      declaration_date: today,
      customs_office: '3104',
      reference: 'SO-1',
      ...fields,
    };
    const request = new Request('http://127.0.0.1:3000/eligibility?/registered', {
      method: 'POST',
      body: new URLSearchParams(asked),
    });
    const { app } = database.current;
    const locals = { app, actor: firmActor(whose, scopes), language: 'en' };
    const answer: unknown = await actions.registered({ locals, request }).catch((thrown: unknown) => thrown);
    return z.looseObject({ status: z.number() }).parse(answer);
  }
  const logged = (whose: Firm) =>
    inFirm(database.current.app.db, whose.id, (tx) =>
      tx.selectFrom('eligibility_decision').select(['id', 'reference', 'outcome', 'input']).execute(),
    );

  it('decides with the product of the report, and leads to the decision that it logged', async () => {
    const checker = await createFirm(database.current.owner);
    const made = await aProduct(database.current.app, checker, { code: 'CHECKED', age_days: 10 });
    const answer = await send(checker, { report_id: made.report_id ?? '' });
    const [decision, ...others] = await logged(checker);
    expect(others).toEqual([]);
    expect(answer).toMatchObject({ status: 303, location: `/eligibility/decisions/${decision?.id ?? ''}` });
    expect(decision).toMatchObject({ reference: 'SO-1', outcome: 'green' });
    expect(JSON.parse(decision?.input ?? '')).toMatchObject({
      declaration_date: today,
      product: { category: 'crib', hs_code: '9403500090' },
      report: { report_no: 'SR-CHECKED' },
    });
  });

  it("decides nothing on another firm's report, a broken id, a wrong day, or without the scope", async () => {
    const { app, owner } = database.current;
    const [checker, neighbour] = [await createFirm(owner), await createFirm(owner)];
    const foreign = await aProduct(app, neighbour, { code: 'FOREIGN', age_days: 10 });
    const own = await aProduct(app, checker, { code: 'OWN', age_days: 10 });
    for (const fields of [
      { report_id: foreign.report_id ?? '' },
      { report_id: "1' or true --" },
      { report_id: own.report_id ?? '', declaration_date: '2026-02-30' },
    ])
      expect(await send(checker, fields)).toMatchObject({
        status: 400,
        data: { chosen: { reference: 'SO-1', ...fields } },
      });
    const refused = await send(checker, { report_id: own.report_id ?? '' }, ['portfolio:read']);
    expect(refused.status).toBe(403);
    expect([...(await logged(checker)), ...(await logged(neighbour))]).toEqual([]);
  });
});
