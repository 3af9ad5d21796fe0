import { parseArgs, type ParseArgsConfig } from 'node:util';
import { parseConfig, type Config } from '#lib/server/config.ts';
import { firmCreate, keyCreate, userCreate } from '#lib/server/commands/accounts.ts';
import { checkCommand } from '#lib/server/commands/check.ts';
import { importClearance } from '#lib/server/commands/import.ts';
import { importSources } from '#lib/server/commands/sources.ts';
import { migrateCommand, startCommand } from '#lib/server/commands/operation.ts';
import { demoClear, demoLoad } from '#lib/server/commands/sample.ts';
import { runningCommand, type Command, type Values } from '#lib/server/commands/command.ts';

/**
 * The `greenlane` command. Results go to stdout, everything else to stderr; it exits with 0 on success,
 * 1 on failure, 2 on wrong usage.
 */
const COMMANDS: Record<string, Command> = {
  start: startCommand,
  migrate: migrateCommand,
  'firm create': firmCreate,
  'user create': userCreate,
  'key create': keyCreate,
  'import clearance': importClearance,
  'sources import': importSources,
  check: checkCommand,
  'demo load': demoLoad,
  'demo clear': demoClear,
};

// A reader that has seen enough, as head does, closes the pipe: that is no failure of ours. Who serves goes on
// unheard, and above all ends in order.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EPIPE') throw cause;
    if (process.argv[2] !== 'start') process.exit();
  });
process.exitCode = await main(process.argv.slice(2));
// The channel to the bootstrap would keep a finished command alive.
if (process.connected) process.disconnect();

async function main(args: string[]): Promise<number> {
  if (args.length === 0 || args[0] === 'help' || args.includes('--help')) {
    process.stdout.write(usage());
    return args.length === 0 ? 2 : 0;
  }
  const name = [args.slice(0, 2).join(' '), args[0] ?? ''].find((candidate) => candidate in COMMANDS);
  const command = name === undefined ? undefined : COMMANDS[name];
  if (name === undefined || !command) return wrongUsage(`There is no command "${args.join(' ')}".`, usage());

  const given = parseCommandLine(args.slice(name.split(' ').length), command);
  if (!given.ok) return wrongUsage(given.problem, `Usage: greenlane ${name} ${command.usage}\n`);
  const parsed = parseConfig(process.env);
  if (!parsed.ok) {
    process.stderr.write(`${parsed.problems.join('\n')}\n`);
    return 1;
  }
  const { values, positionals } = given;
  return runningCommand.run({ name, values, positionals }, () => runCommand(command, given, parsed.config));
}

async function runCommand(
  command: Command,
  given: { values: Values; positionals: string[] },
  config: Config,
): Promise<number> {
  try {
    return await command.run({ ...given, config });
  } catch (cause) {
    const why = (cause instanceof Error ? cause.message : String(cause)).replace(/\.$/, '');
    process.stderr.write(
      `It did not work: ${why}. Nothing more was changed; set LOG_LEVEL=debug to see where.\n`,
    );
    if (process.env.LOG_LEVEL === 'debug')
      process.stderr.write(`${cause instanceof Error ? cause.stack : ''}\n`);
    return 1;
  }
}

function parseCommandLine(
  args: string[],
  command: Command,
): { ok: true; values: Values; positionals: string[] } | { ok: false; problem: string } {
  const options: ParseArgsConfig['options'] = command.options ?? {};
  const wanted = command.positionals ?? 0;
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true, strict: true });
    if (command.takes_more && positionals.length >= wanted) return { ok: true, values, positionals };
    if (positionals.length !== wanted)
      return {
        ok: false,
        problem:
          wanted === 0
            ? `"${positionals.join(' ')}" is not understood.`
            : `${wanted} argument is needed, ${positionals.length} given.`,
      };
    return { ok: true, values, positionals };
  } catch (cause) {
    return { ok: false, problem: cause instanceof Error ? cause.message : String(cause) };
  }
}

function wrongUsage(problem: string, how: string): number {
  process.stderr.write(`${problem}\n${how}`);
  return 2;
}

function usage(): string {
  const lines = Object.entries(COMMANDS).map(([name, command]) =>
    `  greenlane ${name} ${command.usage}`.trimEnd(),
  );
  return `Usage:\n${lines.join('\n')}\n`;
}
