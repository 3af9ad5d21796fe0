import type { FileProblemCode } from '#lib/domain/tables/problem.ts';

/** One row of a file in any format, before anything is known about its columns. */
export type SourceRow<F extends string = never> = {
  /** The line of the file, or the row of the sheet, from 1. */
  line: number;
  cells: readonly string[];
  /** Which fields the row speaks of, where rows differ in that (JSON); else the header says it. */
  present?: ReadonlySet<F>;
  /** What is wrong with the row as such. */
  problem?: FileProblemCode;
};

/** Why a file cannot be read at all. What was read before stays. */
export class UnreadableFile extends Error {
  readonly code: FileProblemCode;
  readonly params: Record<string, string | number>;
  constructor(code: FileProblemCode, params: Record<string, string | number> = {}, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
    this.params = params;
  }
}

export type Bytes = AsyncIterable<Uint8Array>;
