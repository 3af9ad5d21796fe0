/**
 * One question that many ask at once. An answer is shared by those who came before it was asked for, never by
 * one who came later: what somebody wrote before asking is always in the answer. So however many ask, at most
 * two are on their way for a key.
 */
export class SharedRead<T> {
  readonly #read: (key: string) => Promise<T>;
  readonly #running = new Map<string, { current: Promise<T>; next: Promise<T> | null }>();

  constructor(read: (key: string) => Promise<T>) {
    this.#read = read;
  }

  ask(key: string): Promise<T> {
    const running = this.#running.get(key);
    if (!running) return this.#start(key);
    running.next ??= running.current.then(
      () => this.#start(key),
      () => this.#start(key),
    );
    return running.next;
  }

  #start(key: string): Promise<T> {
    const current = this.#read(key).finally(() => {
      if (this.#running.get(key)?.next === null) this.#running.delete(key);
    });
    this.#running.set(key, { current, next: null });
    return current;
  }
}
