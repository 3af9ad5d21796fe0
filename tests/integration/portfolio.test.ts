import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import {
  deleteMaterialOperation,
  getMaterials,
  getMissingMaterials,
  postMaterial,
} from '#lib/server/eligibility/materials-api.ts';
import { materialsOfProducts } from '#lib/server/eligibility/materials.ts';
import {
  deleteProductOperation,
  getProduct,
  getProducts,
  patchProduct,
  postProduct,
} from '#lib/server/eligibility/products-api.ts';
import {
  deleteReportOperation,
  getReports,
  patchReport,
  postReport,
} from '#lib/server/eligibility/reports-api.ts';
import { reportsByIds, type DecidedReport } from '#lib/server/eligibility/reports.ts';
import type { Operation } from '#lib/server/http/operation.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { ask } from '../support/ask.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm, firmActor } from '../support/factories.ts';

const database = useDatabase();
let firm: Firm;
let other: Firm;

beforeAll(async () => {
  const { owner, app } = database.current;
  await loadReference(app.db);
  firm = await createFirm(owner);
  other = await createFirm(owner);
});

const manager = () => firmActor(firm, ['portfolio:read', 'portfolio:write']);
const stranger = () => firmActor(other, ['portfolio:read', 'portfolio:write']);
const row = z.looseObject({ id: z.string(), revision: z.number() });
const problem = z.looseObject({ detail: z.string(), errors: z.array(z.looseObject({})).optional() });

async function product(body: object) {
  const { status, json } = await ask(database.current.app, postProduct, { actor: manager(), body });
  expect({ status, json }).toMatchObject({ status: 201 });
  return row.parse(json);
}
async function report(body: object) {
  const { status, json } = await ask(database.current.app, postReport, { actor: manager(), body });
  expect({ status, json }).toMatchObject({ status: 201 });
  return row.parse(json);
}

const REPORT = {
  lab: { cnas_id: '中国认可 TESTING CNAS L0101', site: 'Ningbo' },
  issued_on: '2026-08-01',
  standard: 'GB31701—2026',
  items: [
    { clause: '第4.8条', verdict: '合格', result: 0.34, limit: '≥ 0.30', unit: 'N·m', accredited: true },
    { clause: '4.11', verdict: 'pass', accredited: true, subcontracted: true },
    { topic: 'phthalates', verdict: '合格', result: 'N.D.', detection_limit: '50', unit: 'mg/kg' },
  ],
};

/** As decisions are asked about it; null where they may not be. */
async function decidedReport(whose: Firm, id: string): Promise<DecidedReport | null> {
  const found = await inFirm(database.current.app.db, whose.id, (tx) => reportsByIds(tx, [id]));
  return found.get(id) ?? null;
}

describe('a product', () => {
  it('is kept with its parts, found by any of its names, and hidden from other firms', async () => {
    const { app } = database.current;
    const made = await product({
      code: 'CRIB-01',
      name: 'Crib, beech',
      category: '婴儿床',
      hs_code: '9403.50.99',
      gtin: '4006381333931',
      suppliers: ['甬江涂料', 'ＹＯＮＧ Paints'],
      components: [
        { name: 'Rail cover', use: 'teething', material: 'Silicone', supplier: '甬江涂料' },
        { name: 'Slats' },
      ],
    });
    expect(z.array(z.string()).parse(made.suppliers).sort()).toEqual(['甬江涂料', 'ＹＯＮＧ Paints']);
    expect(made).toMatchObject({
      category: 'crib',
      hs_codes: ['94035099'],
      gtin: '04006381333931',
      components: [
        { name: 'Rail cover', use: 'teething', supplier: '甬江涂料' },
        { name: 'Slats', use: 'other', supplier: null },
      ],
    });
    const listed = await ask(app, getProducts, { actor: manager(), query: { q: 'beech' } });
    expect(listed.json).toMatchObject({ items: [{ id: made.id }] });
    const hidden = await ask(app, getProduct, { actor: stranger(), params: { id: made.id } });
    expect(hidden.status).toBe(404);
  });

  it.each([
    [{ gtin: '4006381333932' }, 'gtin', /check digit/],
    [{ gtin: '12345' }, 'gtin', /8, 12, 13 or 14/],
    [{ hs_code: '94035' }, 'hs_code', /4, 6, 8 or 10/],
    [{ components: [{ name: 'Rail' }, { name: 'ＲＡＩＬ' }] }, 'components', /twice/],
  ])('is refused with %o', async (given, field, sentence) => {
    const { status, json } = await ask(database.current.app, postProduct, {
      actor: manager(),
      body: { code: 'BAD', name: 'Bad', ...given },
    });
    expect(status).toBe(422);
    const told = problem.parse(json);
    expect(told.detail).toMatch(sentence);
    expect(JSON.stringify(told.errors)).toContain(field);
  });

  it('is not saved over what somebody else saved, and keeps every state it had', async () => {
    const { app, owner } = database.current;
    const made = await product({ code: 'WALKER-01', name: 'Walker' });
    const change = (body: object) =>
      ask(app, patchProduct, { actor: manager(), params: { id: made.id }, body });
    expect((await change({ name: 'Walker, blue', revision: 1 })).status).toBe(200);
    expect((await change({ name: 'Walker, red', revision: 1 })).status).toBe(409);
    const { rows } = await owner.pg.query<{ act: string; name: string }>(
      `select act, content->>'name' as name from portfolio_change where subject_id = $1 order by revision`,
      [made.id],
    );
    expect(rows).toEqual([
      { act: 'created', name: 'Walker' },
      { act: 'edited', name: 'Walker, blue' },
    ]);
  });
});

