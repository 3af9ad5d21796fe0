import type { ExtractionProblem } from '#lib/domain/documents/problem.ts';

/** What a reader found: the raw text, pages or sheets parted by a form feed. */
export type Read = { text: string; page_count: number | null; is_truncated: boolean };

/** Ends the reading of a document that cannot be read, for a reason that a person can act on. */
export class UnreadableError extends Error {
  readonly problem: ExtractionProblem;
  constructor(problem: ExtractionProblem, options?: { cause: unknown }) {
    super(`the document is ${problem}`, options);
    this.problem = problem;
  }
}
