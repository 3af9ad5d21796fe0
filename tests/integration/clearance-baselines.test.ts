import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { baselineWords } from '#lib/i18n/baseline-words.ts';
import { baselines, chooseBaseline } from '#lib/server/clearance/baselines.ts';
import { getBaselines, patchBaseline, postBaseline } from '#lib/server/clearance/baselines-api.ts';
import { getMetrics } from '#lib/server/clearance/hours-api.ts';
import { getClearanceSettings, patchClearanceSettings } from '#lib/server/clearance/settings-api.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { ask } from '../support/ask.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm, firmActor, operatorActor } from '../support/factories.ts';

const database = useDatabase();
const analyst = operatorActor(['clearance:read', 'clearance:write']);

beforeEach(async () => {
  const { owner, app } = database.current;
  await sql`truncate baseline`.execute(owner.db);
  await loadReference(app.db);
});

const OBSERVED = {
  measure: 'declared_to_released',
  direction: 'export',
  population: 'All offices, a study of our own',
  hours: 9.5,
  source_title: 'Our study',
};
const page = z.object({
  items: z.array(
    z.looseObject({ id: z.string(), hours: z.number(), measure: z.string(), is_default: z.boolean() }),
  ),
  next_cursor: z.string().nullable(),
});
async function listed(query: Record<string, string> = {}) {
  const { json } = await ask(database.current.app, getBaselines, { actor: analyst, query });
  return page.parse(json);
}
async function record(given: object): Promise<string> {
  const { status, json } = await ask(database.current.app, postBaseline, {
    actor: analyst,
    body: { ...OBSERVED, ...given },
  });
  expect(status).toBe(201);
  return z.object({ id: z.string() }).parse(json).id;
}
const chosen = async (wanted: { direction?: 'export' | 'import'; baseline_id?: string } = {}) =>
  chooseBaseline(await baselines(database.current.app.db), {
    measure: 'declared_to_released',
    direction: 'export',
    ...wanted,
  });

describe('the baselines as reported', () => {
  it('hold the derived national average with its range, its derivation and its doubts', async () => {
    const national = await chosen();
    expect(national?.derivation).toContain('4.2 h / (1 − 62 %)');
    expect(national).toMatchObject({
      hours: 11.05,
      hours_low: 10.78,
      hours_high: 11.33,
      is_derived: true,
      definition_confirmed: false,
      comparable: true,
      why_not: null,
    });
    expect(4.2 / (1 - 0.62)).toBeCloseTo(11.05, 2);
    expect(4.15 / (1 - 0.615)).toBeCloseTo(10.78, 2);
    expect(4.25 / (1 - 0.625)).toBeCloseTo(11.33, 2);
    const { items } = await listed();
    expect(items).toContainEqual(
      expect.objectContaining({ hours: 4.2, is_derived: false, is_default: false }),
    );
  });

  it('hold the published series of Customs, never comparable, and say why in both languages', async () => {
    const { items } = await listed({ limit: '500' });
    const published = items.filter(({ measure }) => measure === 'gacc_overall');
    const of = (direction: string) =>
      published
        .filter((one) => one.direction === direction)
        .map(({ hours }) => hours)
        .sort((a, b) => b - a);
    expect(of('export')).toEqual([12.5, 2.6, 2.12, 1.78, 1.03]);
    expect(of('import')).toEqual([97.5, 38.93, 36.7, 34.91, 34.75, 32.02]);
    for (const one of published) {
      expect(one.is_default).toBe(false);
      const reason = z.object({ en: z.string(), zh: z.string() }).parse(one.never_comparable);
      expect(reason.en).toContain('something else');
      expect(reason.zh).toContain('不作比较');
    }
    const export_2022 = published.find(({ hours }) => hours === 1.03);
    expect(await chosen({ baseline_id: export_2022?.id })).toMatchObject({
      comparable: false,
      why_not: 'other_definition',
    });
  });

  it('say where they come from in both languages, also where they were loaded in English alone', async () => {
    const { app, owner } = database.current;
    const words = async () =>
      (await baselines(app.db)).map(({ hours, source_title_zh, derivation, derivation_zh }) => ({
        hours,
        source_title_zh,
        is_derived: [derivation !== null, derivation_zh !== null],
      }));
    const loaded = await words();
    expect(loaded.map(({ source_title_zh }) => source_title_zh)).not.toContain(null);
    expect(loaded.every(({ is_derived: [en, zh] }) => en === zh)).toBe(true);
    await owner.db
      .updateTable('baseline')
      .set({ population_zh: null, source_title_zh: null, derivation_zh: null })
      .execute();
    await loadReference(app.db);
    expect(await words()).toEqual(loaded);
    const national = await chosen();
    if (!national) throw new Error('there is no default');
    expect(baselineWords(national, 'zh-CN').derivation).toContain('10.78至11.33小时');
    expect(baselineWords(national, 'en').source_title).toContain('News report');
  });

  it('are loaded once, and never over what an analyst changed', async () => {
    const { app } = database.current;
    const national = await chosen();
    const patched = await ask(app, patchBaseline, {
      actor: analyst,
      params: { id: national?.id ?? '' },
      body: { definition_confirmed: true, note: 'Asked Ningbo Customs.' },
    });
    expect(patched).toMatchObject({
      status: 200,
      json: { definition_confirmed: true, note: 'Asked Ningbo Customs.' },
    });
    const before = await listed({ limit: '500' });
    await loadReference(app.db);
    await loadReference(app.db);
    expect(await listed({ limit: '500' })).toEqual(before);
  });
});

