import { spawnSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importClearance, type ImportRequest } from '#lib/server/clearance/import.ts';
import { findImport } from '#lib/server/clearance/import-list.ts';
import { firstProblems } from '#lib/server/clearance/import-problems.ts';
import { xlsxRows, type ReadSheet } from '#lib/server/tables/read/xlsx.ts';
import { UnreadableFile, type SourceRow } from '#lib/server/tables/read/source-row.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { makeCompoundFile, makeZip } from '../fixtures/documents/make.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm } from '../support/factories.ts';
import { workbookOf, writeWorkbook, type SheetSpec } from '../support/workbook.ts';

const database = useDatabase();
const COUNT_ROWS = resolve(import.meta.dirname, '../support/count-rows.ts');
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlane-workbooks-'));
  await loadReference(database.current.app.db);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const NUMBER = '310420260000742108';
const HEADER = ['报关单号', '申报时间', '放行时间'];

type Read = { rows: SourceRow[]; sheet: ReadSheet | null; serial_days: number };

async function readBytes(bytes: Uint8Array, sheet: string | null = null): Promise<Read> {
  const found: Read = { rows: [], sheet: null, serial_days: 0 };
  const wish = {
    sheet,
    looksRight: (rows: readonly SourceRow[]) => rows.some(({ cells }) => cells.includes('报关单号')),
    told: (notes: { sheet: ReadSheet; serial_days: number }) => Object.assign(found, notes),
  };
  for await (const rows of xlsxRows(Readable.from([bytes]), wish)) found.rows.push(...rows);
  return found;
}

async function cellsOf(sheets: readonly SheetSpec[], given: Parameters<typeof workbookOf>[1] = {}) {
  return (await readBytes(workbookOf(sheets, given))).rows.map(({ cells }) => cells);
}

const one = (rows: SheetSpec['rows'], more: Partial<SheetSpec> = {}): SheetSpec[] => [
  { name: '明细', rows, ...more },
];

async function problemOf(bytes: Uint8Array, sheet: string | null = null) {
  try {
    await readBytes(bytes, sheet);
  } catch (cause) {
    if (cause instanceof UnreadableFile) return { code: cause.code, ...cause.params };
    throw cause;
  }
  return null;
}

async function importWorkbook(bytes: Uint8Array, given: Partial<ImportRequest> = {}) {
  const { app, owner } = database.current;
  const firm = await createFirm(owner);
  const report = await importClearance(app, {
    firm,
    actor_id: null,
    format: 'xlsx',
    charset: null,
    file_name: 'may.xlsx',
    bytes: Readable.from([bytes]),
    ...given,
  });
  return inFirm(app.db, firm.id, async (tx) => ({
    report,
    entry: await findImport(tx, report.import_id),
    problems: await firstProblems(tx, report.import_id, 'en', 20),
  }));
}

