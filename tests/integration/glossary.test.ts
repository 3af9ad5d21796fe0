import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { conflictOf } from '#lib/domain/eligibility/glossary.ts';
import { asOperator, inFirm } from '#lib/server/db/tenancy.ts';
import { extractPending } from '#lib/server/documents/extract-pending.ts';
import { extractReport } from '#lib/server/eligibility/extract-report.ts';
import {
  deleteGlossaryTerm,
  getGlossary,
  getReportBeside,
  postGlossaryTerm,
  putGlossaryTerm,
} from '#lib/server/eligibility/glossary-api.ts';
import { termsInUse } from '#lib/server/eligibility/glossary.ts';
import { postGlossaryImport } from '#lib/server/eligibility/intake-api.ts';
import { postReport } from '#lib/server/eligibility/reports-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import { GLOSSARY } from '#lib/server/reference/glossary-data.ts';
import { loadGlossary } from '#lib/server/reference/load-glossary.ts';
import { makePdf } from '../fixtures/documents/make.ts';
import { ask } from '../support/ask.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm, firmActor, operatorActor } from '../support/factories.ts';

const database = useDatabase();
const analyst = operatorActor(['rules:read', 'rules:write']);
let firm: Firm;

beforeAll(async () => {
  const { owner, app } = database.current;
  firm = await createFirm(owner);
  await loadGlossary(app.db);
});

const manager = () => firmActor(firm, ['portfolio:read', 'portfolio:write']);
const listed = z.object({
  items: z.array(z.looseObject({ id: z.string(), zh: z.string(), en: z.string() })),
});
const made = z.looseObject({ id: z.string() });

async function find(q: string) {
  const { json } = await ask(database.current.app, getGlossary, { actor: manager(), query: { q } });
  return listed.parse(json).items;
}
const add = (body: object, actor = analyst) =>
  ask(database.current.app, postGlossaryTerm, { actor, body: { source: 'A standard', ...body } });

async function load(text: string) {
  const url = new URL('/api/v1/glossary/imports', 'http://127.0.0.1:3000');
  const response = await respond(postGlossaryImport, {
    request: new Request(url, { method: 'POST', headers: { 'content-type': 'text/csv' }, body: text }),
    url,
    params: {},
    locals: { app: database.current.app, actor: analyst, request_id: 'R-TEST' },
    getClientAddress: () => '127.0.0.1',
  });
  const answer = z.looseObject({ errors: z.array(z.object({ line: z.number(), code: z.string() })) });
  return answer.parse(await response.json());
}

describe('the glossary', () => {
  it('comes with terms of which no two of a kind share a spelling', () => {
    GLOSSARY.forEach((term, index) => expect(conflictOf(term, GLOSSARY.slice(index + 1))).toBeNull());
  });

  it('is kept by analysts and read by firms, and never has a spelling twice in a kind', async () => {
    const { app } = database.current;
    const body = { kind: 'test', zh: '跌落试验', en: 'Drop test', aliases: ['跌落'] };
    expect((await add(body, manager())).status).toBe(403);
    const { status, json } = await add(body);
    expect(status).toBe(201);
    expect(await find('drop')).toMatchObject([{ zh: '跌落试验', is_edited: true, confirmed: false }]);
    const again = await add({ kind: 'test', zh: '摔落试验', en: 'ＤＲＯＰ test' });
    expect(again).toMatchObject({ status: 409, json: { errors: [{ code: 'term_known' }] } });
    const { id } = made.parse(json);
    const change = { ...body, en: 'Drop testing', source: 'A standard' };
    const put = await ask(app, putGlossaryTerm, { actor: analyst, params: { id }, body: change });
    expect(put).toMatchObject({ status: 200, json: { id, en: 'Drop testing' } });
    const refused = await ask(app, deleteGlossaryTerm, { actor: manager(), params: { id } });
    expect(refused.status).toBe(403);
    expect((await ask(app, deleteGlossaryTerm, { actor: analyst, params: { id } })).status).toBe(204);
    expect(await find('drop')).toEqual([]);
    expect((await ask(app, deleteGlossaryTerm, { actor: analyst, params: { id } })).status).toBe(404);
    expect((await add(body)).status).toBe(201);
  });

  it('is not written by a firm, even by a query of the program', async () => {
    const { app } = database.current;
    const row = { kind: 'test', zh: '假', en: 'False', source: 'x', confirmed: false };
    await expect(
      inFirm(app.db, firm.id, (tx) => tx.insertInto('glossary_term').values(row).execute()),
    ).rejects.toThrow(/row-level security/);
    const changed = await inFirm(app.db, firm.id, (tx) =>
      tx.updateTable('glossary_term').set({ en: 'False' }).executeTakeFirstOrThrow(),
    );
    expect(changed.numUpdatedRows).toBe(0n);
  });

  it('keeps what analysts changed and retired when the program starts again', async () => {
    const { app } = database.current;
    const [cadmium] = await find('镉含量');
    const [lead] = await find('铅含量');
    const change = { kind: 'test', zh: '镉', en: 'Cadmium (total)', source: 'A standard' };
    await ask(app, putGlossaryTerm, { actor: analyst, params: { id: cadmium?.id ?? '' }, body: change });
    await ask(app, deleteGlossaryTerm, { actor: analyst, params: { id: lead?.id ?? '' } });
    expect(await loadGlossary(app.db)).toEqual({ changed: 0 });
    const terms = await asOperator(app.db, termsInUse);
    expect(terms.find(({ zh }) => zh === '镉')?.en).toBe('Cadmium (total)');
    expect(terms.some(({ zh }) => zh === '铅')).toBe(false);
  });

  it('is loaded from a file, whose bad rows are named', async () => {
    const text = [
      '类别,中文,英文,其他写法,来源,已确认',
      '单位,帕斯卡,Pa,帕,GB 3102.3,是',
      'verdict,待定,Pending,P,Usage,no',
      'colour,红,Red,,Usage,no',
    ].join('\n');
    const { errors, ...counts } = await load(text);
    expect(counts).toMatchObject({ accepted: 1, rejected: 2 });
    expect(errors).toMatchObject([
      { line: 3, code: 'term_known' },
      { line: 4, code: 'kind_unknown' },
    ]);
    expect(await load(text)).toMatchObject({ accepted: 0, unchanged: 1 });
    expect(await find('帕斯卡')).toMatchObject([{ kind: 'unit', confirmed: true }]);
  });
});

