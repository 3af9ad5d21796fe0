import type { Config } from '#lib/server/config.ts';
import type { Db } from '#lib/server/db/connect.ts';
import type { Log } from '#lib/server/log.ts';
import type { Auth } from './auth.ts';
import { resolveSecret } from './secret.ts';
import { SessionCache } from './session-cache.ts';

/** What the accounts module keeps for the life of a process. */
export type Accounts = {
  /** Loaded on first use: it takes most of a second, and jobs and most commands never sign anybody in. */
  auth: () => Promise<Auth>;
  sessions: SessionCache;
};

export function createAccounts(given: { config: Config; db: Db; log: Log }): Accounts {
  let auth: Promise<Auth> | null = null;
  return {
    auth: () => {
      auth ??= load(given).catch((cause: unknown) => {
        auth = null;
        throw cause;
      });
      return auth;
    },
    sessions: new SessionCache(),
  };
}

async function load(given: { config: Config; db: Db; log: Log }): Promise<Auth> {
  const [{ createAuth }, secret] = await Promise.all([
    import('./auth.ts'),
    resolveSecret(given.config.data_dir),
  ]);
  return createAuth({ ...given, secret });
}
