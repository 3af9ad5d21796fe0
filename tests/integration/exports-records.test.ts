import { Readable } from 'node:stream';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import type { FileFormat } from '#lib/domain/tables/file-format.ts';
import type { Taken } from '#lib/server/clearance/export-about.ts';
import { importClearance } from '#lib/server/clearance/import.ts';
import { countRecords, recordsOf, type ClearanceRecord } from '#lib/server/clearance/records.ts';
import { correctionsOf } from '#lib/server/clearance/record-history.ts';
import { recordsSheet } from '#lib/server/clearance/records-sheet.ts';
import { csvFile } from '#lib/server/exports/csv-file.ts';
import type { Sheet } from '#lib/server/exports/sheet.ts';
import { xlsxFile } from '#lib/server/exports/xlsx-file.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { useDatabase } from '../support/database.ts';
import { bytesOf, csvOf, rowsOf, workbookOf } from '../support/exported-files.ts';
import { createFirm } from '../support/factories.ts';

const database = useDatabase();
const HEADER =
  'declaration_no,channel,hs_code,product_name,arrived_at,declared_at,inspection_notified_at,inspected_at,released_at';
const ROWS = [
  '310420260000000001,green,9403500090,木制婴儿床,2026-05-01 08:00,2026-05-02 08:00,,,2026-05-02 08:00:14',
  '090120260000000002,ordinary,0402210000,"=SUM(1), ""quoted""",,2026-05-03 09:00,2026-05-03 10:00,2026-05-03 12:00,2026-05-03 20:30',
  '310420260000000003,green,3924900000,"+1-2 安抚奶嘴",,2026-05-04 09:00,2026-05-04 09:30,,2026-05-04 13:00',
  '310420260000000004,,,"two\nlines",,2026-05-05 09:00,,,',
];
let firm: Firm;

beforeAll(async () => {
  await loadReference(database.current.app.db);
  firm = await createFirm(database.current.owner);
  await importRows(firm, 'may.csv', [HEADER, ...ROWS].join('\n'));
});

function importRows(of: Firm, file_name: string, bytes: string | Buffer, format: FileFormat = 'csv') {
  return importClearance(database.current.app, {
    firm: of,
    actor_id: null,
    format,
    charset: null,
    file_name,
    bytes: Readable.from([Buffer.from(bytes)]),
  });
}

function taken(of: Firm, given: Partial<Taken> = {}): Taken {
  return {
    firm: of,
    language: 'en',
    comparison: { kind: 'previous' },
    now: new Date('2026-06-01T02:03:04Z'),
    page_url: 'https://greenlane.example.org/clearance/records',
    query: { from: '2026-05-01', to: '2026-05-31', measure: 'declared_to_released', direction: 'export' },
    ...given,
  };
}

function sheetOf(
  of: Firm,
  narrowed: Partial<Parameters<typeof recordsSheet>[2]> = {},
  given: Partial<Taken> = {},
) {
  return recordsSheet(database.current.app, taken(of, given), { rows_max: null, ...narrowed });
}

/** What a firm has on file, but for where it came from. */
async function contentOf(of: Firm): Promise<Partial<ClearanceRecord>[]> {
  const found: Partial<ClearanceRecord>[] = [];
  for (const kind of [undefined, 'under_way'] as const) {
    const query = { ...taken(of).query, kind, order: 'newest' as const };
    const { items } = await recordsOf(database.current.app, of, query, { limit: 500, cursor: null });
    for (const { import_id: _, file_name: __, imported_at: ___, line: ____, ...rest } of items)
      found.push(rest);
  }
  return found;
}

async function problemsOf(of: Firm): Promise<unknown[]> {
  const { rows } = await database.current.owner.pg.query<{ line: number; problems: unknown }>(
    'select line, problems from clearance_import_error where firm_id = $1 and is_rejected',
    [of.id],
  );
  return rows;
}

const WRITERS: Record<'csv' | 'xlsx', (sheet: Sheet) => AsyncIterable<string | Uint8Array>> = {
  csv: csvFile,
  xlsx: (sheet) => xlsxFile(sheet, { data: 'Data', about: 'About' }),
};

