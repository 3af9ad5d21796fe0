import { sql } from 'kysely';
import { z } from 'zod';
import {
  INTAKE_PROBLEM_CODES,
  type IntakeProblem,
  type IntakeProblemCode,
} from '#lib/domain/eligibility/intake-problem.ts';
import { REASON_COLUMNS } from '#lib/domain/tables/header.ts';
import type { FileProblem } from '#lib/domain/tables/problem.ts';
import type { Language, TextKey } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import type { Sheet } from '#lib/server/exports/sheet.ts';
import { REFUSED_KEYS } from './portfolio-change.ts';
import { columnName } from './intake-template.ts';
import { INTAKE_KINDS, type IntakeCounts, type IntakeKind, type RejectedRow } from './intake.ts';

export type IntakeReport = IntakeCounts & {
  import_id: string;
  rejected_rows: readonly RejectedRow[];
  problem: FileProblem | null;
};

const PROBLEM = {
  missing: 'portfolio.problem.missing',
  too_long: 'portfolio.problem.too_long',
  not_a_day: 'portfolio.problem.not_a_day',
  hs_code: 'portfolio.problem.hs_code',
  gtin_length: 'portfolio.problem.gtin_length',
  gtin_check_digit: 'portfolio.problem.gtin_check_digit',
  uscc: 'portfolio.problem.uscc',
  use_unknown: 'portfolio.problem.use_unknown',
  verdict_unreadable: 'portfolio.problem.verdict_unreadable',
  yes_no: 'portfolio.problem.yes_no',
  content_unreadable: 'portfolio.problem.content_unreadable',
  cnas_unreadable: 'portfolio.problem.cnas_unreadable',
  cnas_not_testing: 'portfolio.problem.cnas_not_testing',
  status_unknown: 'portfolio.problem.status_unknown',
  clause_unreadable: 'portfolio.problem.clause_unreadable',
  backwards: 'portfolio.problem.backwards',
  product_unknown: 'portfolio.problem.product_unknown',
  component_unknown: 'portfolio.problem.component_unknown',
  kind_unknown: 'glossary.problem.kind_unknown',
  too_many: 'glossary.problem.too_many',
  term_known: 'glossary.problem.term_known',
  contradicts: 'portfolio.problem.contradicts',
  not_kept: 'portfolio.problem.not_kept',
  row_unreadable: 'portfolio.problem.row_unreadable',
} satisfies Record<IntakeProblemCode, TextKey>;

/** What is wrong with a cell and what to do, in one sentence that names the column. */
export function intakeProblemText({ field, code, params }: IntakeProblem, language: Language): string {
  const text = textsOf(language);
  // What the portfolio refused is told as its pages tell it; an import of before then has the sentence alone.
  const refused = code === 'not_kept' ? REFUSED_KEYS.find((key) => key === params.told) : undefined;
  if (refused) return text(refused, params);
  const named = columnName((field ?? '').replace(/^clause:/, ''), language);
  return text(PROBLEM[code], { ...params, field: named });
}

export type ErrorLine = { line: number; field: string | null; code: string; message: string };

export function errorLines(rows: readonly RejectedRow[], language: Language, max: number): ErrorLine[] {
  return rows
    .flatMap(({ line, problems }) =>
      problems.map((problem) => ({
        line,
        field: problem.field,
        code: problem.code,
        message: intakeProblemText(problem, language),
      })),
    )
    .slice(0, max);
}

const problems = z.array(
  z.object({
    field: z.string().nullable(),
    code: z.enum(INTAKE_PROBLEM_CODES),
    params: z.record(z.string(), z.union([z.string(), z.number()])),
  }),
);

/** The rejected rows of an import as they came, with line and reasons behind: to mend and load again. */
export async function rejectedIntake(tx: Tx, id: string, language: Language): Promise<Sheet | null> {
  const found = await tx
    .selectFrom('portfolio_import')
    .select('header')
    .where('id', '=', id)
    .executeTakeFirst();
  if (!found) return null;
  const rows = await tx
    .selectFrom('portfolio_import_row')
    .select(['line', 'cells', 'problems'])
    .where('import_id', '=', id)
    .orderBy('line')
    .limit(ROWS_MAX)
    .execute();
  const text = textsOf(language);
  const { header } = found;
  return {
    columns: [
      ...header.map((head) => ({ head, kind: 'text' as const })),
      { head: REASON_COLUMNS[0], kind: 'count' },
      { head: REASON_COLUMNS[1], kind: 'text' },
    ],
    rows: [
      rows.map(({ line, cells, problems: given }) => [
        ...header.map((_, index) => cells[index] ?? ''),
        line,
        problems
          .parse(given)
          .map((problem) => intakeProblemText(problem, language))
          .join(' '),
      ]),
    ],
    about: () => [[text('clearance.import.rejected_caption'), text('portfolio.import.mend')]],
  };
}

const ROWS_MAX = 100_000;

export type ListedIntake = IntakeCounts & {
  id: string;
  kind: IntakeKind;
  file_name: string | null;
  created_at: Date;
};

/** Files that were loaded, the newest first. */
export async function listIntakes(
  tx: Tx,
  kinds: readonly IntakeKind[],
  limit: number,
): Promise<ListedIntake[]> {
  const rows = await tx
    .selectFrom('portfolio_import')
    .select(['id', 'kind', 'file_name', 'received', 'accepted', 'unchanged', 'rejected', 'created_at'])
    .where(sql<boolean>`kind = any (${[...kinds]}::text[])`)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ kind, ...row }) => ({
    ...row,
    kind: INTAKE_KINDS.find((one) => one === kind) ?? 'products',
  }));
}
