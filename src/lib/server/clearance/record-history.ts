import { sql } from 'kysely';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import type { App } from '#lib/server/app.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import type { ClearanceRecord } from './records.ts';

/** What a later import changed about a declaration: when, from which line of which file, and each field. */
export type RecordCorrection = {
  corrected_at: Date;
  file_name: string | null;
  line: number;
  changes: { field: CorrectedField; before: string | Date | null; after: string | Date | null }[];
};

const FIELDS = [
  'customs_office',
  'channel',
  'category',
  'hs_code',
  'product_name',
  'arrived_at',
  'declared_at',
  'inspection_notified_at',
  'inspected_at',
  'released_at',
] as const;
export type CorrectedField = (typeof FIELDS)[number];

type State = Record<CorrectedField, string | Date | null>;
type Revision = State & {
  declaration_no: string;
  corrected_at: Date;
  file_name: string | null;
  line: number;
};

/** No page of records has more corrections that anybody reads. */
const REVISIONS_MAX = 2000;

/** The corrections of these records, the newest first, by declaration number; those never corrected are left out. */
export async function correctionsOf(
  app: App,
  firm: Firm,
  records: readonly ClearanceRecord[],
): Promise<Record<string, RecordCorrection[]>> {
  const corrected = records.filter(({ corrections }) => corrections > 0);
  if (corrected.length === 0) return {};
  const numbers = corrected.map(({ declaration_no }) => declaration_no);
  const { rows } = await inFirm(app.db, firm.id, (tx) =>
    // The year in the number is the partition of the record itself, and leads to it at once.
    sql<Revision>`
      select lpad(r.declaration_no::text, 18, '0') as declaration_no, r.customs_office, r.channel, r.category,
             r.hs_code, r.product_name, r.arrived_at, r.declared_at, r.inspection_notified_at, r.inspected_at,
             r.released_at, r.superseded_at as corrected_at, i.file_name, r.superseded_line as line
      from unnest(${numbers}::bigint[]) as wanted(declaration_no)
      join clearance c on c.declaration_no = wanted.declaration_no
        and c.accepted_year = (wanted.declaration_no / 10000000000) % 10000
      join clearance_revision r on r.firm_id = c.firm_id and r.accepted_year = c.accepted_year
        and r.declaration_no = c.declaration_no and r.item_no = c.item_no
      left join clearance_import i on i.number = r.superseded_import_no
      order by r.declaration_no, r.revision_no desc limit ${REVISIONS_MAX}`.execute(tx),
  );
  const by_number = Map.groupBy(rows, ({ declaration_no }) => declaration_no);
  return Object.fromEntries(
    corrected.flatMap((record) => {
      const revisions = by_number.get(record.declaration_no) ?? [];
      return revisions.length > 0 ? [[record.declaration_no, historyOf(record, revisions)]] : [];
    }),
  );
}

/** Each older state against the one that took its place, the newest first. */
function historyOf(record: ClearanceRecord, revisions: readonly Revision[]): RecordCorrection[] {
  return revisions.map((before, index) => {
    const after: State = revisions[index - 1] ?? record;
    const { corrected_at, file_name, line } = before;
    return {
      corrected_at,
      file_name,
      line,
      changes: FIELDS.filter((field) => said(before[field]) !== said(after[field])).map((field) => ({
        field,
        before: before[field],
        after: after[field],
      })),
    };
  });
}

function said(value: string | Date | null): string | null {
  return value instanceof Date ? value.toISOString() : value;
}
