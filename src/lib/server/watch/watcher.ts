import type { Agent } from 'undici';
import type { App } from '#lib/server/app.ts';
import { createGuardedAgent } from '#lib/server/net/guarded-agent.ts';
import { createFeedReader, type FeedReader } from './feed/feed-reader.ts';

/** What watching needs beside the program: connections that are kept, and the reader of feeds. */
export type Watcher = {
  app: Pick<App, 'db' | 'pool' | 'config' | 'log'>;
  agent: Agent;
  feeds: FeedReader;
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

export function createWatcher(app: Watcher['app'], random: () => number = Math.random): Watcher {
  const stop = new AbortController();
  const agent = createGuardedAgent(app.config.allow_private_addresses);
  const feeds = createFeedReader();
  const contact = /<([^>]+)>/.exec(app.config.mail_from)?.[1] ?? app.config.mail_from;
  return {
    app,
    agent,
    feeds,
    robot_name: 'Greenlane',
    user_agent: `Greenlane/1.0 (regulatory watch; +${app.config.origin ?? `mailto:${contact}`})`,
    random,
    stopping: stop.signal,
    stop: () => stop.abort(),
    close: async () => {
      stop.abort();
      await Promise.all([agent.destroy(), feeds.close()]);
    },
  };
}