describe('a report beside the other language', () => {
  const beside = z.looseObject({
    tests: z.array(
      z.object({
        clause_translation: z.string().nullable(),
        lines: z.array(
          z.object({
            field: z.string(),
            pieces: z.array(
              z.object({ as: z.string(), text: z.string(), translation: z.string().optional() }),
            ),
          }),
        ),
      }),
    ),
    document: z
      .object({ pages: z.number(), lines: z.array(z.looseObject({ pieces: z.array(z.looseObject({})) })) })
      .nullable(),
  });

  it('shows its tests and the text of its file, and leaves what the glossary lacks', async () => {
    const { app } = database.current;
    const pdf = makePdf([
      { zh: '报告编号：NB-2026-009' },
      { zh: '第4.12条 模拟使用耐久性试验 合格 特殊说明' },
    ]);
    const read = await extractReport(app, {
      firm_id: firm.id,
      actor_id: firm.id,
      file_name: 'r.pdf',
      bytes: pdf,
    });
    if (!('document_id' in read)) throw new Error('the file was refused');
    await extractPending(database.current.worker, app.now());
    const { json } = await ask(app, postReport, {
      actor: manager(),
      body: {
        report_no: 'NB-2026-009',
        lab: { cnas_id: 'CNAS L0101' },
        issued_on: '2026-08-01',
        standard: 'GB 31701-2026',
        language: 'zh',
        items: [{ clause: '第4.12条', name: '模拟使用耐久性', verdict: '合格', result: '0.34', unit: 'N·m' }],
        documents: [{ document_id: read.document_id }],
      },
    });
    const { id } = made.parse(json);
    const asked = { params: { id }, query: { page: '2' } };
    const { status, json: shown } = await ask(app, getReportBeside, { actor: manager(), ...asked });
    expect(status).toBe(200);
    const { tests, document, ...rest } = beside.parse(shown);
    expect(rest).toMatchObject({ to: 'en', is_translation: true, open: 0, total: 3 });
    expect(tests).toMatchObject([
      {
        clause_translation: 'Clause 4.12',
        lines: [
          { field: 'test', pieces: [{ as: 'term', translation: 'Simulated use durability testing' }] },
          { field: 'verdict', pieces: [{ as: 'term', translation: 'Pass' }] },
          { field: 'result', pieces: [{ as: 'kept', text: '0.34 N·m' }] },
        ],
      },
    ]);
    expect(document).toMatchObject({
      pages: 2,
      lines: [
        {
          pieces: [
            { translation: 'Clause 4.12' },
            { as: 'kept' },
            { translation: 'Simulated use durability testing' },
            { as: 'kept' },
            { translation: 'Pass' },
            { as: 'kept' },
            { as: 'unknown', text: '特殊说明' },
          ],
        },
      ],
    });
    const stranger = firmActor(await createFirm(database.current.owner), ['portfolio:read']);
    expect((await ask(app, getReportBeside, { actor: stranger, ...asked })).status).toBe(404);
  });
});
