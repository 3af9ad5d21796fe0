import { utils, write, read } from '@e965/xlsx';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Actor, Firm } from '#lib/domain/accounts/actor.ts';
import {
  getRejectedRows,
  getTemplate,
  postLabImport,
  postMaterialImport,
  postProductImport,
} from '#lib/server/eligibility/intake-api.ts';
import { getProducts } from '#lib/server/eligibility/products-api.ts';
import { getReports } from '#lib/server/eligibility/reports-api.ts';
import { getLabs } from '#lib/server/eligibility/labs-api.ts';
import { getMaterials } from '#lib/server/eligibility/materials-api.ts';
import { respond, type Operation } from '#lib/server/http/operation.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { ask } from '../support/ask.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm, firmActor, operatorActor } from '../support/factories.ts';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const database = useDatabase();
let firm: Firm;

beforeAll(async () => {
  const { owner, app } = database.current;
  await loadReference(app.db);
  firm = await createFirm(owner);
});

const manager = () => firmActor(firm, ['portfolio:read', 'portfolio:write']);
const report = z.object({
  import_id: z.string(),
  received: z.number(),
  accepted: z.number(),
  unchanged: z.number(),
  rejected: z.number(),
  errors: z.array(
    z.object({ line: z.number(), field: z.string().nullable(), code: z.string(), message: z.string() }),
  ),
});

type Sent = {
  actor: Actor;
  type?: string;
  body?: BodyInit;
  params?: Record<string, string>;
  language?: string;
};

/** Sends a request whose body is a file, or fetches one. */
async function sent<P, Q, B>(definition: Operation<P, Q, B>, given: Sent): Promise<Response> {
  const url = new URL(`/api/v1${definition.path}`, 'http://127.0.0.1:3000');
  const request = new Request(url, {
    method: definition.method.toUpperCase(),
    headers: {
      ...(given.type ? { 'content-type': given.type } : {}),
      'accept-language': given.language ?? 'en',
    },
    body: given.body,
  });
  return respond(definition, {
    request,
    url,
    params: given.params ?? {},
    locals: { app: database.current.app, actor: given.actor, request_id: 'R-TEST' },
    getClientAddress: () => '127.0.0.1',
  });
}

async function load<P, Q, B>(definition: Operation<P, Q, B>, given: Sent) {
  const response = await sent(definition, given);
  const text = await response.text();
  expect({ status: response.status, text }).toMatchObject({ status: 200 });
  return report.parse(JSON.parse(text));
}

function xlsx(rows: (string | number)[][]): BodyInit {
  const book = utils.book_new();
  utils.book_append_sheet(book, utils.aoa_to_sheet(rows), 'Products');
  return new Uint8Array(z.instanceof(Uint8Array).parse(write(book, { type: 'buffer', bookType: 'xlsx' })));
}

const CLAUSES = Array.from({ length: 12 }, (_, index) => `4.${index + 1}`);
const HEADER = [
  '产品编号',
  '产品名称',
  '品类',
  'HS编码',
  '报告编号',
  'CNAS编号',
  '签发日期',
  '检测依据',
  ...CLAUSES,
];
/** 2026-08-01 as a workbook counts it. */
const SERIAL_DAY = 46235;

function productRow(index: number): (string | number)[] {
  const no = String(index).padStart(3, '0');
  const verdicts = CLAUSES.map((clause) => (clause === '4.8' ? '合格；0.34 N·m' : '合格'));
  const day = index % 2 === 0 ? SERIAL_DAY : '2026年8月1日';
  return [
    `P-${no}`,
    `婴儿床${no}`,
    '婴儿床',
    '9403509990',
    `NB-${no}`,
    'CNAS L0101',
    day,
    'GB31701—2026',
    ...verdicts,
  ];
}

