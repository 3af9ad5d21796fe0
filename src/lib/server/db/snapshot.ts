import type pg from 'pg';

/** Runs `work` on one state of the database, whatever others write meanwhile; it can write nothing itself. */
export async function inSnapshot<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let is_broken = false;
  try {
    await client.query('begin isolation level repeatable read read only');
    return await work(client);
  } finally {
    // Nothing was written: ending the transaction this way is the same, and works after an error too.
    await client.query('rollback').catch(() => (is_broken = true));
    client.release(is_broken);
  }
}