describe('a test report', () => {
  it('is what a decision reads, with foreign tests outside of accreditation and N.D. with its limit', async () => {
    const made = await report({ ...REPORT, report_no: 'NB-2026-001' });
    expect(made).toMatchObject({
      lab: { cnas_id: 'CNAS L0101' },
      standard: 'GB 31701-2026',
      state: 'confirmed',
    });
    const read = await decidedReport(firm, made.id);
    expect(read?.report).toMatchObject({
      report_no: 'NB-2026-001',
      lab: { cnas_id: 'CNAS L0101', site: 'Ningbo' },
      items: [
        { clause: '4.8', verdict: '合格', result: '0.34', limit: '≥ 0.30', accredited: true },
        { clause: '4.11', accredited: false },
        { clause: 'phthalates', topic: 'phthalates', result: 'N.D. (50 mg/kg)' },
      ],
    });
    expect(await decidedReport(other, made.id)).toBeNull();
  });

  it('is decided on only when a person has confirmed it', async () => {
    const { app } = database.current;
    const made = await report({ ...REPORT, report_no: 'NB-2026-002', issued_on: null, state: 'draft' });
    const read = () => decidedReport(firm, made.id);
    const change = (body: object) =>
      ask(app, patchReport, { actor: manager(), params: { id: made.id }, body });
    expect(await read()).toBeNull();
    const early = await change({ state: 'confirmed' });
    expect(early).toMatchObject({ status: 422, json: { errors: [{ field: 'issued_on' }] } });
    expect((await change({ issued_on: '2026-08-02', state: 'confirmed' })).status).toBe(200);
    expect(await read()).toMatchObject({ revision: 2, report: { issued_on: '2026-08-02' } });
    expect(await change({ verdict: 'pass' })).toMatchObject({
      status: 422,
      json: { errors: [{ field: 'verdict' }] },
    });
  });

  it('gives way to the amended report that names it, and is one report a laboratory and number', async () => {
    const { app } = database.current;
    const first = await report({ ...REPORT, report_no: 'NB-2026-003' });
    const amended = {
      ...REPORT,
      report_no: 'NB-2026-003A',
      replaces: 'nb—2026-003',
      issued_on: '2026-08-09',
    };
    await report(amended);
    const read = await decidedReport(firm, first.id);
    expect(read?.replaced_by).toBe('NB-2026-003A');
    const again = await ask(app, postReport, {
      actor: manager(),
      body: { ...REPORT, report_no: 'nb 2026-003a'.replace(' ', '-') },
    });
    expect(again).toMatchObject({ status: 409, json: { errors: [{ field: 'report_no' }] } });
    expect(
      (await ask(app, deleteReportOperation, { actor: manager(), params: { id: first.id } })).status,
    ).toBe(204);
    const left = await ask(app, getReports, { actor: manager(), query: { q: 'NB-2026-003' } });
    expect(left.json).toMatchObject({ items: [{ report_no: 'NB-2026-003A', replaced_by: null }] });
  });
});

