#!/usr/bin/env node
// Runs first, on whatever Node (20 or newer) the machine has: installs the project's packages when the
// lockfile changed, then hands over to the project's own Node. Plain JavaScript, nothing but built-ins.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const stamp = join(root, 'node_modules', '.greenlane-lock');
const node = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

function stop(sentence) {
  console.error(sentence);
  process.exit(1);
}

const major = Number(process.versions.node.split('.')[0]);
if (major < 20) stop(`Greenlane needs Node 20 or newer to start; this is ${process.version}.`);

const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .update(`${process.platform}-${process.arch}`)
  .digest('hex');
const installed = existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
if (installed !== wanted || !existsSync(node)) {
  console.error('Installing packages (once, about a minute) …');
  // --include=dev: the dashboard is built on this machine, also when NODE_ENV says production.
  const npm = spawnSync('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (npm.error) stop(`npm could not be run (${npm.error.message}). Install npm, then try again.`);
  if (npm.status !== 0)
    stop('The packages could not be installed; npm said why above. Check the network, then try again.');
  if (!existsSync(node))
    stop(
      "The project's own Node was not installed. Allow install scripts (npm config set ignore-scripts false), then try again.",
    );
  writeFileSync(stamp, wanted);
}

const [script = 'src/cli.ts', ...rest] = process.argv[1]?.endsWith('greenlane')
  ? ['src/cli.ts', ...process.argv.slice(2)]
  : process.argv.slice(2);
// Half of the young heap that Node takes by itself: an import then needs 100 MB less, and no more time.
const flags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=16'];
const child = spawn(node, [...flags, join(root, script), ...rest], {
  // The channel tells the child when this process is gone, whatever ended it.
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  env: {
    // Memory that was given back stays in glibc's arenas, eight a core: with two a long stream needs 100 MB less.
    MALLOC_ARENA_MAX: '2',
    ...process.env,
    PATH: `${join(root, 'node_modules', '.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`,
  },
});
// Signals are passed on; after Ctrl-C the child may hear twice and takes the first.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
// When npm itself is killed nobody signals us; but our parent changes, or npm is gone above the shell that
// it started us with.
const parent = process.ppid;
const npm_pid = process.env.npm_lifecycle_event ? parentOf(parent) : 0;
const isOrphaned = () => process.ppid !== parent || (npm_pid > 1 && parentOf(parent) !== npm_pid);
if (process.env.npm_lifecycle_event) setInterval(() => isOrphaned() && child.kill('SIGTERM'), 1000).unref();
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));

/** The parent of a process, where the system tells by /proc; else 0. */
function parentOf(pid) {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[1]);
  } catch {
    return 0;
  }
}
