import type { Provision } from './version.ts';

/** A stretch of the source text, `end` exclusive, in UTF-16 units. */
export type SourceSpan = { start: number; end: number };

export type SplitProvision = Pick<Provision, 'path' | 'title' | 'text'> & {
  /** The number as written: `第4.12条`, `（一）`. */
  label: string;
  /** 1 for the outermost numbering of the text. */
  level: number;
  span: SourceSpan;
  /** The line on which it begins, from 1. */
  line: number;
};

export type SplitProblem = {
  code:
    | 'duplicate_path'
    | 'gap_in_numbering'
    | 'out_of_order'
    | 'no_numbering'
    | 'empty_provision'
    | 'dropped_running_line';
  line: number;
  /** The number or line that it is about, as written. */
  text: string;
};

export type SplitResult = {
  /** What stands before the first number: title, foreword, table of contents. */
  preamble: { text: string; span: SourceSpan };
  provisions: SplitProvision[];
  /** Running heads and page numbers that were left out of the texts; each is a problem as well. */
  dropped: { text: string; line: number; span: SourceSpan }[];
  problems: SplitProblem[];
};
