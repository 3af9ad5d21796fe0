import type { Agent } from 'undici';
import type { App } from '#lib/server/app.ts';
import type { Db, Tx } from '#lib/server/db/connect.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { createGuardedAgent } from '#lib/server/net/guarded-agent.ts';
import { createSourceReader, type SourceReader } from './reader/source-reader.ts';

/** Runs one query of watching, in whatever way the process may read and write its tables. */
export type Query = <T>(work: (db: Db) => Promise<T>) => Promise<T>;

/** What watching needs beside the program: connections that are kept, and the reader of what comes over them. */
export type Watcher = {
  app: Pick<App, 'db' | 'pool' | 'firm_pool' | 'config' | 'log' | 'now'>;
  now: () => Date;
  query: Query;
  inTransaction: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
  /** As the operator in every process, for what a worker's own role may not read: the texts of documents. */
  asOperator: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
  agent: Agent;
  reader: SourceReader;
  /** How the program names itself to robots.txt. */
  robot_name: string;
  /** Says who asks and where to complain. */
  user_agent: string;
  random: () => number;
  /** Aborted when the process is to end: nothing new is begun, and what is under way is given back unasked. */
  stopping: AbortSignal;
  stop: () => void;
  close: () => Promise<void>;
};

/**
 * The worker's role may use the tables of watching as it is (`jobs`); the web process and the command line say
 * in each transaction that they work for the operator, which whoever calls has checked.
 */
export function createWatcher(
  app: Watcher['app'],
  { as = 'jobs', random = Math.random }: { as?: 'jobs' | 'operator'; random?: () => number } = {},
): Watcher {
  const stop = new AbortController();
  const agent = createGuardedAgent(app.config.allow_private_addresses);
  const reader = createSourceReader();
  const contact = /<([^>]+)>/.exec(app.config.mail_from)?.[1] ?? app.config.mail_from;
  const operate: Watcher['asOperator'] = (work) => asOperator(app.firm_pool.db, work);
  return {
    app,
    now: app.now,
    query: as === 'jobs' ? (work) => work(app.db) : operate,
    inTransaction: as === 'jobs' ? (work) => app.db.transaction().execute(work) : operate,
    asOperator: operate,
    agent,
    reader,
    robot_name: 'Greenlane',
    user_agent: `Greenlane/1.0 (regulatory watch; +${app.config.origin ?? `mailto:${contact}`})`,
    random,
    stopping: stop.signal,
    stop: () => stop.abort(),
    close: async () => {
      stop.abort();
      await Promise.all([agent.destroy(), reader.close()]);
    },
  };
}
