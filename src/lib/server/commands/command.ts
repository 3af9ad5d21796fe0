import type { ParseArgsConfig } from 'node:util';
import { createApp, type App } from '#lib/server/app.ts';
import type { Config } from '#lib/server/config.ts';
import { openDatabase } from '#lib/server/supervisor/database.ts';

export type Values = Record<string, string | boolean | (string | boolean)[] | undefined>;

/** One verb of the command line. `run` resolves with the exit code. */
export type Command = {
  usage: string;
  options?: NonNullable<ParseArgsConfig['options']>;
  /** How many arguments stand beside the options. */
  positionals?: number;
  /** More arguments than that may follow. */
  takes_more?: boolean;
  run: (given: { values: Values; positionals: string[]; config: Config }) => Promise<number>;
};

export const say = (sentence: string): void => void process.stderr.write(`${sentence}\n`);
export const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** The text of an option, or an empty string. */
export function textOf(values: Values, name: string): string {
  const value = values[name];
  return typeof value === 'string' ? value.trim() : '';
}

/** Says what was wrong with the usage; the exit code is 2. */
export function misused(sentence: string): number {
  say(sentence);
  return 2;
}

/**
 * Runs `work` on the database of this configuration, beside a running `start` or without one. Logs are
 * kept to warnings: people read the command's own sentences.
 */
export async function withApp(config: Config, work: (app: App) => Promise<number>): Promise<number> {
  const database = await openDatabase(config);
  if (!database.ok) {
    say(database.problem);
    return 1;
  }
  const log_level = config.log_level === 'info' ? 'warn' : config.log_level;
  const app = createApp({ ...database.opened.config, log_level }, 'command');
  try {
    return await work(app);
  } finally {
    await app.close();
    await database.opened.close();
  }
}
