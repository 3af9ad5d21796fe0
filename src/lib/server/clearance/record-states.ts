import { sql } from 'kysely';
import type { Channel } from '#lib/domain/clearance/measure.ts';
import type { Tx } from '#lib/server/db/connect.ts';

/** What the firm's own records say of a declaration. */
export type RecordState = {
  declaration_no: string;
  customs_office: string | null;
  channel: Channel | null;
  declared_at: Date | null;
  released_at: Date | null;
};

/** The records of these declarations, by number; a number without a record is left out. */
export async function recordStates(
  tx: Tx,
  declaration_nos: readonly string[],
): Promise<Map<string, RecordState>> {
  if (declaration_nos.length === 0) return new Map();
  const { rows } = await sql<RecordState>`
    select lpad(c.declaration_no::text, 18, '0') as declaration_no, c.customs_office, c.channel, c.declared_at, c.released_at
    from unnest(${[...declaration_nos]}::bigint[]) as wanted(declaration_no)
    join clearance c on c.declaration_no = wanted.declaration_no
      -- The year in the number is the partition of the record, and leads to it at once.
      and c.accepted_year = (wanted.declaration_no / 10000000000) % 10000
    limit ${declaration_nos.length}`.execute(tx);
  return new Map(rows.map((row) => [row.declaration_no, row]));
}
