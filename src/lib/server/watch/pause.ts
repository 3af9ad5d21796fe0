/** A pause in which something gathers, shorter once somebody waits for it. */
export type Pause = { over: () => Promise<void>; shorten: () => void };

/** Enough for what comes in the same moment. */
const SHORT_MS = 15;

export function createPause(ms: number): Pause {
  let pause_ms = ms;
  let end: (() => void) | null = null;
  return {
    over: () =>
      new Promise((done) => {
        const timer = setTimeout(finish, pause_ms);
        end = finish;
        function finish() {
          clearTimeout(timer);
          end = null;
          done();
        }
      }),
    shorten() {
      pause_ms = Math.min(ms, SHORT_MS);
      end?.();
    },
  };
}
