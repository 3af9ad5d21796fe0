import { z } from 'zod';

/** A page holds this many unless the caller says otherwise. */
export const PAGE_LIMIT_DEFAULT = 50;
/** More rows in one answer would hold a connection and memory for one caller alone. */
export const PAGE_LIMIT_MAX = 500;
/** A cursor holds a few short values; anything longer was not made here. */
const CURSOR_LENGTH_MAX = 1_000;

/**
 * The query fields of a list, to spread into its schema: `z.object({ ...pageFields(KEY), state: … })`.
 * `key` is the schema of what the list is ordered by, unique at its end, as a tuple of strings or numbers:
 * `z.tuple([z.string(), z.uuid()])`. Pass times as PostgreSQL writes them (`created_at::text`): a Date
 * loses the microseconds, and rows with them.
 */
export function pageFields<K>(key: z.ZodType<K>) {
  return {
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(PAGE_LIMIT_MAX)
      .default(PAGE_LIMIT_DEFAULT)
      .describe('Rows in this page.'),
    cursor: z
      .string()
      .transform((text, context): K => {
        const decoded = decodeCursor(text, key);
        if (decoded.ok) return decoded.key;
        context.addIssue({
          code: 'custom',
          message: 'is not a cursor of this list; leave it out to start with the newest',
        });
        return z.NEVER;
      })
      .optional()
      .describe('`next_cursor` of the page before.'),
  };
}

/** The answer of a list, for its `response.schema`. */
export function pageSchema<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    next_cursor: z.string().nullable().describe('Null on the last page.'),
  });
}

/** The page of rows that were asked for with `limit + 1`: the one too many only says that there is more. */
export function pageOf<R, K extends readonly (string | number)[]>(
  rows: readonly R[],
  limit: number,
  keyOf: (row: R) => K,
): { items: R[]; next_cursor: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next_cursor: rows.length > limit && last ? encodeCursor(keyOf(last)) : null };
}

export function encodeCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

export function decodeCursor<K>(text: string, schema: z.ZodType<K>): { ok: true; key: K } | { ok: false } {
  if (text.length > CURSOR_LENGTH_MAX || !/^[\w-]+$/.test(text)) return { ok: false };
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return { ok: false };
  }
  const parsed = schema.safeParse(value);
  return parsed.success ? { ok: true, key: parsed.data } : { ok: false };
}
