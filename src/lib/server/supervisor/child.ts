/**
 * The other half of `supervise`, for the web and worker processes: tells when the process is ready, and
 * calls `stop` once on SIGTERM, SIGINT, or when the supervisor is gone.
 */
export function asSupervisedChild(stop: (reason: string) => Promise<void>): { ready: () => void } {
  let is_stopping = false;
  const end = (reason: string) => {
    if (is_stopping) return;
    is_stopping = true;
    void stop(reason).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', () => end('SIGTERM'));
  process.on('SIGINT', () => end('SIGINT'));
  process.on('disconnect', () => end('the supervisor is gone'));
  return { ready: () => void process.send?.('ready') };
}
