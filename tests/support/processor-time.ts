/**
 * What some work gives, and the milliseconds of computing that it took. The clock would also count what a busy
 * machine does meanwhile for others.
 */
export function timed<T>(work: () => T): { result: T; used_ms: number } {
  const { user } = process.cpuUsage();
  const result = work();
  return { result, used_ms: (process.cpuUsage().user - user) / 1000 };
}
