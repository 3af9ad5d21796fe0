import { CsvSplitter, isComment, type CsvRow } from '#lib/domain/text/csv.ts';
import type { SourceRow } from './source-row.ts';

/** Rows of a CSV file, in portions as its text arrives. */
export async function* csvRows(text: AsyncIterable<string>): AsyncGenerator<SourceRow[]> {
  const splitter = new CsvSplitter();
  for await (const chunk of text) {
    const rows = splitter.push(chunk).filter(isData);
    if (rows.length > 0) yield rows.map(sourceRow);
  }
  const rows = splitter.finish().filter(isData);
  if (rows.length > 0) yield rows.map(sourceRow);
}

function isData({ cells }: CsvRow): boolean {
  return !isComment(cells);
}

function sourceRow({ line, cells, problem }: CsvRow): SourceRow {
  return problem === null ? { line, cells } : { line, cells, problem: `row.${problem}` };
}
