import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ColumnChoice, ColumnNames } from '#lib/domain/tables/columns.ts';
import { headerKey } from '#lib/domain/tables/header.ts';
import type { App } from '#lib/server/app.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';

export type FileKind = 'records' | 'receipts';

/** A firm's systems write some tens of different files. */
const REMEMBERED_MAX = 500;
const stored = z.record(z.string(), z.string().nullable());

/** What the firm chose for files of each header it has confirmed: by the header, null for one never seen. */
export async function rememberedColumns<F extends string>(
  app: App,
  about: { firm_id: string; kind: FileKind; names: ColumnNames<F> },
): Promise<(header: readonly string[]) => ColumnChoice<F> | null> {
  const rows = await inFirm(app.db, about.firm_id, (tx) =>
    tx
      .selectFrom('clearance_columns')
      .select(['header_digest', 'columns'])
      .where('kind', '=', about.kind)
      .orderBy('used_at', 'desc')
      .limit(REMEMBERED_MAX)
      .execute(),
  );
  const known = new Map(
    rows.map((row) => [row.header_digest.toString('hex'), choiceOf(about.names, stored.parse(row.columns))]),
  );
  return (header) => known.get(digestOf(header).toString('hex')) ?? null;
}

/** Keeps what was chosen for files of this header, so that the next one needs no question. */
export async function rememberColumns(
  app: App,
  about: { firm_id: string; actor_id: string | null; kind: FileKind },
  file: { header: readonly string[]; columns: Readonly<Record<string, string | null>> },
): Promise<void> {
  const columns = JSON.stringify(file.columns);
  await inFirm(app.db, about.firm_id, (tx) =>
    tx
      .insertInto('clearance_columns')
      .values({
        firm_id: about.firm_id,
        kind: about.kind,
        header_digest: digestOf(file.header),
        header: [...file.header],
        columns,
        chosen_by: about.actor_id,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['firm_id', 'kind', 'header_digest'])
          .doUpdateSet({ columns, chosen_by: about.actor_id, chosen_at: app.now(), used_at: app.now() }),
      )
      .execute(),
  );
}

function choiceOf<F extends string>(
  names: ColumnNames<F>,
  given: Readonly<Record<string, string | null>>,
): ColumnChoice<F> {
  const choice: Record<string, F | null> = {};
  for (const [column, name] of Object.entries(given))
    choice[column] = names.fields.find((field) => field === name) ?? null;
  return choice;
}

function digestOf(header: readonly string[]): Buffer {
  return createHash('sha256').update(headerKey(header)).digest().subarray(0, 16);
}
