import { Readable } from 'node:stream';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { importClearance } from '#lib/server/clearance/import.ts';
import { metricsOf } from '#lib/server/clearance/metrics.ts';
import { panelSheet, SHEET_PANELS, type SheetPanel } from '#lib/server/clearance/panel-sheet.ts';
import type { Taken } from '#lib/server/clearance/export-about.ts';
import type { Sheet } from '#lib/server/exports/sheet.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { useDatabase } from '../support/database.ts';
import { csvOf, numeric, rowsOf, workbookOf } from '../support/exported-files.ts';
import { createFirm } from '../support/factories.ts';

const database = useDatabase();
let firm: Firm;

beforeAll(async () => {
  const { app, owner } = database.current;
  await loadReference(app.db);
  firm = await createFirm(owner, { name: 'Sample & <Infant> Goods' });
  await importClearance(app, {
    firm,
    actor_id: null,
    format: 'csv',
    charset: null,
    file_name: 'weeks.csv',
    bytes: Readable.from([Buffer.from(threeWeeks())]),
  });
});

/** Two offices, one with a leading zero, both channels; the second of three weeks is missing. */
function threeWeeks(): string {
  const rows = ['declaration_no,channel,declared_at,released_at'];
  for (const week of [0, 2])
    for (let index = 0; index < 80; index++) {
      const declared = new Date(Date.UTC(2026, 4, 4 + 7 * week, index % 20, index));
      const is_green = index % 2 === 0;
      const hours = (is_green ? 3 : 11) + week + (index % 7) / 10;
      const released = new Date(declared.getTime() + hours * 3_600_000);
      const office = index % 40 === 39 ? '0901' : '3104';
      rows.push(
        `${office}20260${String(week * 100 + index + 1).padStart(9, '0')},${is_green ? 'green' : 'ordinary'},${declared.toISOString()},${released.toISOString()}`,
      );
    }
  return rows.join('\n');
}

function taken(given: Partial<Taken> = {}): Taken {
  return {
    firm,
    language: 'en',
    comparison: { kind: 'previous' },
    now: new Date('2026-06-01T02:03:04Z'),
    page_url: 'https://greenlane.example.org/clearance?from=2026-05-04',
    query: { from: '2026-05-04', to: '2026-05-24', measure: 'declared_to_released', direction: 'export' },
    ...given,
  };
}

async function sheetOf(panel: SheetPanel, given: Partial<Taken> = {}): Promise<Sheet> {
  return panelSheet(database.current.app, taken(given), panel);
}