describe('a workbook of fifty products with reports', () => {
  it('is loaded but for two rows, which are mended in the file that comes back', async () => {
    const { app } = database.current;
    const rows = Array.from({ length: 50 }, (_, index) => productRow(index + 1));
    rows[6]?.splice(6, 1, '2026-02-30');
    rows[30]?.splice(5, 1, 'CNAS IB0007');
    const first = await load(postProductImport, {
      actor: manager(),
      type: XLSX,
      body: xlsx([HEADER, ...rows]),
    });
    expect(first).toMatchObject({ received: 50, accepted: 48, unchanged: 0, rejected: 2 });
    expect(first.errors).toMatchObject([
      { line: 8, field: 'issued_on', code: 'not_a_day' },
      { line: 32, field: 'cnas_id', code: 'cnas_not_testing' },
    ]);

    const file = await sent(getRejectedRows, {
      actor: manager(),
      params: { id: first.import_id, format: 'xlsx' },
      language: 'zh-CN',
    });
    const sheet = Object.values(read(Buffer.from(await file.arrayBuffer())).Sheets)[0];
    const table = z
      .array(z.array(z.union([z.string(), z.number()])))
      .parse(utils.sheet_to_json(sheet ?? {}, { header: 1, raw: true, defval: '' }));
    expect(table).toHaveLength(3);
    expect(table[1]?.slice(-2)).toEqual([8, '签发日期：“2026-02-30”不是日期，例如2026-08-01。']);
    table[1]?.splice(6, 1, '2026-08-01');
    table[2]?.splice(5, 1, 'CNAS L0101');
    const mended = await load(postProductImport, { actor: manager(), type: XLSX, body: xlsx(table) });
    expect(mended).toMatchObject({ received: 2, accepted: 2, rejected: 0, errors: [] });

    const again = await load(postProductImport, { actor: manager(), type: XLSX, body: xlsx(table) });
    expect(again).toMatchObject({ accepted: 0, unchanged: 2 });
    const products = await ask(app, getProducts, { actor: manager(), query: { limit: '100' } });
    expect(z.object({ items: z.array(z.unknown()) }).parse(products.json).items).toHaveLength(50);
    const reports = await ask(app, getReports, { actor: manager(), query: { q: 'NB-007' } });
    expect(reports.json).toMatchObject({
      items: [
        {
          product_code: 'P-007',
          state: 'confirmed',
          issued_on: '2026-08-01',
          standard: 'GB 31701-2026',
          product: { category: null },
          lab: { cnas_id: 'CNAS L0101' },
        },
      ],
    });
    const { items } = z
      .object({ items: z.array(z.looseObject({ items: z.array(z.looseObject({})) })) })
      .parse(reports.json);
    expect(items[0]?.items).toHaveLength(12);
    expect(items[0]?.items[7]).toMatchObject({ clause: '4.8', verdict: '合格', result: '0.34 N·m' });
  });
});

describe('a file in GB18030 with a row for each test', () => {
  it('becomes one report, and a line that contradicts an earlier one is not taken', async () => {
    const { app } = database.current;
    const text = [
      'product_code,report_no,cnas_id,issued_on,standard,clause,verdict,result,limit,unit,accredited',
      'W-1,R-1,L0101,2026-08-01,GB 31701-2026,第4.8条,合格,0.34,≥ 0.30,N·m,是',
      'W-1,R-1,L0101,2026-08-01,GB 31701-2026,4.11,不合格,,,,否',
      'W-1,R-1,L0101,2026-08-02,GB 31701-2026,4.12,合格,,,,是',
      'W-1,R-1,L0101,2026-08-01,GB 31701-2026,4.9,也许,,,,是',
    ].join('\n');
    const done = await load(postProductImport, { actor: manager(), type: 'text/csv', body: text });
    expect(done).toMatchObject({ received: 4, accepted: 2, rejected: 2 });
    expect(done.errors.map(({ line, field, code }) => [line, field, code])).toEqual([
      [4, 'issued_on', 'contradicts'],
      [5, 'verdict', 'verdict_unreadable'],
    ]);
    const { json } = await ask(app, getReports, { actor: manager(), query: { q: 'R-1' } });
    expect(json).toMatchObject({
      items: [
        {
          report_no: 'R-1',
          items: [
            { clause: '4.8', accredited: true, unit: 'N·m' },
            { clause: '4.11', verdict: '不合格', accredited: false },
          ],
        },
      ],
    });
  });

  it('is refused whole when no column names the product', async () => {
    const response = await sent(postProductImport, {
      actor: manager(),
      type: 'text/csv',
      body: 'a,b\n1,2\n',
    });
    expect(response.status).toBe(422);
    expect(await response.text()).toContain('product_code');
  });
});

