import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A PostgreSQL that runs: its process, and the port it was started with. */
export type Postmaster = { pid: number; port: number };

/**
 * What `postmaster.pid` says, when the process that it names is alive and is the PostgreSQL of this folder.
 * The file is left behind by a crash, and its number may since belong to anybody: also to the PostgreSQL of
 * another folder, which must be neither waited for nor signalled.
 */
export async function readPostmaster(data: string): Promise<Postmaster | null> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  const [pid, , , port] = text.split('\n');
  if (!pid || !port || !isAlive(Number(pid))) return null;
  if (!(await isPostgresOf(Number(pid), data))) return null;
  return { pid: Number(pid), port: Number(port) };
}

/**
 * Takes a stranger out of `postmaster.pid`, for PostgreSQL refuses to start while the process lives that the
 * file names. It takes its own parent, which we are, for no other; and it still finds in the file by which
 * shared memory to tell whether sessions of the crashed one are left, so that the file must stay.
 */
export async function disownStranger(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  const [pid, ...rest] = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  // For PostgreSQL a process that ended without being asked for lives: it only sees that the number is taken.
  if (!pid || !isTaken(Number(pid)) || (await isPostgresOf(Number(pid), data))) return;
  await writeFile(file, [process.pid, ...rest].join('\n'));
}

async function isPostgresOf(pid: number, data: string): Promise<boolean> {
  const args = await argumentsOf(pid);
  // Nobody tells on this system: then the connection with our own password has to.
  if (args === null) return true;
  const place = /postgres(?:\.exe)?"?\0-D\0([^\0]+)\0/.exec(args)?.[1];
  return place !== undefined && (await samePlace(place, data));
}

async function samePlace(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map((path) => realpath(path).catch(() => path)));
  return a === b;
}

/** The arguments of a process, each ended by a zero; null where the system does not tell. */
async function argumentsOf(pid: number): Promise<string | null> {
  const told = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null);
  if (told !== null) return told;
  const { stdout } = spawnSync('ps', ['-o', 'command=', '-ww', '-p', String(pid)], { encoding: 'utf8' });
  // Blanks within a path cannot be told from those between arguments; the path ends where the settings begin.
  const found = stdout ? /^(.*postgres) -D (.*?) -c /.exec(stdout.trim()) : null;
  if (stdout === null) return null;
  return found ? `${found[1]}\0-D\0${found[2]}\0` : stdout;
}

/**
 * Whether a process runs under this number. One that has ended and whose parent has not asked for its end is
 * none, though it can still be signalled: the first process of a container often asks late, or never.
 */
export function isAlive(pid: number): boolean {
  return isTaken(pid) && !isEnded(pid);
}

function isTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'EPERM';
  }
}

function isEnded(pid: number): boolean {
  try {
    // The name before the state stands in parentheses and may hold some itself.
    return /\) Z [^)]*$/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone already.
  }
}
