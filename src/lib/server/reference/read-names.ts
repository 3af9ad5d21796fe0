import type { App } from '#lib/server/app.ts';
import { categories, districts, offices, type Named } from './read.ts';

export type Names = {
  offices: Record<string, Named>;
  districts: Record<string, Named>;
  categories: Record<string, Named>;
};

/** The names of everything that records can be at or of. */
export async function readNames({ db }: Pick<App, 'db'>): Promise<Names> {
  const [known_offices, known_districts, known_categories] = await Promise.all([
    offices(db),
    districts(db),
    categories(db),
  ]);
  return {
    offices: byKey(known_offices, ({ code }) => code),
    districts: byKey(known_districts, ({ code }) => code),
    // Slots without a name are known to exist, and nothing can be asked of them.
    categories: byKey(known_categories, ({ slug }) => slug),
  };
}

function byKey<T extends Named>(rows: readonly T[], keyOf: (row: T) => string | null): Record<string, Named> {
  return Object.fromEntries(
    rows.flatMap((row) => {
      const key = keyOf(row);
      return key === null ? [] : [[key, { name: row.name, name_zh: row.name_zh }]];
    }),
  );
}