describe('an observation of the operator', () => {
  it('is recorded, stands first in the list, and is compared when it is chosen', async () => {
    const { app, owner } = database.current;
    const id = await record({
      period_from: '2026-01-01',
      period_to: '2026-06-30',
      source_url: 'https://example.org/study',
    });
    expect((await listed()).items[0]).toMatchObject({ id, hours: 9.5, is_default: false });
    expect(await chosen()).toMatchObject({ hours: 11.05 });
    const firm = await createFirm(owner);
    const answer = await ask(app, getMetrics, {
      actor: firmActor(firm, ['clearance:read']),
      query: { baseline_id: id },
    });
    expect(answer.status).toBe(200);
    expect(await chosen({ baseline_id: id })).toMatchObject({ hours: 9.5, comparable: true });
  });

  it('becomes the default alone, also when an older one is marked again', async () => {
    const { app } = database.current;
    const national = await chosen();
    const id = await record({ is_default: true });
    expect(await chosen()).toMatchObject({ id });
    // The other direction and other measures keep theirs.
    await record({ direction: 'import', hours: 33, is_default: true });
    expect(await chosen()).toMatchObject({ id });
    expect(await chosen({ direction: 'import' })).toMatchObject({ hours: 33 });
    await ask(app, patchBaseline, {
      actor: analyst,
      params: { id: national?.id ?? '' },
      body: { is_default: true },
    });
    expect(await chosen()).toMatchObject({ id: national?.id });
    expect((await listed({ limit: '500' })).items.filter(({ is_default }) => is_default)).toHaveLength(2);
  });

  it.each([
    ['an unknown measure', { measure: 'port_dwell' }, 'measure'],
    ['no hours', { hours: 0 }, 'hours'],
    ['a period backwards', { period_from: '2026-05-02', period_to: '2026-05-01' }, 'period_to'],
    ['half a range', { hours_low: 9 }, 'hours_low'],
    ['an address that is none', { source_url: 'javascript:alert(1)' }, 'source_url'],
    ['the series of Customs as a default', { measure: 'gacc_overall', is_default: true }, 'is_default'],
  ])('is refused for %s', async (_what, given, field) => {
    const { status, json } = await ask(database.current.app, postBaseline, {
      actor: analyst,
      body: { ...OBSERVED, ...given },
    });
    expect(status).toBe(422);
    expect(json).toMatchObject({ errors: [{ pointer: `/${field}` }] });
  });

  it('is refused from a firm, and from an operator who only reads', async () => {
    const { app, owner } = database.current;
    const firm = await createFirm(owner);
    for (const actor of [
      firmActor(firm, ['clearance:read', 'clearance:write']),
      operatorActor(['clearance:read']),
    ])
      expect((await ask(app, postBaseline, { actor, body: OBSERVED })).status).toBe(403);
  });

  it('cannot make the series of Customs a default afterwards either', async () => {
    const { items } = await listed({ limit: '500' });
    const id = items.find(({ measure }) => measure === 'gacc_overall')?.id ?? '';
    const { status } = await ask(database.current.app, patchBaseline, {
      actor: analyst,
      params: { id },
      body: { is_default: true },
    });
    expect(status).toBe(422);
  });
});

describe('the list of baselines', () => {
  it('comes in pages, newest first, without a gap or a repetition', async () => {
    for (let hour = 1; hour <= 7; hour += 1) await record({ hours: hour });
    const whole = await listed({ limit: '500' });
    expect(whole.items.slice(0, 7).map(({ hours }) => hours)).toEqual([7, 6, 5, 4, 3, 2, 1]);
    const seen: string[] = [];
    for (let cursor: string | null = '', pages = 0; cursor !== null; pages += 1) {
      const found: z.infer<typeof page> = await listed({ limit: '3', ...(cursor === '' ? {} : { cursor }) });
      seen.push(...found.items.map(({ id }) => id));
      cursor = found.next_cursor;
      expect(pages).toBeLessThan(20);
    }
    expect(seen).toEqual(whole.items.map(({ id }) => id));
  });
});

describe('the baseline of an answer', () => {
  it('must exist where one is asked for', async () => {
    const { app, owner } = database.current;
    const firm = await createFirm(owner);
    const answer = await ask(app, getMetrics, {
      actor: firmActor(firm, ['clearance:read']),
      query: { baseline_id: '0b4f4a0e-3c55-4b8e-9d1c-2f6d3f1f8a77' },
    });
    expect(answer).toMatchObject({ status: 422, json: { errors: [{ field: 'baseline_id' }] } });
  });
});

describe('the settings of a firm', () => {
  it('are read and changed by those who may, for their own firm alone', async () => {
    const { app, owner } = database.current;
    const [one, other] = [await createFirm(owner), await createFirm(owner)];
    const writer = firmActor(one, ['clearance:read', 'clearance:write']);
    const get = (firm: typeof one) =>
      ask(app, getClearanceSettings, { actor: firmActor(firm, ['clearance:read']) });
    expect((await get(one)).json).toEqual({ min_n: 30 });
    expect(await ask(app, patchClearanceSettings, { actor: writer, body: { min_n: 5 } })).toEqual({
      status: 200,
      json: { min_n: 5 },
    });
    expect((await get(one)).json).toEqual({ min_n: 5 });
    expect((await get(other)).json).toEqual({ min_n: 30 });
    const reader = firmActor(one, ['clearance:read']);
    expect((await ask(app, patchClearanceSettings, { actor: reader, body: { min_n: 1 } })).status).toBe(403);
    for (const min_n of [0, -1, 2.5, 100_001, '30'])
      expect((await ask(app, patchClearanceSettings, { actor: writer, body: { min_n } })).status).toBe(422);
  });
});