describe('hours as CSV', () => {
  it('hold the numbers that the metrics answer with, in the same rows', async () => {
    const { rows } = await csvOf(await sheetOf('offices'));
    const answer = await metricsOf(database.current.app, firm, {
      ...taken().query,
      group_by: ['customs_office', 'channel'],
    });
    expect(rows.map((row) => [row.Office, row.Channel, numeric(row.n), numeric(row['Mean, h'])])).toEqual(
      answer.rows.map((row) => [
        `'${row.customs_office}`,
        row.channel === 'green' ? 'Green lane' : 'Ordinary channel',
        row.n,
        Number(row.mean_hours.toFixed(4)),
      ]),
    );
    expect(rows.map((row) => numeric(row['p95, h']))).toEqual(
      answer.rows.map((row) => Number(row.p95_hours.toFixed(4))),
    );
  });

  it('write a week without records as a row with n = 0 and no hours', async () => {
    const { rows } = await csvOf(await sheetOf('weeks'));
    expect(rows.map((row) => [row.Week, row.Channel, row.n, row['Mean, h'] === ''])).toEqual([
      ['2026-W19', 'Green lane', '40', false],
      ['2026-W20', 'Green lane', '0', true],
      ['2026-W21', 'Green lane', '40', false],
      ['2026-W19', 'Ordinary channel', '40', false],
      ['2026-W20', 'Ordinary channel', '0', true],
      ['2026-W21', 'Ordinary channel', '40', false],
    ]);
  });

  it('leave the percentage of few records empty', async () => {
    const { rows } = await csvOf(await sheetOf('offices'));
    const few = rows.filter((row) => Number(row.n) < 30);
    expect(few).toHaveLength(1);
    expect(few[0]).toMatchObject({ Office: "'0901", 'Against national, %': '', 'Baseline, h': '11.05' });
  });

  it('end with whose they are, when, which, how defined and against what', async () => {
    const { about, text } = await csvOf(
      await sheetOf('offices', { query: { ...taken().query, channel: 'green' } }),
    );
    expect(text.startsWith('\uFEFFOffice,')).toBe(true);
    expect(Object.fromEntries(about)).toMatchObject({
      '# Firm': 'Sample & <Infant> Goods',
      '# Written at': '2026-06-01 10:03:04, China time (UTC+8)',
      '# Declared between': '2026-05-04 to 2026-05-24, both days included, China time',
      '# Channel': 'Green lane',
      '# Office': 'all',
      '# Declarations counted (n)': '80',
      '# Rows in this file': '1',
      '# The same on the page': 'https://greenlane.example.org/clearance?from=2026-05-04',
    });
    expect(about.get('# Baseline')).toContain('11.05 h, derived and not published');
    expect(about.get('# Derivation')).toContain('4.2 h / (1 − 62 %)');
    expect(about.get('# Source')).toContain('News report');
    expect(about.get('# Not compared')).toMatch(/h \(.*measures something else/);
  });

  it('speak the language of the reader', async () => {
    const { rows, about } = await csvOf(await sheetOf('offices', { language: 'zh-CN' }));
    expect(rows[0]).toMatchObject({ 关区: "'0901", 通道: '普通通道' });
    expect(about.get('# 基线')).toContain('推算值');
  });

  it('are none for another firm', async () => {
    const other = await createFirm(database.current.owner);
    for (const panel of SHEET_PANELS) {
      const { rows, about } = await csvOf(await sheetOf(panel, { firm: other }));
      expect(rows.map((row) => Number(row.n))).toEqual(panel === 'stages' ? [0, 0, 0, 0, 0, 0] : []);
      expect(about.get('# Declarations counted (n)')).toBe('0');
    }
  });
});

describe('the columns of change', () => {
  const columnsOf = async (panel: SheetPanel, comparison: Taken['comparison']) => {
    const { rows } = await csvOf(await sheetOf(panel, { comparison }));
    return rows;
  };

  it('are against the office that is compared, channel by channel', async () => {
    const rows = await columnsOf('offices', { kind: 'office', office: '0901' });
    const slow = rows.find((row) => row.Office === "'3104" && row.Channel === 'Ordinary channel');
    expect(slow?.['n, 0901']).toBe('4');
    expect(Number(slow?.['Mean, 0901, h'])).toBeCloseTo(12.3, 2);
    // Four records are too few to compare with.
    expect(slow?.['Change against 0901, h']).toBe('');
  });

  it('are against the slot as many slots before, and empty where it holds no record', async () => {
    const query = { ...taken().query, from: '2026-05-18', to: '2026-05-24' };
    const later = await csvOf(await sheetOf('weeks', { query, comparison: { kind: 'previous' } }));
    expect(later.rows[0]).toMatchObject({
      n: '40',
      'n, the period before': '0',
      'Mean, the period before, h': '',
    });
    const both = { ...taken().query, from: '2026-05-11' };
    const { rows } = await csvOf(await sheetOf('weeks', { query: both }));
    expect(rows.map((row) => [row.Week, row.n, row['n, the period before']])).toEqual([
      ['2026-W20', '0', '0'],
      ['2026-W21', '40', '40'],
      ['2026-W20', '0', '0'],
      ['2026-W21', '40', '40'],
    ]);
    expect(Number(rows[1]?.['Change against the period before, h'])).toBeCloseTo(2, 6);
  });

  it('are none where nothing is compared', async () => {
    for (const kind of ['none', 'baseline'] as const)
      expect(Object.keys((await columnsOf('offices', { kind }))[0] ?? {}).at(-1)).toBe(
        'Median, p90, p95 are',
      );
  });
});

describe('the distribution as CSV', () => {
  it('holds every record of each channel in its steps, and the rest in one without an end', async () => {
    const { rows } = await csvOf(await sheetOf('distribution'));
    for (const channel of ['Green lane', 'Ordinary channel']) {
      const steps = rows.filter((row) => row.Channel === channel);
      expect(steps.reduce((sum, row) => sum + Number(row.n), 0)).toBe(80);
      expect(steps.reduce((sum, row) => sum + Number(row['Share of the channel, %']), 0)).toBeCloseTo(100, 1);
      expect(steps.at(-1)?.['To before, h']).toBe('');
      expect(steps.every((row) => row['Counts are'] === 'exact')).toBe(true);
    }
    // Green takes 3 to 3.6 hours in the first week and 5 to 5.6 in the third.
    const green = rows.filter((row) => row.Channel === 'Green lane' && Number(row.n) > 0);
    expect(green.map((row) => Math.floor(Number(row['From, h'])))).toEqual(expect.arrayContaining([3, 5]));
    expect(green.every((row) => [3, 5].includes(Math.floor(Number(row['From, h']))))).toBe(true);
  });
});

describe('the way of a shipment as CSV', () => {
  it('gives each part its own n, and a part without a record a row of its own', async () => {
    const { rows } = await csvOf(await sheetOf('stages'));
    expect(rows).toHaveLength(6);
    expect(rows.at(-1)).toMatchObject({ n: '160', 'Median, p10, p90 are': 'exact' });
    expect(rows[0]).toMatchObject({ n: '0', 'Mean, h': '', 'Median, h': '' });
  });
});

describe('hours as a workbook', () => {
  it('hold the same numbers, as numbers, and the definitions on a second sheet', async () => {
    const workbook = await workbookOf(await sheetOf('weeks'));
    expect(workbook.SheetNames).toEqual(['Data', 'About']);
    const { rows } = await csvOf(await sheetOf('weeks'));
    const [head, ...data] = rowsOf(workbook, 'Data');
    expect(head).toEqual(Object.keys(rows[0] ?? {}));
    expect(data.map((row) => row.slice(0, 4))).toEqual(
      rows.map((row) => [row.Week, row.Channel, Number(row.n), numeric(row['Mean, h'])]),
    );
    const about = new Map(rowsOf(workbook, 'About').map(([label, sentence]) => [label, sentence]));
    expect(about.get('Firm')).toBe('Sample & <Infant> Goods');
    expect(about.get('Rows in this file')).toBe('6');
  });
});
