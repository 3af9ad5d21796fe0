/** Names and codes repeat; beyond this many different ones a column is not worth remembering. */
const TEXTS_MAX = 20_000;

/**
 * The function, for texts that repeat from row to row: what was read once is looked up. `read` depends on
 * nothing but the text, and its result is never undefined.
 */
export function remembered<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const met = known.get(text);
    if (met !== undefined) return met;
    const found = read(text);
    // A copy: a text that is cut from a file keeps the whole piece in memory that it was cut from.
    if (known.size < TEXTS_MAX) known.set(text.split('').join(''), found);
    return found;
  };
}
