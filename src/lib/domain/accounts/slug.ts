/** A firm's short name in commands, headers and addresses; the same rule as in the database. */
export const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;

const SLUG_LENGTH_MAX = 63;
const FALLBACK = 'firm';

/**
 * The slugs to try for a firm of this name, best first, without end. Latin letters and digits are kept;
 * a name without any (most Chinese ones) becomes `firm-1`, `firm-2` and so on.
 */
export function* slugsForName(name: string): Generator<string, never> {
  const base = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036F'’]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_LENGTH_MAX - 4)
    .replace(/^-+|-+$/g, '');
  if (base) yield base;
  for (let number = base ? 2 : 1; ; number += 1) yield `${base || FALLBACK}-${number}`;
}