describe('records as a file', () => {
  it('hold every stage, the hours and the line that each came from', async () => {
    const { rows } = await csvOf(await sheetOf(firm));
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatchObject({
      'Declaration number': "'310420260000000003",
      Product: "'+1-2 安抚奶嘴",
      'Inspection notice': '2026-05-04 09:30:00',
      Inspected: '',
      Released: '2026-05-04 13:00:00',
      Hours: '4',
      'From the file': 'may.csv',
      Line: '4',
    });
    expect(rows[1]).toMatchObject({
      'Customs office': "'0901",
      'HS code': "'0402210000",
      Product: '\'=SUM(1), "quoted"',
      Hours: '11.5',
    });
  });

  it('keep declaration numbers as text in a workbook, and times as times', async () => {
    const workbook = await workbookOf(await sheetOf(firm));
    const [head = [], first = []] = rowsOf(workbook, 'Data');
    const at = (name: string) => first[head.indexOf(name)];
    expect(at('Declaration number')).toBe('310420260000000003');
    expect(at('Product')).toBe('+1-2 安抚奶嘴');
    expect(at('Declared')).toEqual(new Date('2026-05-04T09:00:00Z'));
  });

  it.each(['csv', 'xlsx'] as const)(
    'come back in as %s as what they were, in both languages',
    async (format) => {
      for (const language of ['en', 'zh-CN'] as const) {
        const other = await createFirm(database.current.owner);
        for (const kind of [undefined, 'under_way'] as const) {
          const sheet = await sheetOf(firm, { kind }, { language });
          const report = await importRows(
            other,
            `out.${format}`,
            await bytesOf(WRITERS[format](sheet)),
            format,
          );
          expect(report.problem).toBeNull();
          expect(await problemsOf(other)).toEqual([]);
          expect(report).toMatchObject({ problem: null, accepted: kind ? 1 : 3, rejected: 0 });
        }
        expect(await contentOf(other)).toEqual(await contentOf(firm));
      }
    },
  );

  it('hold one kind alone when asked', async () => {
    const numbers = async (...given: [Parameters<typeof sheetOf>[1], Parameters<typeof sheetOf>[2]?]) =>
      (await csvOf(await sheetOf(firm, ...given))).rows.map((row) => row['Declaration number']?.slice(-1));
    expect(await numbers({ kind: 'inspected' })).toEqual(['3', '2']);
    expect(await numbers({ kind: 'within_a_minute' })).toEqual(['1']);
    expect(await numbers({ kind: 'under_way' })).toEqual(['4']);
    expect(await numbers({ over_seconds: 5 * 3600 })).toEqual(['2']);
    expect(await numbers({}, { query: { ...taken(firm).query, district: '0900' } })).toEqual(['2']);
    expect(await numbers({ measure: 'inspected_to_released' })).toEqual(['2']);
  });

  it('are counted as the list has them', async () => {
    const { app } = database.current;
    for (const kind of [undefined, 'inspected', 'within_a_minute', 'under_way'] as const) {
      const query = { ...taken(firm).query, kind };
      const { items } = await recordsOf(
        app,
        firm,
        { ...query, order: 'slowest' },
        { limit: 50, cursor: null },
      );
      expect(await countRecords(app, firm, query)).toBe(items.length);
    }
  });

  it('say that a capped file is not complete', async () => {
    const { rows, about } = await csvOf(await sheetOf(firm, { rows_max: 2 }));
    expect(rows).toHaveLength(2);
    expect(about.get('# Not complete')).toBe(
      'This file holds the newest 2 of 3 declarations. The CSV file holds all of them.',
    );
    expect((await csvOf(await sheetOf(firm))).about.has('# Not complete')).toBe(false);
  });

  it('are none for another firm', async () => {
    const other = await createFirm(database.current.owner);
    const { rows, about } = await csvOf(await sheetOf(other));
    expect(rows).toEqual([]);
    expect(about.get('# Declarations counted (n)')).toBe('0');
  });

  it('hold each record once over many portions, and how often it was corrected', async () => {
    const many = await createFirm(database.current.owner);
    const row = (index: number, minutes: number) => {
      const declared = new Date(Date.UTC(2026, 4, 2, 0, index));
      const released = new Date(declared.getTime() + minutes * 60_000);
      return `310420260${String(index).padStart(9, '0')},green,,,,${declared.toISOString()},,,${released.toISOString()}`;
    };
    const rows = Array.from({ length: 12_001 }, (_, index) => row(index, 90 + (index % 50)));
    await importRows(many, 'a.csv', [HEADER, ...rows].join('\n'));
    await importRows(many, 'b.csv', [HEADER, row(7, 500)].join('\n'));
    const exported = (await csvOf(await sheetOf(many))).rows;
    expect(new Set(exported.map((one) => one['Declaration number'])).size).toBe(12_001);
    expect(exported).toHaveLength(12_001);
    const corrected = exported.filter((one) => one.Corrections !== '0');
    expect(corrected).toHaveLength(1);
    expect(corrected[0]).toMatchObject({ 'From the file': 'b.csv', Corrections: '1', Hours: '8.3333' });
  });

  it('tell what a later import changed, and from which line', async () => {
    const { app } = database.current;
    const of = await createFirm(database.current.owner);
    const row = (released: string) => `310420260000000001,green,,,,2026-05-02 08:00,,,${released}`;
    await importRows(of, 'a.csv', [HEADER, row('')].join('\n'));
    await importRows(of, 'b.csv', [HEADER, row('2026-05-02 09:00')].join('\n'));
    await importRows(of, 'c.csv', [HEADER, '', row('2026-05-02 10:00')].join('\n'));
    const query = { ...taken(of).query, order: 'newest' as const };
    const { items } = await recordsOf(app, of, query, { limit: 5, cursor: null });
    const [newest, oldest] = (await correctionsOf(app, of, items))['310420260000000001'] ?? [];
    const at = (time: string) => new Date(`2026-05-02T${time}:00+08:00`);
    expect(newest).toMatchObject({
      file_name: 'c.csv',
      line: 3,
      changes: [{ field: 'released_at', before: at('09:00'), after: at('10:00') }],
    });
    expect(oldest).toMatchObject({
      file_name: 'b.csv',
      line: 2,
      changes: [{ field: 'released_at', before: null, after: at('09:00') }],
    });
    expect(await correctionsOf(app, firm, items)).toEqual({});
  });
});
