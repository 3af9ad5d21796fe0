import type pg from 'pg';
import type { Declaration } from './known-declarations.ts';
import type { Batch } from './write-batch.ts';

const instant = (column: string) => `to_timestamp(x.${column} / 1000.0)`;
const INSTANTS = ['arrived_at', 'declared_at', 'inspection_notified_at', 'inspected_at', 'released_at'];

/** Writes what became of declarations: states that were superseded, then the new ones. */
export async function writeBack(
  client: pg.PoolClient,
  batch: Batch,
  all: readonly Declaration[],
): Promise<void> {
  const changed = all.filter((declaration) => declaration.is_changed || declaration.changed_items.size > 0);
  if (changed.length === 0) return;
  await insertRevisions(client, batch, changed);
  await updateDeclarations(client, batch, changed);
  await upsertItems(client, batch, changed);
}

async function insertRevisions(
  client: pg.PoolClient,
  batch: Batch,
  changed: readonly Declaration[],
): Promise<void> {
  const rows = changed.flatMap(({ accepted_year, declaration_no, new_revisions }) =>
    new_revisions.map((revision) => ({ accepted_year, declaration_no, ...revision })),
  );
  if (rows.length === 0) return;
  await client.query(
    `insert into clearance_revision (firm_id, accepted_year, declaration_no, item_no, revision_no, direction,
       customs_office, channel, category, is_category_derived, hs_code, product_name, import_no, line,
       superseded_import_no, superseded_line, ${INSTANTS.join(', ')})
     select $1, x.accepted_year, x.declaration_no::bigint, x.item_no, x.revision_no, x.direction, x.customs_office,
       x.channel, x.category, x.is_category_derived, x.hs_code, x.product_name, x.import_no, x.line, $2,
       x.superseded_line, ${INSTANTS.map(instant).join(', ')}
     from jsonb_to_recordset($3::jsonb) as x(accepted_year smallint, declaration_no text, item_no smallint,
       revision_no integer, direction text, customs_office text, channel text, category text,
       is_category_derived boolean, hs_code text, product_name text, import_no integer, line integer,
       superseded_line integer, ${INSTANTS.map((column) => `${column} double precision`).join(', ')})`,
    [batch.firm_id, batch.import_no, JSON.stringify(rows)],
  );
}

async function updateDeclarations(
  client: pg.PoolClient,
  batch: Batch,
  changed: readonly Declaration[],
): Promise<void> {
  const rows = changed
    .filter(
      (declaration) => declaration.is_changed || declaration.changed_items.has(declaration.first_item_no),
    )
    .map(({ accepted_year, declaration_no, header, told, items, first_item_no }) => {
      const first = items.get(first_item_no);
      // The line of the newer word, be it about the declaration or about its first item.
      const newest = first && first.told.import_no > told.import_no ? first.told : told;
      return { accepted_year, declaration_no, ...header, ...first?.item, ...newest };
    });
  if (rows.length === 0) return;
  await client.query(
    `update clearance c
     set direction = x.direction, customs_office = x.customs_office, channel = x.channel, category = x.category,
         is_category_derived = x.is_category_derived, hs_code = x.hs_code, product_name = x.product_name,
         import_no = x.import_no, line = x.line, ${INSTANTS.map((column) => `${column} = ${instant(column)}`).join(', ')}
     from jsonb_to_recordset($2::jsonb) as x(accepted_year smallint, declaration_no text, direction text,
       customs_office text, channel text, category text, is_category_derived boolean, hs_code text,
       product_name text, import_no integer, line integer,
       ${INSTANTS.map((column) => `${column} double precision`).join(', ')})
     where c.firm_id = $1 and c.accepted_year = x.accepted_year and c.declaration_no = x.declaration_no::bigint`,
    [batch.firm_id, JSON.stringify(rows)],
  );
}

async function upsertItems(
  client: pg.PoolClient,
  batch: Batch,
  changed: readonly Declaration[],
): Promise<void> {
  const rows = changed.flatMap(({ accepted_year, declaration_no, first_item_no, items, changed_items }) =>
    [...changed_items]
      .filter((item_no) => item_no !== first_item_no)
      .map((item_no) => {
        const found = items.get(item_no);
        return { accepted_year, declaration_no, item_no, ...found?.item, ...found?.told };
      }),
  );
  if (rows.length === 0) return;
  await client.query(
    `insert into clearance_item (firm_id, accepted_year, declaration_no, item_no, category, is_category_derived,
       hs_code, product_name, import_no, line)
     select $1, x.accepted_year, x.declaration_no::bigint, x.item_no, x.category, x.is_category_derived,
       x.hs_code, x.product_name, x.import_no, x.line
     from jsonb_to_recordset($2::jsonb) as x(accepted_year smallint, declaration_no text, item_no smallint,
       category text, is_category_derived boolean, hs_code text, product_name text, import_no integer, line integer)
     on conflict (firm_id, accepted_year, declaration_no, item_no) do update
       set category = excluded.category, is_category_derived = excluded.is_category_derived,
           hs_code = excluded.hs_code, product_name = excluded.product_name, import_no = excluded.import_no,
           line = excluded.line`,
    [batch.firm_id, JSON.stringify(rows)],
  );
}