describe('cells of a workbook', () => {
  it.each([
    ['1900', false, 46_156.336_805_555_555],
    ['1904', true, 44_694.336_805_555_555],
  ])('that show a time say it as the cell shows it, counted from %s', async (_, is_1904, serial) => {
    const sheet = one([HEADER, [NUMBER, serial, serial]], {
      cells: { B2: { z: 'yyyy-mm-dd hh:mm' }, C2: { z: 'yyyy"年"m"月"d"日"' } },
    });
    expect((await cellsOf(sheet, { is_1904 }))[1]).toEqual([
      NUMBER,
      '2026-05-14 08:05:00',
      '2026-05-14 08:05:00',
    ]);
  });

  it('that show a day alone say no time', async () => {
    const sheet = one([HEADER, [NUMBER, 46_156, 46_156]], {
      cells: { B2: { z: 'yyyy/m/d' }, C2: { z: 'yyyy/m/d h:mm' } },
    });
    expect((await cellsOf(sheet))[1]).toEqual([NUMBER, '2026-05-14', '2026-05-14 00:00:00']);
  });

  it('never depend on the time zone of this machine', async () => {
    const file = join(folder, 'zone.xlsx');
    await writeWorkbook(file, () => [
      '<row r="1"><c r="A1" t="d"><v>2026-05-14T08:05:00</v></c><c r="B1" t="inlineStr"><is><t>2026-05-14 08:05</t></is></c></row>',
    ]);
    const bytes = workbookOf(one([[46_156.336_805_555_555]], { cells: { A1: { z: 'm/d/yy h:mm' } } }));
    const before = process.env.TZ;
    try {
      for (const zone of ['America/New_York', 'Asia/Shanghai', 'Pacific/Kiritimati']) {
        process.env.TZ = zone;
        expect((await readBytes(bytes)).rows[0]?.cells).toEqual(['2026-05-14 08:05:00']);
      }
    } finally {
      process.env.TZ = before;
    }
    const found: SourceRow[] = [];
    const wish = { sheet: null, looksRight: () => true, told: () => {} };
    for await (const rows of xlsxRows(createReadStream(file), wish)) found.push(...rows);
    expect(found[0]?.cells).toEqual(['2026-05-14T08:05:00', '2026-05-14 08:05']);
  });

  it('that hold a number of more than 15 digits come in short form, whatever digits were put in', async () => {
    const file = join(folder, 'long.xlsx');
    const values = ['310420260000742108', '310420260000742016', '3.10420260000742E+17', '90120260000091377'];
    await writeWorkbook(file, () => [
      `<row r="1">${values.map((value) => `<c><v>${value}</v></c>`).join('')}</row>`,
    ]);
    const found: SourceRow[] = [];
    const wish = { sheet: null, looksRight: () => true, told: () => {} };
    for await (const rows of xlsxRows(createReadStream(file), wish)) found.push(...rows);
    expect(found[0]?.cells.every((cell) => /^\d(\.\d+)?e\+1[67]$/.test(cell))).toBe(true);
  });

  it('keep numbers that are whole: codes, item numbers, HS codes', async () => {
    expect(await cellsOf(one([[3104, 8_715_000_000, 2, 0.5, true]]))).toEqual([
      ['3104', '8715000000', '2', '0.5', 'TRUE'],
    ]);
  });

  it('give what a formula came to, and the formula itself where nobody has calculated it', async () => {
    const sheet = one([HEADER, [NUMBER, null, null]], {
      cells: {
        B2: { f: 'NOW()', v: 46_156.5, t: 'n', z: 'yyyy-mm-dd hh:mm' },
        C2: { f: 'B2+1/24', t: 'z' },
      },
    });
    const [, row] = await cellsOf(sheet);
    expect(row?.slice(0, 2)).toEqual([NUMBER, '2026-05-14 12:00:00']);
    const { report, problems } = await importWorkbook(
      workbookOf(one([HEADER, [NUMBER, '2026-05-14 08:00', null]], { cells: { C2: { t: 'e', v: 42 } } })),
    );
    expect(report).toMatchObject({ rejected: 1 });
    expect(problems[0]).toMatchObject({ field: 'released_at', code: 'time.unreadable' });
    const file = join(folder, 'formula.xlsx');
    await writeWorkbook(file, () => ['<row r="1"><c r="A1"><f>B2+1/24</f></c></row>']);
    const found: SourceRow[] = [];
    const wish = { sheet: null, looksRight: () => true, told: () => {} };
    for await (const rows of xlsxRows(createReadStream(file), wish)) found.push(...rows);
    expect(found[0]?.cells).toEqual(['=B2+1/24']);
  });

  it('that span rows count for each of them, and empty rows for none', async () => {
    const sheet = one(
      [
        ['报关单号', '项号', '商品名称'],
        [NUMBER, 1, '婴儿推车'],
        [null, 2, '婴儿床'],
        [null, null, null],
        ['310420260000742109', 1, '安抚奶嘴'],
      ],
      { merges: ['A2:A4'] },
    );
    const { rows } = await readBytes(workbookOf(sheet));
    expect(rows.map(({ line, cells }) => [line, ...cells])).toEqual([
      [1, '报关单号', '项号', '商品名称'],
      [2, NUMBER, '1', '婴儿推车'],
      [3, NUMBER, '2', '婴儿床'],
      [5, '310420260000742109', '1', '安抚奶嘴'],
    ]);
  });
});

describe('the sheet that is read', () => {
  const data = { name: '五月', rows: [HEADER, [NUMBER, '2026-05-14 08:40', '2026-05-14 11:52']] };
  const cover = { name: '说明', rows: [['本表为五月报关明细']] };

  it('is the first with a header that a person sees, and is said', async () => {
    const hidden = { ...data, name: '旧', is_hidden: true };
    const { sheet, rows } = await readBytes(workbookOf([cover, hidden, data]));
    expect(sheet).toEqual({ name: '五月', others: ['说明'] });
    expect(rows).toHaveLength(2);
    expect((await importWorkbook(workbookOf([cover, data]))).entry).toMatchObject({
      sheet: { name: '五月', others: ['说明'] },
    });
  });

  it('may be named, and a name that is none is answered with those there are', async () => {
    const bytes = workbookOf([data, { ...data, name: '六月' }]);
    expect((await readBytes(bytes, '六月')).sheet?.name).toBe('六月');
    expect(await problemOf(bytes, '七月')).toEqual({
      code: 'file.sheet_missing',
      value: '七月',
      sheets: '五月, 六月',
    });
  });
});

