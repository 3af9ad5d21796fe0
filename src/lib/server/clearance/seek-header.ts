import type { ColumnChoice, Columns } from '#lib/domain/tables/columns.ts';
import { findHeader, headerToMend } from '#lib/domain/tables/header.ts';
import { UnreadableFile, type SourceRow } from '#lib/server/tables/read/source-row.ts';
import type { AnyRow, ImportKind } from './import-kind.ts';

type Sought<F extends string, R extends AnyRow> = {
  kind: ImportKind<F, R>;
  /** What was chosen for this file; else what is remembered for its header. */
  chosen: ColumnChoice<F>;
  rememberedColumns: ((header: readonly string[]) => ColumnChoice<F> | null) | undefined;
  /** Whether these are all rows of the file. */
  is_end: boolean;
};

export type FoundHeader<F extends string> = {
  names: readonly string[];
  columns: Columns<F>;
  /** What stands above it, such as the title of a sheet. */
  skipped: readonly SourceRow<F>[];
  rest: readonly SourceRow<F>[];
};

/**
 * The header among the first rows of a file; `more` while further rows may still show it. Throws what is wrong
 * with a file that has none, or is one of the other kind.
 */
export function seekHeader<F extends string, R extends AnyRow>(
  rows: readonly SourceRow<F>[],
  { kind, chosen, rememberedColumns, is_end }: Sought<F, R>,
): FoundHeader<F> | 'more' {
  const is_chosen = Object.keys(chosen).length > 0;
  const choiceOf = (header: readonly string[]) => (is_chosen ? chosen : (rememberedColumns?.(header) ?? {}));
  const cells = rows.map((row) => row.cells);
  const search = findHeader(cells, kind.names, { is_end, wish: { choiceOf } });
  switch (search.kind) {
    case 'more':
      return 'more';
    case 'none':
      throw misfitOf(kind, cells) ?? new UnreadableFile('header.missing');
    case 'incomplete': {
      const value = search.missing.join(', ');
      throw misfitOf(kind, [search.names]) ?? new UnreadableFile('header.column_missing', { value });
    }
    case 'found': {
      const { at, rows: header_rows, names, columns } = search.header;
      const misfit = is_chosen ? null : misfitOf(kind, [names]);
      if (misfit) throw misfit;
      return {
        names: headerToMend(names, columns, kind.names),
        columns,
        skipped: rows.slice(0, at),
        rest: rows.slice(at + header_rows),
      };
    }
    default:
      return search satisfies never;
  }
}

function misfitOf<F extends string, R extends AnyRow>(
  kind: ImportKind<F, R>,
  rows: readonly (readonly string[])[],
): UnreadableFile | null {
  const problem = rows.map((row) => kind.misfit(row)).find((found) => found !== null);
  return problem ? new UnreadableFile(problem) : null;
}
