import { createAccounts, type Accounts } from './accounts/accounts.ts';
import type { Config } from './config.ts';
import { connect, type Db, type Pool } from './db/connect.ts';
import { createLog, type Log } from './log.ts';

/** What a request, a command or a job works with; made once per process and passed on. */
export type App = {
  config: Config;
  /** As `greenlane_app`: reads and writes of people and programs. */
  db: Db;
  pool: Pool;
  log: Log;
  accounts: Accounts;
  now: () => Date;
  close: () => Promise<void>;
};

export function createApp(config: Config & { database_url: string }, process_name: string): App {
  const pool = connect(
    config.database_url,
    process_name === 'worker' ? 'greenlane_worker' : 'greenlane_app',
    {
      name: `greenlane ${process_name}`,
    },
  );
  const log = createLog(config, process_name);
  return {
    config,
    db: pool.db,
    pool,
    log,
    accounts: createAccounts({ config, db: pool.db, log }),
    now: () => new Date(),
    close: () => pool.end(),
  };
}