describe('a workbook', () => {
  it('lands with Chinese and merged headers in two rows, text numbers and date cells', async () => {
    const rows = [
      ['宁波示例公司 五月报关明细', null, null, null, null],
      ['报关单号', '申报时间', '查验', null, '放行时间'],
      [null, null, '通知时间', '完毕时间', null],
      [NUMBER, 46_156.361_111_111_11, null, null, 46_156.494_444_444_45],
      ['310420260000742109', '2026-05-13 16:20', '2026-05-14 10:30', '2026-05-14 18:00', '2026-05-14 18:40'],
      [3.104_202_600_007_421e17, '2026-05-14 09:00', null, null, '2026-05-14 10:00'],
    ];
    const sheet = one(rows, {
      merges: ['A1:E1', 'A2:A3', 'B2:B3', 'C2:D2', 'E2:E3'],
      cells: { B4: { z: 'yyyy-mm-dd hh:mm' }, E4: { z: 'yyyy-mm-dd hh:mm' } },
    });
    const { report, problems } = await importWorkbook(workbookOf(sheet));
    expect(report).toMatchObject({ received: 3, accepted: 2, rejected: 1, problem: null });
    expect(problems).toMatchObject([{ line: 6, code: 'declaration_no.excel_damaged' }]);
  });

  it('reads unstyled day numbers of a workbook that counts from 1904', async () => {
    const rows = [HEADER, [NUMBER, 44_694.361_111_111_11, 44_694.494_444_444_45]];
    const { report, problems } = await importWorkbook(workbookOf(one(rows), { is_1904: true }));
    expect(problems).toEqual([]);
    expect(report).toMatchObject({ accepted: 1, warnings: 0 });
  });

  it.each<[string, () => Uint8Array, string]>([
    ['of Excel 97 named .xlsx', () => workbookOf(one([HEADER]), { type: 'biff8' }), 'file.is_xls'],
    [
      'with a password',
      () => makeCompoundFile({ EncryptedPackage: Buffer.alloc(8192), EncryptionInfo: Buffer.alloc(64) }),
      'file.encrypted',
    ],
    [
      'that is a web page',
      () => Buffer.from('<html><table><tr><td>报关单号</td></tr></table></html>'),
      'file.is_markup',
    ],
    ['that is text', () => Buffer.from('报关单号,申报时间\n1,2'), 'file.is_text'],
    ['that is another archive', () => makeZip([{ name: 'a.txt', data: Buffer.from('a') }]), 'file.not_xlsx'],
    ['that is cut off', () => workbookOf(one([HEADER])).subarray(0, 900), 'file.not_xlsx'],
    ['that is empty', () => Buffer.alloc(0), 'file.empty'],
  ])('%s is refused with a sentence of its own', async (_, make, code) => {
    expect(await problemOf(make())).toMatchObject({ code });
    const { report } = await importWorkbook(make());
    expect(report).toMatchObject({ received: 0, problem: { code } });
  });

  it('named as text is refused as text', async () => {
    const { report } = await importWorkbook(workbookOf(one([HEADER])), { format: 'csv' });
    expect(report.problem).toMatchObject({ code: 'file.is_workbook' });
  });

  it('that unpacks to far more than it should is not unpacked', async () => {
    const file = join(folder, 'bomb.xlsx');
    const row = `<row><c t="inlineStr"><is><t>${'A'.repeat(100_000)}</t></is></c></row>`;
    await writeWorkbook(file, function* () {
      for (let index = 0; index < 800; index += 1) yield row;
    });
    const { report } = await importWorkbook(Buffer.alloc(0), { bytes: createReadStream(file) });
    expect(report.problem).toMatchObject({ code: 'file.too_large_unpacked' });
  });

  it('leaves no file behind, also when it is refused', async () => {
    const before = (await readdir(tmpdir())).filter((name) => name.startsWith('greenlane-xlsx-'));
    await readBytes(workbookOf(one([HEADER])));
    await problemOf(Buffer.from('no workbook'));
    const after = (await readdir(tmpdir())).filter((name) => name.startsWith('greenlane-xlsx-'));
    expect(after).toEqual(before);
  });

  it('is read packed with gzip too', async () => {
    const rows = [HEADER, [NUMBER, '2026-05-14 08:40', '2026-05-14 11:52']];
    const { report } = await importWorkbook(gzipSync(workbookOf(one(rows))));
    expect(report).toMatchObject({ accepted: 1, problem: null });
  });

  it('of 300,000 rows is read in a heap of 64 MB', async () => {
    const count = 300_000;
    const file = join(folder, 'large.xlsx');
    await writeWorkbook(
      file,
      function* () {
        for (let index = 0; index < count; index += 1)
          yield `<row r="${index + 1}"><c r="A${index + 1}" t="s"><v>${index}</v></c><c r="B${index + 1}"><v>46156.3611</v></c><c r="C${index + 1}" t="inlineStr"><is><t>婴儿推车</t></is></c></row>`;
      },
      {
        strings: function* () {
          for (let index = 0; index < count; index += 1) yield `310420260${String(index).padStart(9, '0')}`;
        },
      },
    );
    const child = spawnSync(process.execPath, ['--max-old-space-size=64', COUNT_ROWS, file], {
      encoding: 'utf8',
    });
    expect(child.stderr).toBe('');
    expect(JSON.parse(child.stdout)).toMatchObject({
      count,
      last: ['310420260000299999', '46156.3611', '婴儿推车'],
    });
  }, 120_000);
});
