import pg from 'pg';

type Row = Record<string, unknown>;

/** A pooler may hand a session to others between two statements, so that what was prepared is not there, or twice. */
const NOT_PREPARED = new Set(['26000', '42P05']);

/**
 * A statement on a firm's data that is asked very often: planned once for each connection, and one round trip,
 * because what is sent together is one transaction, for which alone the firm is set. It takes no parameters;
 * `app_firm_id()` is the firm.
 */
export class FirmStatement {
  readonly #name: string;
  readonly #text: string;
  readonly #prepared = new WeakSet<pg.PoolClient>();
  #may_prepare = true;

  constructor(name: string, text: string) {
    this.#name = name;
    this.#text = text;
  }

  async read(pool: pg.Pool, firm_id: string): Promise<Row[]> {
    const client = await pool.connect();
    try {
      return await this.#readBy(client, firm_id);
    } finally {
      client.release();
    }
  }

  async #readBy(client: pg.PoolClient, firm_id: string): Promise<Row[]> {
    const firm = `select set_config('app.firm_id', ${pg.escapeLiteral(firm_id)}, true)`;
    if (!this.#may_prepare) return lastRows(await client.query<Row>(`${firm}; ${this.#text}`));
    const prepare = this.#prepared.has(client) ? '' : `prepare ${this.#name} as ${this.#text}; `;
    try {
      const rows = lastRows(await client.query<Row>(`${prepare}${firm}; execute ${this.#name}`));
      this.#prepared.add(client);
      return rows;
    } catch (cause) {
      const code = cause instanceof pg.DatabaseError ? cause.code : undefined;
      if (code === undefined || !NOT_PREPARED.has(code)) throw cause;
      this.#may_prepare = false;
      return this.#readBy(client, firm_id);
    }
  }
}

/** Of several statements the driver answers with a list, which its types do not know. */
function lastRows(results: pg.QueryResult<Row> | pg.QueryResult<Row>[]): Row[] {
  return Array.isArray(results) ? (results.at(-1)?.rows ?? []) : results.rows;
}
