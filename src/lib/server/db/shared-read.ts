/**
 * One question that many ask at once. An answer is shared by those who came before it was asked for, never by
 * one who came later: what somebody wrote before asking is always in the answer. Whoever comes in the same turn
 * of the event loop is answered by one read, and of each key a few are on their way at most.
 */
export class SharedRead<T> {
  readonly #read: (key: string) => Promise<T>;
  /** What has not been asked yet, and may therefore be joined. */
  readonly #gathering = new Map<string, Promise<T>>();
  readonly #running = new Map<string, Set<Promise<unknown>>>();

  constructor(read: (key: string) => Promise<T>) {
    this.#read = read;
  }

  ask(key: string): Promise<T> {
    let answer = this.#gathering.get(key);
    if (!answer) this.#gathering.set(key, (answer = this.#next(key)));
    return answer;
  }

  async #next(key: string): Promise<T> {
    // With one at a time, who comes just after a read began would wait for two.
    for (let running; (running = this.#running.get(key)) && running.size >= READS_MAX;)
      await Promise.race(running);
    await new Promise((turn) => setImmediate(turn));
    this.#gathering.delete(key);
    const answer = this.#read(key);
    this.#runs(key, Promise.allSettled([answer]));
    return answer;
  }

  #runs(key: string, ended: Promise<unknown>): void {
    const running = this.#running.get(key) ?? new Set();
    this.#running.set(key, running.add(ended));
    void ended.then(() => {
      running.delete(ended);
      if (running.size === 0) this.#running.delete(key);
    });
  }
}

/** Of the ten connections of a process; the others are for those who ask something else. */
const READS_MAX = 3;
