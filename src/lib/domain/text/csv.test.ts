import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvLine, CsvSplitter, delimiterOf, neutralise, type CsvRow } from './csv.ts';

/** The rows of text that comes in pieces of this length. */
function split(text: string, length = text.length): CsvRow[] {
  const splitter = new CsvSplitter();
  const rows: CsvRow[] = [];
  for (let at = 0; at < text.length; at += length) rows.push(...splitter.push(text.slice(at, at + length)));
  return [...rows, ...splitter.finish()];
}
const cells = (text: string, length?: number) => split(text, length).map((row) => row.cells);
const MEGABYTE = 1024 * 1024;
const CHUNK = 64 * 1024;

describe('CsvSplitter', () => {
  it.each([
    ['line feeds', '\n'],
    ['carriage returns and line feeds', '\r\n'],
    ['carriage returns alone', '\r'],
  ])('reads lines that end with %s, in pieces of any length', (_, end) => {
    const text = ['a,b', '1,2', '', '3,4'].join(end);
    for (const length of [1, 2, 3, 100]) {
      expect(cells(text, length)).toEqual([
        ['a', 'b'],
        ['1', '2'],
        ['3', '4'],
      ]);
      expect(split(text, length).map(({ line }) => line)).toEqual([1, 2, 4]);
    }
  });

  it('keeps every row of a long file whose lines end with carriage returns alone', () => {
    const line = `310420260000742108,${'x'.repeat(80)}`;
    const rows = split(Array.from({ length: 30_000 }, () => line).join('\r'), CHUNK);
    expect(rows).toHaveLength(30_000);
    expect(rows.every((row) => row.cells.join(',') === line)).toBe(true);
  });

  it('keeps line feeds within a cell of a file whose lines end with carriage returns', () => {
    expect(cells('a,b\r"1\n2",3\r4,5')).toEqual([
      ['a', 'b'],
      ['1\n2', '3'],
      ['4', '5'],
    ]);
  });

  it('reads files with line ends of more than one kind', () => {
    expect(cells('a,b\r1,2\n3,4\r\n5,6')).toEqual([
      ['a', 'b'],
      ['1', '2'],
      ['3', '4'],
      ['5', '6'],
    ]);
  });

  it('takes the full-width comma for the delimiter where the header has it', () => {
    expect(cells('报关单编号，申报时间\n310420260000742108，2026-05-14 08:40')).toEqual([
      ['报关单编号', '申报时间'],
      ['310420260000742108', '2026-05-14 08:40'],
    ]);
    expect(delimiterOf('"a,b,c";d')).toBe(';');
  });

  it('reads quoted cells with commas, quotes and line breaks', () => {
    expect(cells('"a, b","say ""x""","1\n2"\nc,d,e')).toEqual([
      ['a, b', 'say "x"', '1\n2'],
      ['c', 'd', 'e'],
    ]);
    expect(split('"1\n2"\nc').map(({ line }) => line)).toEqual([1, 3]);
  });

  it('takes a quote that is never closed literally, says so, and reads the lines after it', () => {
    expect(split('a,b\n"1,2\n3,4\n')).toEqual([
      { line: 1, cells: ['a', 'b'], problem: null },
      { line: 2, cells: ['"1', '2'], problem: 'open_quote' },
      { line: 3, cells: ['3', '4'], problem: null },
    ]);
  });

  it('takes a quote in the middle of a cell literally', () => {
    expect(cells('5" pipe,2')).toEqual([['5" pipe', '2']]);
  });

  it('keeps NUL bytes within their cell', () => {
    expect(cells('a\u0000,b\nc,d')).toEqual([
      ['a\u0000', 'b'],
      ['c', 'd'],
    ]);
  });

  it('tells a line of 10 MB once, by its beginning, and counts the lines after it rightly', () => {
    const long = 'x,'.repeat(5 * MEGABYTE);
    for (const length of [CHUNK, 11 * MEGABYTE]) {
      const rows = split(`a,b\n${long}\n1,2\n`, length);
      expect(rows.map(({ line, problem }) => [line, problem])).toEqual([
        [1, null],
        [2, 'too_long'],
        [3, null],
      ]);
      expect(rows[1]?.cells.join('')).toHaveLength(200);
    }
  });

  it('does not gather megabytes behind a stray quote', () => {
    const text = `"a,b\n${`${'x'.repeat(600_000)}\n`.repeat(4)}1,2\n`;
    const rows = split(text, CHUNK);
    expect(rows.map(({ problem }) => problem)).toEqual(['open_quote', null, null, null, null, null]);
    expect(rows.at(-1)).toEqual({ line: 6, cells: ['1', '2'], problem: null });
  });

  it('gives back what csvLine wrote, whatever is in it', () => {
    const cell = fc.string({ unit: fc.constantFrom(...'a1 ,"\n\r;，') });
    fc.assert(
      fc.property(
        fc.array(cell, { minLength: 2, maxLength: 5 }),
        fc.integer({ min: 1, max: 9 }),
        (row, size) => {
          const written = csvLine(['head', ...row]);
          const read = cells(`x,${'y,'.repeat(row.length)}\r\n${written}`, size).at(1);
          expect(read?.slice(1).map((one) => one.replace(/^'/, ''))).toEqual(
            row.map((one) => one.replaceAll('\r\n', '\n')),
          );
        },
      ),
      { numRuns: process.env.LONG ? 20_000 : 200 },
    );
  });
});

describe('neutralise', () => {
  it.each(['=1+1', '+A1', '@x', '-A1', '\t=1', '＝1'])('keeps a spreadsheet from running %j', (text) => {
    expect(neutralise(text)).toBe(`'${text}`);
  });

  it.each(['-12.5', '+7', '310420260000742108', 'a=b'])('leaves %s alone', (text) => {
    expect(neutralise(text)).toBe(text);
  });
});
