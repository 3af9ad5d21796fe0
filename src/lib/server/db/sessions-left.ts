import { readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { signal } from './postmaster.ts';

/**
 * Ends what is left of a PostgreSQL of this folder that was killed, and tells how many that were. A session
 * notices only while it waits that its server is gone: a long statement would run to its end, hold the shared
 * memory, and let no other server start. The signal is the one by which a server itself ends them at once.
 * Only Linux tells in which folder a process is at home; elsewhere the end of the statement is waited for.
 */
export async function endSessionsLeft(data: string): Promise<number> {
  const place = await realpath(data).catch(() => data);
  const pids = (await readdir('/proc').catch(() => [])).map(Number).filter(Number.isInteger);
  const read = (pid: number, file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
  const ours: number[] = [];
  for (const pid of pids) if ((await readlink(`/proc/${pid}/cwd`).catch(() => '')) === place) ours.push(pid);
  const left: number[] = [];
  for (const pid of ours) {
    // The name before the state stands in parentheses and may hold some itself.
    const parent = /^.*\) \S (\d+) /.exec(await read(pid, 'stat'))?.[1];
    // A session whose server lives has it as its parent; a server itself has another name.
    if ((await read(pid, 'cmdline')).startsWith('postgres: ') && !ours.includes(Number(parent)))
      left.push(pid);
  }
  for (const pid of left) signal(pid, 'SIGQUIT');
  return left.length;
}
