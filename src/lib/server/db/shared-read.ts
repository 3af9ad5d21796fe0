/**
 * One question that many ask at once. An answer is shared by those who came before it was asked for, never by
 * one who came later: what somebody wrote before asking is always in the answer. Of each key one read is on its
 * way, and whoever comes meanwhile waits for the next.
 */
export class SharedRead<T> {
  readonly #read: (key: string) => Promise<T>;
  /** What has not been asked yet, and may therefore be joined. */
  readonly #gathering = new Map<string, Promise<T>>();
  readonly #running = new Map<string, Promise<unknown>>();

  constructor(read: (key: string) => Promise<T>) {
    this.#read = read;
  }

  ask(key: string): Promise<T> {
    let answer = this.#gathering.get(key);
    if (!answer) this.#gathering.set(key, (answer = this.#next(key)));
    return answer;
  }

  async #next(key: string): Promise<T> {
    await this.#running.get(key);
    // Requests that came by the same turn of the event loop are answered by one read.
    await new Promise((turn) => setImmediate(turn));
    this.#gathering.delete(key);
    const answer = this.#read(key);
    const ended = Promise.allSettled([answer]);
    this.#running.set(key, ended);
    void ended.then(() => {
      if (this.#running.get(key) === ended) this.#running.delete(key);
    });
    return answer;
  }
}
