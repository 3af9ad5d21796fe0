import { fork, type ChildProcess } from 'node:child_process';

export type ProcessSpec = { name: string; script: string; env: NodeJS.ProcessEnv };

export type SupervisedProcess = {
  /** Resolves when the process first said that it is ready; rejects never. */
  ready: Promise<void>;
  stop: (timeout_ms: number) => Promise<void>;
  pid: () => number | undefined;
};

/**
 * Waits between restarts: at once, then longer, never longer than five seconds. What a killed worker held is
 * promised to be taken up within 45 s, of which its leases take 30, however often it was killed before.
 */
const RESTART_DELAYS_MS = [0, 500, 1_000, 2_000, 5_000];
/** A process that lived this long is healthy again: its next restart is immediate. */
const HEALTHY_AFTER_MS = 30_000;

/**
 * Runs a script as a child of its own and starts it again whenever it ends, until stopped. The child is in
 * its own process group, so that Ctrl-C in a terminal reaches only the supervisor, which ends its children
 * in order; a child whose supervisor is gone notices by its closed channel and ends itself.
 */
export function supervise(spec: ProcessSpec, say: (sentence: string) => void): SupervisedProcess {
  let child: ChildProcess | null = null;
  let is_stopping = false;
  let failures = 0;
  let timer: NodeJS.Timeout | null = null;
  let announceReady: () => void = () => {};
  const ready = new Promise<void>((done) => (announceReady = done));

  const launch = () => {
    const started_at = Date.now();
    const running = fork(spec.script, [], {
      env: spec.env,
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child = running;
    running.on('message', (message) => {
      if (message === 'ready') announceReady();
    });
    running.on('error', () => {});
    running.on('exit', (code, signal) => {
      if (is_stopping) return;
      failures = Date.now() - started_at > HEALTHY_AFTER_MS ? 0 : failures + 1;
      const delay_ms = RESTART_DELAYS_MS[Math.min(failures, RESTART_DELAYS_MS.length - 1)] ?? 0;
      say(`The ${spec.name} process ended (${signal ?? `code ${code}`}); it is started again.`);
      timer = setTimeout(launch, delay_ms);
    });
  };
  launch();

  return {
    ready,
    pid: () => child?.pid,
    async stop(timeout_ms) {
      is_stopping = true;
      if (timer) clearTimeout(timer);
      const running = child;
      if (!running || running.exitCode !== null || running.signalCode !== null) return;
      await new Promise<void>((done) => {
        const hard = setTimeout(() => running.kill('SIGKILL'), timeout_ms);
        running.once('exit', () => {
          clearTimeout(hard);
          done();
        });
        running.kill('SIGTERM');
      });
    },
  };
}
