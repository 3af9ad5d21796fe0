import { read } from '@e965/xlsx';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvFile } from './csv-file.ts';
import type { Cell, ColumnKind, Sheet } from './sheet.ts';
import { xlsxFile } from './xlsx-file.ts';

const numRuns = process.env.LONG ? 2000 : 60;

/** What a spreadsheet would run, or would change, if it stood in a cell as it is. */
const DANGEROUS = [
  '=SUM(1)',
  '+1-2',
  '-2+3',
  '@cmd',
  '\t=1',
  '\r=1',
  '\n=1',
  '＝1+1',
  '=HYPERLINK("http://x","y")',
  "=cmd|' /C calc'!A0",
];

function sheet(kind: ColumnKind, values: readonly Cell[]): Sheet {
  return {
    columns: [{ head: 'A', kind }],
    rows: [values.map((value) => [value])],
    about: (rows) => [['Rows', String(rows)]],
  };
}

async function textOf(of: Sheet): Promise<string> {
  let text = '';
  for await (const part of csvFile(of)) text += part;
  return text;
}

async function csvCells(of: Sheet): Promise<string[]> {
  const text = await textOf(of);
  const rows: string[][] = parse(text.slice(0, text.lastIndexOf('\r\n\r\n')), { bom: true });
  return rows.slice(1).map(([cell = '']) => cell);
}

/** The cells of the first sheet by their place, as an independent reader finds them; `w` is what is shown. */
async function dataSheet(of: Sheet): Promise<ReadonlyMap<string, unknown>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of xlsxFile(of, { data: 'Data', about: 'About' })) chunks.push(chunk);
  const { Data } = read(Buffer.concat(chunks), { cellNF: true, cellFormula: true }).Sheets;
  if (!Data) throw new Error('there is no sheet of data');
  return new Map<string, unknown>(Object.entries(Data));
}

describe('a CSV file', () => {
  it.each(DANGEROUS)('does not let a spreadsheet run %j', async (value) => {
    const [cell] = await csvCells(sheet('text', [value]));
    expect(cell).toBe(`'${value}`);
  });

  it('keeps declaration numbers and leading zeros as text', async () => {
    expect(await csvCells(sheet('code', ['310420260000742108', '0901']))).toEqual([
      "'310420260000742108",
      "'0901",
    ]);
  });

  it('says in its last line how many rows it was meant to hold', async () => {
    expect(await textOf(sheet('count', [1, 2, 3]))).toMatch(/\r\n\r\n# Rows,3\r\n$/);
  });

  it('closes with comments of one line each, whatever stands in them', async () => {
    const about = [['Note, "of" the source', 'first line\n=second, line']] as const;
    const text = await textOf({ ...sheet('count', [1]), about: () => about });
    expect(text.split('\r\n\r\n')[1]).toBe('# Note   of  the source,"first line =second, line"\r\n');
  });

  it('writes instants in China time', async () => {
    expect(await csvCells(sheet('instant', [new Date('2026-05-13T16:30:05Z')]))).toEqual([
      '2026-05-14 00:30:05',
    ]);
  });

  it('gives any text back, but for the apostrophe before what would run', async () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 40 });
    await fc.assert(
      // Every sheet has several columns; an empty cell of a single one would be a blank line.
      fc.asyncProperty(fc.array(text, { minLength: 2, maxLength: 5 }), async (values) => {
        const cells = await csvCells({
          ...sheet('text', []),
          columns: values.map((_, index) => ({ head: String(index), kind: 'text' as const })),
          rows: [[values]],
        });
        expect(cells[0]?.replace(/^'/, '')).toBe(values[0]?.replace(/^'/, ''));
      }),
      { seed: 412, numRuns },
    );
  });
});

describe('a workbook', () => {
  it.each(DANGEROUS)('stores %j as text and not as a formula', async (value) => {
    const cell = (await dataSheet(sheet('text', [value]))).get('A2');
    expect(cell).toMatchObject({ t: 's', v: value });
    expect(cell).not.toHaveProperty('f');
  });

  it('keeps declaration numbers and leading zeros as text', async () => {
    const data = await dataSheet(sheet('code', ['310420260000742108', '0901']));
    expect(data.get('A2')).toMatchObject({ t: 's', v: '310420260000742108' });
    expect(data.get('A3')).toMatchObject({ t: 's', v: '0901' });
  });

  it('writes days and China times as dates that Excel counts with', async () => {
    const data = await dataSheet(sheet('instant', [new Date('2026-05-13T16:30:05Z')]));
    expect(data.get('A2')).toMatchObject({ t: 'n', w: '2026-05-14 00:30:05' });
    const days = await dataSheet(sheet('day', ['2026-05-14']));
    expect(days.get('A2')).toMatchObject({ t: 'n', w: '2026-05-14' });
  });

  it('filters over exactly its rows', async () => {
    expect((await dataSheet(sheet('count', [1, 2, 3]))).get('!autofilter')).toEqual({ ref: 'A1:A4' });
  });

  it('gives any text back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), async (value) => {
        const data = await dataSheet(sheet('text', [value]));
        expect(data.get('A2')).toMatchObject({ v: value });
      }),
      { seed: 412, numRuns },
    );
  });

  it('fails where its rows fail, and does not end as if it were whole', async () => {
    const broken = (): Sheet => ({
      ...sheet('text', []),
      rows: (async function* () {
        yield [['a']];
        throw new Error('the database went away');
      })(),
    });
    await expect(dataSheet(broken())).rejects.toThrow('the database went away');
    await expect(textOf(broken())).rejects.toThrow('the database went away');
  });
});
