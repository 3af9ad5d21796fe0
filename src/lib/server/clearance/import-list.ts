import { z } from 'zod';
import { PROBLEM_CODES, type RowProblem } from '#lib/domain/clearance/record.ts';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { pageOf } from '#lib/server/http/page.ts';
import type { FirmCounts, ImportCounts, ImportState } from './import-entry.ts';
import type { ReadSheet } from '#lib/server/tables/read/xlsx.ts';

/** One import of a firm, with how far it is. */
export type ListedImport = ImportCounts & {
  import_id: string;
  state: ImportState;
  file_name: string | null;
  format: string;
  charset: string | null;
  /** Whose table read the codes of a receipt stream. */
  vendor: string | null;
  /** `tables`: records computed again by changed tables of receipt codes, and no file. */
  origin: 'file' | 'tables';
  sheet: ReadSheet | null;
  firms: FirmCounts[];
  bytes_read: number;
  bytes_total: number | null;
  problem: Pick<RowProblem, 'code' | 'params'> | null;
  started_at: Date;
  progressed_at: Date;
  finished_at: Date | null;
};

/** What the list is ordered by: the number of an import, the newest first. */
export const IMPORT_KEY = z.tuple([z.number().int()]);

const COLUMNS = [
  'id as import_id',
  'number',
  'state',
  'file_name',
  'format',
  'charset',
  'received',
  'accepted',
  'corrected',
  'duplicates',
  'rejected',
  'warnings',
  'records',
  'vendor',
  'origin',
  'sheet',
  'firms',
  'bytes_read',
  'bytes_total',
  'problem',
  'started_at',
  'progressed_at',
  'finished_at',
] as const;

const stored_problem = z.object({
  code: z.enum(PROBLEM_CODES),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
});

const stored_sheet = z.object({ name: z.string(), others: z.array(z.string()) });
const stored_firms = z.array(
  z.object({
    slug: z.string(),
    name: z.string(),
    received: z.number(),
    accepted: z.number(),
    corrected: z.number(),
    duplicates: z.number(),
    rejected: z.number(),
    warnings: z.number(),
    records: z.number().nullable(),
  }),
);

/** A page of the firm's imports. */
export async function listImports(
  tx: Tx,
  page: { limit: number; after: number | null },
): Promise<{ items: ListedImport[]; next_cursor: string | null }> {
  const rows = await tx
    .selectFrom('clearance_import')
    .select(COLUMNS)
    .$if(page.after !== null, (query) => query.where('number', '<', page.after))
    .orderBy('number', 'desc')
    .limit(page.limit + 1)
    .execute();
  const { items, next_cursor } = pageOf(rows, page.limit, ({ number }) => [number]);
  return { items: items.map(listed), next_cursor };
}

/** One import of the firm; null when it has none of this id. */
export async function findImport(tx: Tx, import_id: string): Promise<ListedImport | null> {
  const row = await tx
    .selectFrom('clearance_import')
    .select(COLUMNS)
    .where('id', '=', import_id)
    .executeTakeFirst();
  return row ? listed(row) : null;
}

type ImportRow = Omit<
  ListedImport,
  'state' | 'origin' | 'sheet' | 'firms' | 'problem' | 'bytes_read' | 'bytes_total'
> & {
  number: number;
  state: string;
  origin: string;
  sheet: unknown;
  firms: unknown;
  problem: unknown;
  bytes_read: string;
  bytes_total: string | null;
};

function listed({
  number: _,
  state,
  origin,
  sheet,
  firms,
  problem,
  bytes_read,
  bytes_total,
  ...row
}: ImportRow): ListedImport {
  return {
    ...row,
    state: state === 'running' || state === 'finished' ? state : 'failed',
    origin: origin === 'tables' ? 'tables' : 'file',
    sheet: stored_sheet.nullable().parse(sheet),
    firms: stored_firms.parse(firms ?? []),
    problem: problem === null ? null : stored_problem.parse(problem),
    bytes_read: Number(bytes_read),
    bytes_total: bytes_total === null ? null : Number(bytes_total),
  };
}

/** The newest imports of a firm. */
export async function importsOf(app: App, firm: Firm, limit: number): Promise<ListedImport[]> {
  const { items } = await inFirm(app.db, firm.id, (tx) => listImports(tx, { limit, after: null }));
  return items;
}
