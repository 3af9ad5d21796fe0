import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { postReportExtract } from '#lib/server/eligibility/extract-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import { makePdf, makeScannedPdf } from '../fixtures/documents/make.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm, firmActor } from '../support/factories.ts';

const database = useDatabase();
let firm: Firm;

beforeAll(async () => {
  firm = await createFirm(database.current.owner);
});

async function extract(bytes: Uint8Array<ArrayBufferLike>, language = 'en') {
  const url = new URL('/api/v1/reports/extract?file_name=report.pdf', 'http://127.0.0.1:3000');
  const response = await respond(postReportExtract, {
    request: new Request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/pdf', 'accept-language': language },
      body: new Uint8Array(bytes),
    }),
    url,
    params: {},
    locals: {
      app: database.current.app,
      actor: firmActor(firm, ['portfolio:read', 'portfolio:write']),
      request_id: 'R-TEST',
    },
    getClientAddress: () => '127.0.0.1',
  });
  return { status: response.status, json: z.record(z.string(), z.unknown()).parse(await response.json()) };
}

const proposed = z.object({
  document_id: z.string(),
  page_count: z.number(),
  confirmed: z.literal(false),
  fields: z.array(z.object({ field: z.string(), value: z.string(), place: z.object({ page: z.number() }) })),
  items: z.array(z.looseObject({ clause: z.string(), verdict: z.string() })),
});

describe('the file of a report', () => {
  it.each([
    [
      'Chinese',
      [
        '报告编号：NB-2026-001',
        '检测 TESTING CNAS L0142',
        '签发日期：2026年8月1日',
        '4.11 燃烧速率 不合格',
      ].map((zh) => ({ zh })),
      { report_no: ['NB-2026-001', 1], cnas_id: ['CNAS L0142', 2], issued_on: ['2026-08-01', 3] },
      { clause: '4.11', verdict: '不合格' },
    ],
    [
      'English',
      [
        'Report No.: NB-2026-002',
        'CNAS No.: CNAS L0101',
        'Date of issue: 1 August 2026',
        '4.8 Torque of detachable parts 0.34 pass',
      ].map((en) => ({ en })),
      { report_no: ['NB-2026-002', 1], cnas_id: ['CNAS L0101', 2], issued_on: ['2026-08-01', 3] },
      { clause: '4.8', verdict: 'pass' },
    ],
  ])(
    'in %s is read with the page of each field, and nothing is registered',
    async (_, pages, fields, item) => {
      const { status, json } = await extract(makePdf(pages));
      expect(status).toBe(200);
      const found = proposed.parse(json);
      const by_field = Object.fromEntries(
        found.fields.map(({ field, value, place }) => [field, [value, place.page]]),
      );
      expect(by_field).toMatchObject(fields);
      expect(found.page_count).toBe(4);
      expect(found.items).toMatchObject([item]);
      const { pg } = database.current.owner;
      const kept = await pg.query('select id from document where id = $1', [found.document_id]);
      expect(kept.rows).toHaveLength(1);
      expect((await pg.query('select id from report')).rows).toEqual([]);
    },
  );

  it.each([
    ['en', /scan/],
    ['zh-CN', /扫描件/],
  ])('without text is refused with what to do, in %s', async (language, sentence) => {
    const { status, json } = await extract(makeScannedPdf(), language);
    expect(status).toBe(422);
    expect(json.detail).toMatch(sentence);
  });

  it('that is no PDF is refused', async () => {
    expect((await extract(Buffer.from('PK not a file of this kind'))).status).toBe(422);
  });
});