describe('a declaration of a material', () => {
  it('is the newest of its component, and what is missing is listed by what presses', async () => {
    const { app } = database.current;
    const made = await product({
      code: 'PAC-01',
      name: 'Pacifier',
      components: [{ name: 'Shield' }, { name: 'Teat', use: 'teething' }],
    });
    const declare = (body: object) => ask(app, postMaterial, { actor: manager(), body });
    const missing = async () => {
      const { json } = await ask(app, getMissingMaterials, { actor: manager() });
      const { items } = z
        .object({ items: z.array(z.looseObject({ component: z.string(), product_code: z.string() })) })
        .parse(json);
      return items.filter(({ product_code }) => product_code === 'PAC-01').map(({ component }) => component);
    };
    expect(await missing()).toEqual(['Teat', 'Shield']);
    const about = { product_code: 'PAC-01', component: 'ｔｅａｔ', declared_by: 'Silicone Works' };
    await declare({
      ...about,
      declared_on: '2026-07-01',
      declares: { phthalate_free: true, heavy_metals_ppm: 0.012 },
    });
    const newest = await declare({
      ...about,
      declared_on: '2026-08-01',
      declares: {
        phthalate_free: true,
        phthalate_detection_limit_ppm: 50,
        heavy_metals_ppm: '< 0.009 %',
        flame_retardants: 'none',
      },
    });
    expect(newest).toMatchObject({
      status: 201,
      json: { declares: { phthalate_basis: 'evidence', heavy_metals: [{ operator: 'lt', ppm: 90 }] } },
    });
    expect(await missing()).toEqual(['Shield']);
    const told = await inFirm(app.db, firm.id, (tx) => materialsOfProducts(tx, [made.id]));
    expect(told.get(made.id)).toEqual([
      {
        component: 'Shield',
        declares: { phthalate_free: null, heavy_metals_ppm: null, flame_retardants: null },
      },
      {
        component: 'Teat',
        declares: { phthalate_free: true, heavy_metals_ppm: '< 90 ppm', flame_retardants: 'none' },
      },
    ]);
    expect((await declare({ product_code: 'PAC-01', component: 'Ring', declares: {} })).status).toBe(422);
    const gone = await ask(app, deleteProductOperation, { actor: manager(), params: { id: made.id } });
    expect(gone.status).toBe(409);
    expect(problem.parse(gone.json).detail).toContain('2 declarations');
    const params = { id: row.parse(newest.json).id };
    expect((await ask(app, deleteMaterialOperation, { actor: stranger(), params })).status).toBe(404);
    expect((await ask(app, deleteMaterialOperation, { actor: manager(), params })).status).toBe(204);
  });
});

describe('a list', () => {
  const listed = z.object({ items: z.array(row), next_cursor: z.string().nullable() });

  /** The ids of all pages, one row a page; ends by itself when a cursor leads in a circle. */
  async function paged<P, Q, B>(
    definition: Operation<P, Q, B>,
    query: Record<string, string>,
  ): Promise<string[]> {
    const ids: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null && ids.length < 50) {
      const asked: Record<string, string> = { ...query, limit: '1', ...(cursor ? { cursor } : {}) };
      const { json } = await ask(database.current.app, definition, { actor: manager(), query: asked });
      const page = listed.parse(json);
      ids.push(...page.items.map(({ id }) => id));
      cursor = page.next_cursor;
    }
    return ids;
  }

  it('gives each row on one page, and only those that every filter lets through', async () => {
    const made: Record<string, string> = {};
    for (const code of ['LIST-A', 'LIST-B']) {
      const { id } = await product({ code, name: 'Listed', category: code === 'LIST-A' ? 'crib' : 'walker' });
      made[code] = id;
      for (const state of ['draft', 'confirmed']) {
        const body = { ...REPORT, report_no: `${code}-${state}`, product_id: id, state };
        made[`${code}-${state}`] = (await report(body)).id;
      }
    }
    const q = 'list-';
    expect(await paged(getProducts, { q })).toEqual([made['LIST-B'], made['LIST-A']]);
    expect(await paged(getProducts, { q, category: 'crib' })).toEqual([made['LIST-A']]);
    expect(await paged(getReports, { state: 'draft', product_id: made['LIST-A'] ?? '' })).toEqual([
      made['LIST-A-draft'],
    ]);
    expect(await paged(getReports, { q, state: 'confirmed' })).toEqual([
      made['LIST-B-confirmed'],
      made['LIST-A-confirmed'],
    ]);
    const all = await paged(getReports, {});
    expect(new Set(all).size).toBe(all.length);
    expect(await paged(getMaterials, { product_id: made['LIST-A'] ?? '' })).toEqual([]);
  });
});
