import { sql } from 'kysely';
import type { App } from '#lib/server/app.ts';
import type { Db, Tx } from '#lib/server/db/connect.ts';
import { chainHead, contentHash, CONTENT_COLUMNS, linkHash, type AuditContent } from './content.ts';

/** Rows in one transaction: the head of the chain is locked no longer than a second. */
const ROWS_AT_ONCE = 2_000;
/** A run ends before the next tick, also after a night of imports. */
const BATCHES_MAX = 30;

/** Seals what was written since, in order of time, as `greenlane_worker`. Safe to run anywhere and again. */
export async function sealAudit(app: Pick<App, 'db'>, now: Date): Promise<{ audit_rows_sealed: number }> {
  let audit_rows_sealed = 0;
  for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
    const sealed = await app.db.transaction().execute((tx) => sealBatch(tx, now));
    audit_rows_sealed += sealed;
    if (sealed < ROWS_AT_ONCE) break;
  }
  return { audit_rows_sealed };
}

async function sealBatch(tx: Tx, now: Date): Promise<number> {
  const head = await chainHead(tx, 'lock');
  const rows = await unsealed(tx);
  if (rows.length === 0) return 0;
  let { sequence, sha256 } = head;
  const links = rows.map((row) => {
    sequence += 1;
    const link = { sequence, entry_id: row.id, content_sha256: contentHash(row), previous_sha256: sha256 };
    sha256 = linkHash(link);
    return { ...link, sha256, sealed_at: now };
  });
  await sql`
    insert into audit_link (sequence, entry_id, content_sha256, previous_sha256, sha256, sealed_at)
    select l.sequence, l.entry_id, l.content_sha256, l.previous_sha256, l.sha256, ${now}
    from jsonb_to_recordset(${JSON.stringify(links)}::jsonb)
      as l (sequence bigint, entry_id uuid, content_sha256 text, previous_sha256 text, sha256 text)`.execute(
    tx,
  );
  await sql`
    update audit_entry e set sequence = l.sequence from audit_link l
    where l.entry_id = e.id and l.sequence > ${head.sequence} and e.sequence is null`.execute(tx);
  await sql`update audit_chain_head set sequence = ${sequence}, sha256 = ${sha256}`.execute(tx);
  return rows.length;
}

async function unsealed(db: Db): Promise<AuditContent[]> {
  const { rows } = await sql<AuditContent>`
    select ${CONTENT_COLUMNS} from audit_entry e where e.sequence is null
    order by e.occurred_at, e.id limit ${ROWS_AT_ONCE}`.execute(db);
  return rows;
}
