type Asking<T, R> = { item: T; done: (result: R) => void; failed: (cause: unknown) => void };

export type Gathering = {
  /** Waits until those are there that are to be taken along. */
  gather: () => Promise<unknown>;
  items_max: number;
};

/** Who asks in the same moment is taken along. */
const THIS_MOMENT: Gathering = {
  gather: () => new Promise((done) => setImmediate(done)),
  items_max: Infinity,
};

/**
 * Does for many callers at once what each of them asks for: those that come while one statement is under way are
 * the next one. `work` answers one result for each item, in their order; its failure is that of all who waited.
 */
export function together<T, R>(
  work: (items: T[]) => Promise<readonly R[]>,
  { gather, items_max }: Gathering = THIS_MOMENT,
): (item: T) => Promise<R> {
  const waiting: Asking<T, R>[] = [];
  let is_working = false;

  async function workOff(): Promise<void> {
    is_working = true;
    while (waiting.length > 0) {
      if (waiting.length < items_max) await gather();
      const asking = waiting.splice(0, items_max);
      try {
        const results = await work(asking.map(({ item }) => item));
        for (const [index, { done, failed }] of asking.entries()) {
          const result = results[index];
          if (result === undefined) failed(new Error('one of many was not answered'));
          else done(result);
        }
      } catch (cause) {
        for (const { failed } of asking) failed(cause);
      }
    }
    is_working = false;
  }

  return (item) =>
    new Promise((done, failed) => {
      waiting.push({ item, done, failed });
      if (!is_working) void workOff();
    });
}
