import type pg from 'pg';
import { ReceiptFold, type ReceiptRecord } from '#lib/domain/clearance/receipt.ts';
import { readDeclarationNo, type DeclarationNo } from '#lib/domain/text/declaration-no.ts';
import type { ReceiptTables } from './receipt-tables.ts';

/** A declaration whose receipts came to something else than when they were last computed. */
export type ChangedRecord = { number: DeclarationNo; record: ReceiptRecord };

/** Receipts that are read at a time; a declaration may have any number of them. */
const FETCHED_ROWS = 5_000;
/** Records that are stored with one statement. */
const STORED_RECORDS = 2_000;

type Stored = {
  declaration_no: string;
  notice_at: number;
  vendor: string;
  code: string;
  declared_at: number | null;
  is_declared_day: boolean;
  customs_office: string | null;
};

/**
 * Computes the records of these declarations from all their receipts and keeps what came out. Receipts that
 * came before there was a declaration number count for each declaration that shares their pre-entry number,
 * so that further receipts never take one away. Returns what differs from the last computation. The caller
 * holds the firm's lock and has begun a transaction of the firm.
 */
export async function foldReceiptsOf(
  client: pg.ClientBase,
  about: { firm_id: string; tables: ReceiptTables; declaration_nos: readonly string[] },
): Promise<ChangedRecord[]> {
  const { firm_id, tables, declaration_nos } = about;
  const changed: ChangedRecord[] = [];
  let folded: ChangedRecord[] = [];
  const store = async () => {
    changed.push(...(await storeFolded(client, firm_id, folded)));
    folded = [];
  };
  for await (const done of foldedRecords(client, { firm_id, tables, declaration_nos })) {
    folded.push(done);
    if (folded.length >= STORED_RECORDS) await store();
  }
  await store();
  return changed;
}

async function* foldedRecords(
  client: pg.ClientBase,
  about: { firm_id: string; tables: ReceiptTables; declaration_nos: readonly string[] },
): AsyncGenerator<ChangedRecord> {
  const { firm_id, tables, declaration_nos } = about;
  let current: { number: DeclarationNo; fold: ReceiptFold } | null = null;
  for await (const receipt of receiptsOf(client, firm_id, declaration_nos)) {
    const declaration_no = receipt.declaration_no.padStart(18, '0');
    if (current?.number.declaration_no !== declaration_no) {
      if (current) yield { number: current.number, record: current.fold.record() };
      const read = readDeclarationNo(declaration_no);
      if (!read.ok) throw new Error(`a stored declaration number is none: ${declaration_no}`);
      current = { number: read.value, fold: new ReceiptFold(read.value) };
    }
    const { vendor, code, notice_at, declared_at, is_declared_day, customs_office } = receipt;
    const { reading } = tables.tableOf(vendor)(code);
    current.fold.add({
      reading: reading ?? { event: 'other', reopens: false },
      notice_at,
      declared_at,
      is_declared_day,
      customs_office,
    });
  }
  if (current) yield { number: current.number, record: current.fold.record() };
}

/** The receipts of these declarations in the order in which they are folded, a few at a time. */
async function* receiptsOf(
  client: pg.ClientBase,
  firm_id: string,
  declaration_nos: readonly string[],
): AsyncGenerator<Stored> {
  await client.query(
    `declare clearance_receipts no scroll cursor for
     select t.declaration_no::text, (extract(epoch from r.notice_at) * 1000)::float8 as notice_at, r.vendor, r.code,
            (extract(epoch from r.declared_at) * 1000)::float8 as declared_at, r.is_declared_day, r.customs_office
     from unnest($2::bigint[]) as t(declaration_no)
     cross join lateral (
       select notice_at, vendor, code, declared_at, is_declared_day, customs_office
       from clearance_receipt where firm_id = $1 and declaration_no = t.declaration_no
       union all
       select e.notice_at, e.vendor, e.code, e.declared_at, e.is_declared_day, e.customs_office
       from (select distinct pre_entry_no from clearance_receipt
             where firm_id = $1 and declaration_no = t.declaration_no and pre_entry_no <> '') p
       join clearance_receipt e on e.firm_id = $1 and e.pre_entry_no = p.pre_entry_no and e.declaration_no = 0
     ) r
     order by t.declaration_no, r.notice_at`,
    [firm_id, declaration_nos],
  );
  for (;;) {
    const { rows } = await client.query<Stored>(`fetch ${FETCHED_ROWS} from clearance_receipts`);
    yield* rows;
    if (rows.length < FETCHED_ROWS) break;
  }
  await client.query('close clearance_receipts');
}

async function storeFolded(
  client: pg.ClientBase,
  firm_id: string,
  folded: readonly ChangedRecord[],
): Promise<ChangedRecord[]> {
  if (folded.length === 0) return [];
  const instant = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  const { rows } = await client.query<{ declaration_no: string }>(
    `insert into clearance_receipt_record as r (firm_id, declaration_no, customs_office, declared_at,
       inspection_notified_at, released_at, is_reopened, is_closed_unreleased)
     select $1, x.declaration_no::bigint, x.customs_office, x.declared_at, x.inspection_notified_at, x.released_at,
            x.is_reopened, x.is_closed_unreleased
     from jsonb_to_recordset($2::jsonb) as x(declaration_no text, customs_office text, declared_at timestamptz,
       inspection_notified_at timestamptz, released_at timestamptz, is_reopened boolean, is_closed_unreleased boolean)
     on conflict (firm_id, declaration_no) do update
       set customs_office = excluded.customs_office, declared_at = excluded.declared_at,
           inspection_notified_at = excluded.inspection_notified_at, released_at = excluded.released_at,
           is_reopened = excluded.is_reopened, is_closed_unreleased = excluded.is_closed_unreleased
       where row(r.customs_office, r.declared_at, r.inspection_notified_at, r.released_at, r.is_reopened,
                 r.is_closed_unreleased)
         is distinct from row(excluded.customs_office, excluded.declared_at, excluded.inspection_notified_at,
                              excluded.released_at, excluded.is_reopened, excluded.is_closed_unreleased)
     returning lpad(r.declaration_no::text, 18, '0') as declaration_no`,
    [
      firm_id,
      JSON.stringify(
        folded.map(({ number, record }) => ({
          declaration_no: number.declaration_no,
          customs_office: record.customs_office,
          declared_at: instant(record.declared_at),
          inspection_notified_at: instant(record.inspection_notified_at),
          released_at: instant(record.released_at),
          is_reopened: record.is_reopened,
          is_closed_unreleased: record.is_closed_unreleased,
        })),
      ),
    ],
  );
  const changed = new Set(rows.map(({ declaration_no }) => declaration_no));
  return folded.filter(({ number }) => changed.has(number.declaration_no));
}
