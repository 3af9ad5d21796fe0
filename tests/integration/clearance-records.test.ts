import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { importClearance } from '#lib/server/clearance/import.ts';
import { countOf } from '#lib/server/clearance/metrics.ts';
import { RECORD_ORDERS, recordsOf, type RecordsQuery } from '#lib/server/clearance/records.ts';
import { encodeCursor } from '#lib/server/http/page.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm } from '../support/factories.ts';

const database = useDatabase();
const F9 = join(import.meta.dirname, '../fixtures/clearance/f9-utf8.csv');
const MAY: RecordsQuery = {
  from: '2026-05-01',
  to: '2026-05-31',
  measure: 'declared_to_released',
  direction: 'export',
  order: 'newest',
};
const FIRST_PAGE = { limit: 50, cursor: null };

beforeAll(async () => {
  await loadReference(database.current.app.db);
});

function importBytes(firm: Firm, bytes: AsyncIterable<Uint8Array>, file_name: string) {
  const { app } = database.current;
  return importClearance(app, { firm, actor_id: null, format: 'csv', charset: null, file_name, bytes });
}

/** Three days of declarations, some under way, at two offices. */
function manyRows(count: number): string {
  const rows = Array.from({ length: count }, (_, index) => {
    const declared = new Date(Date.UTC(2026, 4, 12, 0, index));
    const released =
      index % 10 === 9 ? '' : new Date(declared.getTime() + ((index * 37) % 600) * 60_000).toISOString();
    const office = index % 2 === 0 ? '3104' : '0901';
    return `${office}20260${String(index + 1).padStart(9, '0')},${index % 3 === 0 ? 'green' : 'ordinary'},${declared.toISOString()},${released}`;
  });
  return ['declaration_no,channel,declared_at,released_at', ...rows].join('\n');
}

async function everyPage(firm: Firm, query: RecordsQuery, limit: number) {
  const found = [];
  for (let cursor: string | null = null, more = true; more;) {
    const page = await recordsOf(database.current.app, firm, query, { limit, cursor });
    found.push(...page.items);
    cursor = page.next_cursor;
    more = cursor !== null;
  }
  return found;
}

describe('the records behind a number', () => {
  it('name the file and the line that each came from', async () => {
    const firm = await createFirm(database.current.owner);
    await importBytes(firm, createReadStream(F9), 'f9.csv');
    const { items } = await recordsOf(database.current.app, firm, MAY, FIRST_PAGE);
    expect(items.map(({ declaration_no, line, file_name }) => [declaration_no, line, file_name])).toEqual([
      ['310420260000742108', 2, 'f9.csv'],
      ['310420260000742109', 3, 'f9.csv'],
    ]);
    expect(items[0]).toMatchObject({ customs_office: '3104', channel: 'green', hours: 3.2 });
  });

  it.each(['newest', 'slowest'] as const)(
    'are as many as the number counts, once each, %s first',
    async (order) => {
      const firm = await createFirm(database.current.owner);
      await importBytes(firm, Readable.from([Buffer.from(manyRows(60))]), 'many.csv');
      for (const filter of [{}, { channel: 'green' as const }, { customs_office: '0901' }]) {
        const query = { ...MAY, ...filter, order };
        const n = await countOf(database.current.app, firm, { ...MAY, ...filter });
        const records = await everyPage(firm, query, 7);
        expect(records).toHaveLength(n);
        expect(new Set(records.map(({ declaration_no }) => declaration_no)).size).toBe(records.length);
        const values = records.map((record) =>
          order === 'newest' ? record.declared_at.getTime() : (record.hours ?? -1),
        );
        expect(values).toEqual([...values].sort((a, b) => b - a));
      }
    },
  );

  it('keep the leading zero of an office', async () => {
    const firm = await createFirm(database.current.owner);
    await importBytes(firm, Readable.from([Buffer.from(manyRows(4))]), 'many.csv');
    const { items } = await recordsOf(
      database.current.app,
      firm,
      { ...MAY, customs_office: '0901' },
      FIRST_PAGE,
    );
    expect(items.map(({ declaration_no }) => declaration_no)).toEqual([
      '090120260000000004',
      '090120260000000002',
    ]);
  });

  it('are none for another firm', async () => {
    const firm = await createFirm(database.current.owner);
    const other = await createFirm(database.current.owner);
    await importBytes(firm, createReadStream(F9), 'f9.csv');
    const { items } = await recordsOf(database.current.app, other, MAY, FIRST_PAGE);
    expect(items).toEqual([]);
  });

  it.each([
    ["'; drop table clearance"],
    [encodeCursor(['2026-13-40 99:00:00+00', '310420260000742108'])],
    [encodeCursor(['many', '310420260000742108'])],
  ])('begin anew with a cursor that is none (%s)', async (cursor) => {
    const firm = await createFirm(database.current.owner);
    await importBytes(firm, createReadStream(F9), 'f9.csv');
    for (const order of RECORD_ORDERS) {
      const { items } = await recordsOf(database.current.app, firm, { ...MAY, order }, { limit: 2, cursor });
      expect(items).toHaveLength(2);
    }
  });
});
