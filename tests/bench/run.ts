import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMet, type Bench, type Line } from './benchmark.ts';
import { startServer, type BenchServer } from './bench-server.ts';
import { firmLoader } from './loaded-firm.ts';
import { BENCHMARKS } from './registry.ts';

/**
 * `npm run bench` measures every budget against its peer and prints the table; `npm run bench -- A1,A2` some
 * of them. `--quick` takes small sizes, `--rows N` and `--pairs N` (or BENCH_ROWS, BENCH_PAIRS) any. A
 * benchmark is no test: whatever it finds, the run ends well; what breaks is said on its line.
 */
const RECORDS = 5_000_000;
const RECORDS_QUICK = 200_000;
const PAIRS = 5;

const { values, positionals } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rows: { type: 'string', default: process.env.BENCH_ROWS ?? '' },
    pairs: { type: 'string', default: process.env.BENCH_PAIRS ?? '' },
  },
  allowPositionals: true,
});
const wanted = new Set(positionals.flatMap((list) => list.toUpperCase().split(',')).filter(Boolean));
const unknown = [...wanted].filter((id) => !BENCHMARKS.some((one) => one.id === id));
if (unknown.length > 0) {
  console.error(
    `There is no benchmark ${unknown.join(', ')}; there are ${BENCHMARKS.map(({ id }) => id).join(', ')}.`,
  );
  process.exit(2);
}

const folder = await mkdtemp(join(tmpdir(), 'greenlane-bench-'));
let server: Promise<BenchServer> | null = null;
const tools = {
  records: countOf('rows', values.rows, values.quick ? RECORDS_QUICK : RECORDS),
  pairs: countOf('pairs', values.pairs, PAIRS),
  size: (full: number, quick: number) => (values.quick ? quick : full),
  folder,
  server: () => (server ??= startServer(folder)),
  say: (sentence: string) => console.error(sentence),
};
const bench: Bench = { ...tools, loaded: firmLoader(tools) };

// Ctrl-C ends the run where it is; the database and the files go all the same.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void cleanUp().then(() => process.exit(130)));

const lines: (Line | { id: string; failure: string })[] = [];
for (const { id, load } of BENCHMARKS.filter((one) => wanted.size === 0 || wanted.has(one.id))) {
  console.error(`${id} …`);
  const since = Date.now();
  try {
    lines.push(...(await (await load()).run(bench)));
  } catch (cause) {
    console.error(cause);
    lines.push({ id, failure: cause instanceof Error ? cause.message : String(cause) });
  }
  console.error(`${id} took ${Math.round((Date.now() - since) / 1000)} s`);
}
await cleanUp();
print();
process.exit(0);

function print(): void {
  const cells = [
    ['id', 'ours', 'peer', 'ratio', 'budget', 'verdict'],
    ...lines.map((line) =>
      'failure' in line
        ? [line.id, '', '', '', '', `could not be measured: ${line.failure}`]
        : [
            line.id,
            line.ours,
            line.peer,
            line.ratio.toPrecision(3),
            'at_most' in line.budget ? `≤ ${line.budget.at_most}` : `≥ ${line.budget.at_least}`,
            isMet(line.ratio, line.budget) ? 'ok' : 'short',
          ],
    ),
  ];
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  console.log('');
  if (values.quick) console.log('Small sizes (--quick): a smoke test, no measurement of the budgets.');
  console.log(
    `${bench.records.toLocaleString('en')} records, medians of ${bench.pairs} interleaved pairs.\n`,
  );
  for (const row of cells)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join(' · ')
        .trimEnd(),
    );
  const notes = lines.flatMap((line) =>
    'notes' in line ? (line.notes ?? []).map((note) => `${line.id}: ${note}`) : [],
  );
  if (notes.length > 0) console.log(`\n${notes.join('\n')}`);
}

async function cleanUp(): Promise<void> {
  await (await server)?.stop();
  server = null;
  await rm(folder, { recursive: true, force: true });
}

function countOf(name: string, given: string, otherwise: number): number {
  if (given === '') return otherwise;
  const count = Number(given.replaceAll('_', ''));
  if (Number.isInteger(count) && count > 0) return count;
  console.error(`--${name} ${given} is not a whole number above zero.`);
  process.exit(2);
}
