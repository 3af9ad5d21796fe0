import { z } from 'zod';
import { PROBLEM_CODES } from '#lib/domain/clearance/record.ts';
import type { Language } from '#lib/i18n/text.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { problemText } from './problem-text.ts';

/** One thing that is wrong with a row, with its sentence. */
export type ImportProblem = { line: number; field: string | null; code: string; message: string };

const stored_problem = z.object({
  field: z.string().nullable(),
  code: z.enum(PROBLEM_CODES),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  is_error: z.boolean(),
});
const stored_problems = z.array(stored_problem);

/** Rejected rows with every reason, in the order of their lines; at most `limit` rows. */
export async function rejectedRows(
  tx: Tx,
  import_id: string,
  options: { limit: number; after_line?: number },
): Promise<{ line: number; cells: string[]; problems: z.infer<typeof stored_problems> }[]> {
  const rows = await tx
    .selectFrom('clearance_import_error')
    .select(['line', 'cells', 'problems'])
    .where('import_id', '=', import_id)
    .where('is_rejected', '=', true)
    .where('line', '>', options.after_line ?? -1)
    .orderBy('line')
    .limit(options.limit)
    .execute();
  return rows.map(({ line, cells, problems }) => ({
    line,
    cells: cells ?? [],
    problems: stored_problems.parse(problems),
  }));
}

/** All that is wrong with the first rejected rows of an import, in one language. */
export async function firstProblems(
  tx: Tx,
  import_id: string,
  language: Language,
  limit: number,
): Promise<ImportProblem[]> {
  const rows = await rejectedRows(tx, import_id, { limit });
  return rows
    .flatMap(({ line, problems }) =>
      problems.map((problem) => ({
        line,
        field: problem.field,
        code: problem.code,
        message: problemText(problem, language),
      })),
    )
    .slice(0, limit);
}
