import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { postImport, postImportPreview, putImportColumns } from '#lib/server/clearance/imports-api.ts';
import { getRecord, getRecords } from '#lib/server/clearance/records-api.ts';
import { respond, type Operation, type RequestLike } from '#lib/server/http/operation.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm, firmActor } from '../support/factories.ts';

const database = useDatabase();
const FIXTURES = join(import.meta.dirname, '../fixtures/clearance');

beforeAll(async () => {
  await loadReference(database.current.app.db);
});

/** What the operation answers to this firm. */
async function ask<P, Q, B>(
  operation: Operation<P, Q, B>,
  firm: Firm,
  given: {
    query?: Record<string, string>;
    params?: Record<string, string>;
    body?: string;
    type?: string;
  } = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const url = new URL(`http://127.0.0.1:3000/api/v1${operation.path}`);
  for (const [name, value] of Object.entries(given.query ?? {})) url.searchParams.set(name, value);
  const request = new Request(url, {
    method: operation.method.toUpperCase(),
    ...(given.body === undefined
      ? {}
      : { body: given.body, headers: { 'content-type': given.type ?? 'text/csv' } }),
  });
  const event: RequestLike = {
    request,
    url,
    params: given.params ?? {},
    locals: {
      app: database.current.app,
      actor: firmActor(firm, ['clearance:read', 'clearance:write']),
      request_id: 'req-0001',
    },
    getClientAddress: () => '127.0.0.1',
  };
  const response = await respond(operation, event);
  const text = await response.text();
  const body = text === '' ? {} : z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  return { status: response.status, body };
}

const UNKNOWN = '单据,起,止\n310420260000742108,2026-05-14 08:40,2026-05-14 11:52\n1,2,3\n';
const CHOSEN = JSON.stringify({ 单据: 'declaration_no', 起: 'declared_at', 止: 'released_at' });

describe('the preview of a file', () => {
  it('says which column goes where, what is wrong with the first rows, and stores nothing', async () => {
    const firm = await createFirm(database.current.owner);
    const body = await readFile(join(FIXTURES, 'f9-utf8.csv'), 'utf8');
    const { status, body: found } = await ask(postImportPreview, firm, { body });
    expect(status).toBe(200);
    expect(found).toMatchObject({ kind: 'records', is_remembered: false, missing: [], rows_tried: 3 });
    expect(found.columns).toContainEqual({
      place: 10,
      name: '查验通知时间',
      field: 'inspection_notified_at',
    });
    expect(found.columns).toContainEqual({ place: 13, name: '结关日期', field: null });
    expect(found.problems).toContainEqual(
      expect.objectContaining({ line: 4, code: 'declaration_no.excel_damaged', is_error: true }),
    );
    expect((await ask(getRecords, firm)).body).toEqual({ items: [], next_cursor: null });
  });

  it('shows a header that nobody knows, with what is missing', async () => {
    const firm = await createFirm(database.current.owner);
    const { body: found } = await ask(postImportPreview, firm, { body: UNKNOWN });
    expect(found).toMatchObject({
      header: ['单据', '起', '止'],
      missing: [['declaration_no'], ['declared_at']],
    });
    const chosen = await ask(postImportPreview, firm, { body: UNKNOWN, query: { columns: CHOSEN } });
    expect(chosen.body).toMatchObject({ missing: [], rows_tried: 2 });
  });

  it('knows a receipt stream by its columns', async () => {
    const firm = await createFirm(database.current.owner);
    const body = await readFile(join(FIXTURES, 'f10.csv'), 'utf8');
    expect((await ask(postImportPreview, firm, { body })).body).toMatchObject({ looks_like: 'receipts' });
    const { body: found } = await ask(postImportPreview, firm, { body, query: { format: 'receipts' } });
    expect(found).toMatchObject({ kind: 'receipts', missing: [], problem: null });
  });
});

describe('columns', () => {
  it('that were confirmed once need no word the next time, and only in that firm', async () => {
    const { owner } = database.current;
    const [firm, other] = [await createFirm(owner), await createFirm(owner)];
    const columns: unknown = JSON.parse(CHOSEN);
    const body = JSON.stringify({ header: ['单据', '起', '止'], columns });
    const type = 'application/json';
    expect((await ask(putImportColumns, firm, { body, type })).status).toBe(204);
    expect((await ask(postImport, firm, { body: UNKNOWN })).body).toMatchObject({ accepted: 1, rejected: 1 });
    expect((await ask(postImportPreview, firm, { body: UNKNOWN })).body).toMatchObject({
      is_remembered: true,
    });
    expect((await ask(postImport, other, { body: UNKNOWN })).status).toBe(422);
  });

  it('that name a field which is none are refused with those there are', async () => {
    const firm = await createFirm(database.current.owner);
    const query = { columns: JSON.stringify({ 单据: 'closed_at' }) };
    const { status, body } = await ask(postImport, firm, { body: UNKNOWN, query });
    expect(status).toBe(422);
    expect(body.detail).toContain('declaration_no');
  });
});

describe('a declaration', () => {
  it('is given with what it was before, and with the receipts behind it', async () => {
    const firm = await createFirm(database.current.owner);
    const receipts = await readFile(join(FIXTURES, 'f10.csv'), 'utf8');
    await ask(postImport, firm, { body: receipts, query: { format: 'receipts', file_name: 'f10.csv' } });
    const csv =
      'declaration_no,declared_at,released_at\n310420260000742108,2026-05-14 08:40,2026-05-14 12:00';
    expect((await ask(postImport, firm, { body: csv })).body).toMatchObject({ corrected: 1 });
    const params = { declaration_no: '310420260000742108' };
    const { body } = await ask(getRecord, firm, { params });
    expect(body).toMatchObject({
      released_at: '2026-05-14T04:00:00.000Z',
      items: [{ item_no: 1 }],
      revisions: [{ released_at: '2026-05-14T03:52:00.000Z', file_name: 'f10.csv' }],
      receipts: [{ code: 'L' }, { code: 'P' }, { code: 'R' }],
    });
    const other = await createFirm(database.current.owner);
    expect((await ask(getRecord, other, { params })).status).toBe(404);
  });

  it('stands in the list of its filters, a page at a time', async () => {
    const firm = await createFirm(database.current.owner);
    await ask(postImport, firm, { body: await readFile(join(FIXTURES, 'f9-utf8.csv'), 'utf8') });
    const first = await ask(getRecords, firm, { query: { customs_office: '3104', limit: '1' } });
    expect(first.body).toMatchObject({ items: [{ declaration_no: '310420260000742108', hours: 3.2 }] });
    const cursor = String(first.body.next_cursor);
    const second = await ask(getRecords, firm, { query: { limit: '1', cursor } });
    expect(second.body).toMatchObject({
      items: [{ declaration_no: '310420260000742109' }],
      next_cursor: null,
    });
    expect((await ask(getRecords, firm, { query: { channel: 'green' } })).body.items).toHaveLength(1);
  });
});
