import { AsyncLocalStorage } from 'node:async_hooks';
import { basename } from 'node:path';
import { userInfo } from 'node:os';
import type { ParseArgsConfig } from 'node:util';
import { toldFields } from '#lib/domain/accounts/audit.ts';
import { firmBySlug } from '#lib/server/accounts/firms.ts';
import { recordAudit } from '#lib/server/audit/record.ts';
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
    const code = await work(app);
    await writeDown(app, code);
    return code;
  } finally {
    await app.close();
    await database.opened.close();
  }
}

/** The command that runs, for the audit log: `withApp` is where every command that touches the database comes by. */
export const runningCommand = new AsyncLocalStorage<{
  name: string;
  values: Values;
  positionals: string[];
}>();

const ONLY_READS = ['start', 'migrate'];

async function writeDown(app: App, code: number): Promise<void> {
  const command = runningCommand.getStore();
  if (!command || ONLY_READS.includes(command.name)) return;
  const { name, values, positionals } = command;
  if (name === 'check' && values.repair !== true) return;
  const slug = textOf(values, 'firm');
  const firm = slug ? await firmBySlug(app, slug) : null;
  await recordAudit(app, firm?.id ?? null, {
    kind: name === 'backup' ? 'export' : 'write',
    outcome: code === 0 ? 'done' : 'failed',
    status: code,
    actor: { kind: 'command', id: null, name: accountName() },
    action: `greenlane ${name}`,
    subject: positionals.map((path) => basename(path)).join(' ') || null,
    detail: toldFields(Object.entries(values)),
    address: null,
    user_agent: null,
    request_id: null,
  });
}

/** A container may run as a number that has no name. */
function accountName(): string | null {
  try {
    return userInfo().username;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause) return null;
    throw cause;
  }
}
