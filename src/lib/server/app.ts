import { createAccounts, type Accounts } from './accounts/accounts.ts';
import { overviewVersion } from './clearance/overview-version.ts';
import type { Config } from './config.ts';
import { connect, type Db, type Pool } from './db/connect.ts';
import { SharedRead } from './db/shared-read.ts';
import { KeptPages } from './http/kept-pages.ts';
import { createLog, type Log } from './log.ts';
import { createMailer, type Mailer } from './mail/mailer.ts';
import { createWatcher, type Watcher } from './watch/watcher.ts';

/** What a request, a command or a job works with; made once per process and passed on. */
export type App = {
  config: Config;
  /** As `greenlane_app`: reads and writes of people and programs. */
  db: Db;
  pool: Pool;
  /** The same for what dashboards read: from `DATABASE_READ_URL` where there is one, perhaps a moment behind. */
  reading: () => App;
  /** As `greenlane_app` in every process: for a job that works inside one firm, under the firm's policies. */
  firm_pool: Pool;
  log: Log;
  accounts: Accounts;
  mailer: Mailer;
  /** What watching of sources needs; made when it is first asked for. */
  watcher: () => Watcher;
  /** Pages rendered for a reader and a state of the data. */
  pages: KeptPages;
  /** The state of what a firm's overview shows, by the firm's id. */
  overview_versions: SharedRead<string>;
  now: () => Date;
  close: () => Promise<void>;
};

/** Jobs work in one firm at a time. */
const FIRM_POOL_SIZE = 2;

export function createApp(config: Config & { database_url: string }, process_name: string): App {
  const pool = connect(
    config.database_url,
    process_name === 'worker' ? 'greenlane_worker' : 'greenlane_app',
    {
      name: `greenlane ${process_name}`,
    },
  );
  // Of a worker the pool above sees what its jobs need of all firms; what is done in one is done as its own.
  const firm_pool =
    process_name === 'worker'
      ? connect(config.database_url, 'greenlane_app', {
          name: 'greenlane worker in a firm',
          size: FIRM_POOL_SIZE,
        })
      : pool;
  const read_pool = config.database_read_url
    ? connect(config.database_read_url, 'greenlane_app', { name: `greenlane ${process_name} reading` })
    : pool;
  const log = createLog(config, process_name);
  const mailer = createMailer(config);
  let watcher: Watcher | null = null;
  const app: App = {
    config,
    db: pool.db,
    pool,
    reading: () => reading,
    firm_pool,
    log,
    accounts: createAccounts({ config, db: pool.db, log }),
    pages: new KeptPages(),
    overview_versions: new SharedRead((firm_id) => overviewVersion(pool.pg, firm_id)),
    mailer,
    watcher: () => (watcher ??= createWatcher(app, { as: process_name === 'worker' ? 'jobs' : 'operator' })),
    now: () => new Date(),
    close: async () => {
      mailer.close();
      await watcher?.close();
      await pool.end();
      if (firm_pool !== pool) await firm_pool.end();
      if (read_pool !== pool) await read_pool.end();
    },
  };
  const reading = read_pool === pool ? app : { ...app, db: read_pool.db, pool: read_pool };
  return app;
}