describe('the other files', () => {
  it('declare materials of known components', async () => {
    const { app } = database.current;
    const products =
      'product_code,product_name,components\nM-1,Pacifier,Teat (teething): Silicone @ Works; Shield\n';
    await load(postProductImport, { actor: manager(), type: 'text/csv', body: products });
    const text = [
      '产品编号,部件,声明方,声明日期,不含邻苯,邻苯检出限,铅,阻燃剂',
      'M-1,Teat,Works,2026/8/1,是,50 mg/kg,未检出（5 mg/kg）,无',
      'M-1,Ring,Works,2026/8/1,是,,,',
      'M-9,Teat,Works,2026/8/1,是,,low,',
    ].join('\n');
    const done = await load(postMaterialImport, { actor: manager(), type: 'text/csv', body: text });
    expect(done).toMatchObject({ accepted: 1, rejected: 2 });
    expect(done.errors.map(({ line, code }) => [line, code])).toEqual([
      [3, 'component_unknown'],
      [4, 'content_unreadable'],
    ]);
    const { json } = await ask(app, getMaterials, { actor: manager() });
    expect(json).toMatchObject({
      items: [
        {
          component: 'Teat',
          declares: {
            phthalate_basis: 'evidence',
            heavy_metals: [{ substance: 'lead', ppm: null, detection_limit_ppm: 5 }],
            flame_retardants: 'none',
          },
        },
      ],
    });
  });

  it('keep the register of laboratories, for the operator alone', async () => {
    const { app } = database.current;
    const analyst = operatorActor(['rules:read', 'rules:write']);
    const text = [
      'CNAS编号,机构名称,状态,有效期至,认可范围,核实依据,核实日期',
      'CNASL0201,示例实验室,已核实,2029-12-31,"GB 31701-2026: 4.8, 4.11; GB 6675.2-2014",注册库条目,2026-08-01',
      'CNAS L0202,示例实验室,已核实,,,,',
    ].join('\n');
    const done = await load(postLabImport, { actor: analyst, type: 'text/csv', body: text });
    expect(done).toMatchObject({ accepted: 1, rejected: 1 });
    expect(done.errors.map(({ field }) => field)).toEqual(['evidence', 'verified_on']);
    expect((await load(postLabImport, { actor: analyst, type: 'text/csv', body: text })).unchanged).toBe(1);
    const { json } = await ask(app, getLabs, { actor: manager(), query: { q: 'L0201' } });
    expect(json).toMatchObject({
      items: [{ scope: [{ standard: 'GB 31701-2026', clauses: ['4.8', '4.11'] }, { clauses: null }] }],
    });
    const refused = await sent(postLabImport, { actor: manager(), type: 'text/csv', body: text });
    expect(refused.status).toBe(403);
  });

  it.each(['products', 'materials'] as const)(
    'of %s can be made from the template in both languages',
    async (kind) => {
      for (const language of ['en', 'zh-CN']) {
        const actor = manager();
        const template = await sent(getTemplate, { actor, params: { kind, format: 'csv' }, language });
        const body = await template.text();
        const given = { actor, type: 'text/csv', body };
        const done = await (kind === 'products'
          ? load(postProductImport, given)
          : load(postMaterialImport, given));
        expect(done).toMatchObject({ received: 1, rejected: 0 });
      }
    },
  );
});
