/** A handle of the framework, as far as this goes. */
export type Around<Event, Options> = (input: {
  event: Event;
  resolve: (event: Event, options?: Options) => Response | Promise<Response>;
}) => Response | Promise<Response>;

/**
 * The handles one inside of the other, the first outermost, as the framework's `sequence` runs them, but without
 * the spans and contexts that it opens around each for tracing: eight of them took a tenth of a kept page. Of
 * the options of a page those count that were given last.
 */
export function inOrder<Event, Options>(
  ...handles: readonly Around<Event, Options>[]
): Around<Event, Options> {
  return ({ event: first, resolve }) => {
    const from = (index: number, event: Event, given: Options | undefined): Response | Promise<Response> => {
      const handle = handles[index];
      if (!handle) return resolve(event, given);
      return handle({ event, resolve: (next, options) => from(index + 1, next, options ?? given) });
    };
    return from(0, first, undefined);
  };
}
