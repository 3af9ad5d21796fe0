/**
 * The milliseconds of computing that some work takes. The clock would also count what a busy machine does meanwhile
 * for others.
 */
export function processorTime(work: () => void): number {
  const { user } = process.cpuUsage();
  work();
  return (process.cpuUsage().user - user) / 1000;
}
