import { createLabReader, LAB_FILE_COLUMNS } from '#lib/domain/eligibility/lab-row.ts';
import { createTermReader, TERM_COLUMNS } from '#lib/domain/eligibility/glossary-row.ts';
import { createMaterialReader, MATERIAL_COLUMNS } from '#lib/domain/eligibility/material-row.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { asOperator, inFirm } from '#lib/server/db/tenancy.ts';
import type { SourceFile } from '#lib/server/tables/source.ts';
import {
  keepIntake,
  readTable,
  type IntakeKind,
  type ReadRow,
  type ReadTable,
  type RejectedRow,
} from './intake.ts';
import type { IntakeReport } from './intake-report.ts';
import { keepTerm } from './glossary.ts';
import { recordLab } from './lab-register.ts';
import { createMaterial, findDeclaration } from './materials.ts';
import type { Author } from './portfolio-change.ts';

/** Rows of one transaction; the register is locked while one lasts. */
const ROWS_AT_ONCE = 200;

type Named = SourceFile & { file_name: string | null };
type Written = 'accepted' | 'unchanged' | RejectedRow['problems'];

/** Loads declarations of materials; the same declaration again changes nothing. */
export async function importMaterials(app: App, author: Author, file: Named): Promise<IntakeReport> {
  const read = await readTable(file, { names: MATERIAL_COLUMNS, reader: createMaterialReader });
  return load(read, {
    inTransaction: (work) => inFirm(app.db, author.firm_id, work),
    kept: {
      firm_id: author.firm_id,
      kind: 'materials',
      file_name: file.file_name,
      created_by: author.actor_id,
    },
    write: async (tx, { row }) => {
      const { product_code, component, content } = row;
      const known = await findDeclaration(tx, { product_code, component }, content);
      if (known === 'unchanged') return 'unchanged';
      const made = await createMaterial(tx, author, {
        about: { product_code, component },
        content,
        origin: 'file',
      });
      if (made.ok) return 'accepted';
      return [
        {
          field: 'component',
          code: known === 'no_product' ? 'product_unknown' : 'component_unknown',
          params: { value: known === 'no_product' ? product_code : component },
        },
      ];
    },
  });
}

/** Loads a register of laboratories; what says the same as the newest record adds nothing. */
export async function importLabs(
  app: App,
  by: { actor_id: string; actor_name: string },
  file: Named,
): Promise<IntakeReport> {
  const read = await readTable(file, { names: LAB_FILE_COLUMNS, reader: createLabReader });
  return load(read, {
    inTransaction: (work) => asOperator(app.db, work),
    kept: { firm_id: null, kind: 'labs', file_name: file.file_name, created_by: by.actor_id },
    write: async (tx, { row }) => {
      const verified_by = row.status === 'verified' ? (row.verified_by ?? by.actor_name) : row.verified_by;
      const { is_new } = await recordLab(tx, { ...row, verified_by }, by.actor_id);
      return is_new ? 'accepted' : 'unchanged';
    },
  });
}

/** Loads terms of the glossary; what has the kind and Chinese of a row already is replaced by it. */
export async function importTerms(app: App, by: { actor_id: string }, file: Named): Promise<IntakeReport> {
  const read = await readTable(file, { names: TERM_COLUMNS, reader: createTermReader });
  return load(read, {
    inTransaction: (work) => asOperator(app.db, work),
    kept: { firm_id: null, kind: 'glossary', file_name: file.file_name, created_by: by.actor_id },
    write: async (tx, { row }) => {
      const saved = await keepTerm(tx, row);
      if (saved.ok) return saved.is_changed ? 'accepted' : 'unchanged';
      if (saved.problem === 'gone') throw new Error('a term went while the glossary was locked');
      return [saved.problem];
    },
  });
}

async function load<R>(
  read: ReadTable<R>,
  how: {
    inTransaction: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
    kept: { firm_id: string | null; kind: IntakeKind; file_name: string | null; created_by: string | null };
    write: (tx: Tx, row: ReadRow<R>) => Promise<Written>;
  },
): Promise<IntakeReport> {
  const counts = { received: read.received, accepted: 0, unchanged: 0, rejected: 0 };
  const rejected: RejectedRow[] = [...read.rejected];
  for (let at = 0; at < read.rows.length; at += ROWS_AT_ONCE)
    await how.inTransaction(async (tx) => {
      for (const row of read.rows.slice(at, at + ROWS_AT_ONCE)) {
        const written = await how.write(tx, row);
        if (written === 'accepted' || written === 'unchanged') counts[written] += 1;
        else rejected.push({ line: row.line, cells: row.cells, problems: written });
      }
    });
  rejected.sort((a, b) => a.line - b.line);
  counts.rejected = rejected.length;
  const { header, problem } = read;
  const import_id = await how.inTransaction((tx) =>
    keepIntake(tx, { ...how.kept, header, counts, rejected }),
  );
  return { import_id, ...counts, rejected_rows: rejected, problem };
}
