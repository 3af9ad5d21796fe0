import { sql } from 'kysely';
import type { Db, Tx } from './connect.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Runs `work` in one transaction that sees the rows of this firm and no other's. The caller has checked
 * that the actor may act for the firm; the row policies of PostgreSQL hold even where the caller erred.
 */
export function inFirm<T>(db: Db, firm_id: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  if (!UUID.test(firm_id)) throw new Error('a firm id is a lower-case uuid');
  return db.transaction().execute(async (tx) => {
    await sql`select set_config('app.firm_id', ${firm_id}, true)`.execute(tx);
    return work(tx);
  });
}

/** `inFirm` on one state of the database, whatever others write meanwhile; `work` writes nothing itself. */
export function inFirmSnapshot<T>(db: Db, firm_id: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  if (!UUID.test(firm_id)) throw new Error('a firm id is a lower-case uuid');
  const snapshot = db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only');
  return snapshot.execute(async (tx) => {
    await sql`select set_config('app.firm_id', ${firm_id}, true)`.execute(tx);
    return work(tx);
  });
}

/** Runs `work` in one transaction that sees the operator's own rows (those without a firm) and no firm's. */
export function asOperator<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (tx) => {
    await sql`select set_config('app.is_operator', 'on', true)`.execute(tx);
    return work(tx);
  });
}

/** `inFirm` for an id, `asOperator` for null: the owner of a document, a key or a source. */
export function asOwner<T>(db: Db, firm_id: string | null, work: (tx: Tx) => Promise<T>): Promise<T> {
  return firm_id === null ? asOperator(db, work) : inFirm(db, firm_id, work);
}
