import { run, tool } from './support/run-tool.ts';

/** `npm run check`: format, both kinds of lint and types at once. Exported for `npm test`, which counts each. */
export async function check(): Promise<{ name: string; is_ok: boolean }[]> {
  await run(tool('svelte-kit'), ['sync'], { quiet: true });
  const checks = [
    {
      name: 'format',
      command: tool('prettier'),
      // What was found well is known again by its content; a clean clone has no such memory.
      args: ['--check', '--log-level', 'warn', '--cache', '--cache-location', '.cache/prettier', '.'],
    },
    {
      name: 'lint',
      command: tool('eslint'),
      args: ['.', '--max-warnings', '0', '--cache', '--cache-location', '.cache/eslint'],
    },
    {
      name: 'lint by types',
      command: tool('oxlint'),
      args: ['--type-aware', '--deny-warnings', '--quiet', '.'],
    },
    {
      name: 'types',
      command: tool('svelte-check'),
      args: ['--tsgo', '--incremental', '--output', 'human', '--fail-on-warnings'],
    },
  ];
  return Promise.all(
    checks.map(async ({ name, command, args }) => {
      const { code, output, seconds } = await run(command, args, { quiet: true });
      console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
      if (code !== 0) console.log(output);
      return { name, is_ok: code === 0 };
    }),
  );
}

if (import.meta.main) {
  const results = await check();
  process.exit(results.every((result) => result.is_ok) ? 0 : 1);
}
