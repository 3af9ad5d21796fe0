/** Numbers that look like chance and are the same for the same seed, on every machine. */
export type Random = {
  /** In [0, 1). */
  next: () => number;
  is: (probability: number) => boolean;
  between: (low: number, high: number) => number;
  /** Positive and skewed, as durations are; `spread` is the standard deviation of its logarithm. */
  around: (mean: number, spread: number) => number;
  /** One of the choices, each as often as its weight says. */
  pick: <T extends { weight: number }>(choices: readonly [T, ...T[]]) => T;
};

/** sfc32 by Chris Doty-Humphrey (public domain), started from a hash of the seed. */
export function randomOf(seed: string): Random {
  let [a, b, c, counter] = [hash(seed, 1), hash(seed, 2), hash(seed, 3), 1];
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 12; round += 1) next();
  return {
    next,
    is: (probability) => next() < probability,
    between: (low, high) => low + (high - low) * next(),
    around: (mean, spread) => {
      const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      return mean * Math.exp(spread * normal - (spread * spread) / 2);
    },
    pick: (choices) => {
      let rest = next() * choices.reduce((sum, { weight }) => sum + weight, 0);
      return choices.find(({ weight }) => (rest -= weight) < 0) ?? choices[0];
    },
  };
}

/** FNV-1a. */
function hash(text: string, salt: number): number {
  let value = 0x811c9dc5 ^ salt;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value | 0;
}
