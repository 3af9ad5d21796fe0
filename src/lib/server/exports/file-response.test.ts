import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { sheetResponse } from './sheet-response.ts';
import { SHEET_FORMATS, type Row, type Sheet } from './sheet.ts';

/** A sheet whose rows end with an error after the first portion, as when the database goes away. */
function broken(): Sheet {
  async function* rows(): AsyncGenerator<Row[]> {
    yield [['first']];
    await Promise.resolve();
    throw new Error('the database went away');
  }
  return { columns: [{ head: 'A', kind: 'text' }], rows: rows(), about: () => [['Rows', '1']] };
}

function logOf(lines: string[]) {
  return pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
}

const about = { file_name: 'hours', language: 'en', request_id: 'R-7K2M9Q4D' } as const;

describe('a file that breaks off', () => {
  it.each(SHEET_FORMATS)('fails for its reader as %s and is logged once with its request', async (format) => {
    const lines: string[] = [];
    const answer = sheetResponse(broken(), { ...about, format, log: logOf(lines) });
    await expect(answer.arrayBuffer()).rejects.toThrow('the database went away');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('export broke off');
    expect(lines[0]).toContain('R-7K2M9Q4D');
    expect(lines[0]).toContain('the database went away');
  });

  it('is not logged when it is the reader who goes away', async () => {
    const lines: string[] = [];
    const answer = sheetResponse(broken(), { ...about, format: 'csv', log: logOf(lines) });
    const reader = answer.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(lines).toEqual([]);
  });
});
